"""Faults of tags that are pushed by a workflow, and of the runs that they start."""

from __future__ import annotations

from rehearsal.faults import Fault
from rehearsal.unkind import deeds
from rehearsal.unkind.kinds import AGAIN, RECOVERED, meanwhile, refused, rows

_tag = rows("tag")

TAGS = (
    _tag(
        "tag-ruleset",
        "A ruleset lets this workflow make no tag.",
        "A.16",
        refused("push-tag-on-marker/ruleset"),
        meanwhile(deeds.forbid_tags, route="git-push"),
    ),
    _tag(
        "tag-brings-workflows",
        "Main's workflow files moved on, so the token may not tag an older commit.",
        "B.18",
        refused("push-tag-on-marker/workflows-permission"),
        meanwhile(deeds.change_workflows, route="git-push"),
    ),
    _tag(
        "tag-unanswered",
        "GitHub takes the tag, and the answer does not come.",
        "D-W6",
        AGAIN,
        Fault(kind="reset", route="git-push", call=2, when="after"),
    ),
    _tag(
        "tag-5xx",
        "GitHub answers the push of the tag with 503.",
        "D-W6",
        AGAIN,
        Fault(kind="status", route="git-push", call=2, status=503),
    ),
    _tag(
        "tag-taken",
        "The tag is there already, on another commit.",
        "D-W6",
        refused("push-tag-on-marker/name-taken"),
        meanwhile(deeds.take_tag, route="ref"),
    ),
    _tag(
        "tag-taken-in-the-last-moment",
        "Somebody makes the tag on another commit right before us.",
        "A.16",
        refused("push-tag-on-marker/refused"),
        meanwhile(deeds.take_tag, route="git-push", call=2),
    ),
    _tag(
        "dispatch-5xx",
        "GitHub answers the start of the release with 502.",
        "B.17",
        AGAIN,
        Fault(kind="status", route="dispatch-workflow", call=1, status=502),
    ),
    _tag(
        "dispatch-unanswered",
        "GitHub starts the release, and the answer does not come.",
        "B.17",
        AGAIN,
        Fault(kind="reset", route="dispatch-workflow", call=1, when="after"),
    ),
    _tag(
        "started-run-not-seen",
        "The release was started, and the list of runs does not show it at first.",
        "B.17",
        RECOVERED,
        Fault(kind="stale", route="runs", call=(4, 5), hide=1),
    ),
    _tag(
        "token-cannot-push-tags",
        "The job does not declare `contents: write`.",
        "B.18",
        refused("push-tag-on-marker/no-permission"),
        meanwhile(deeds.without("contents", "read"), route="ref"),
    ),
    _tag(
        "token-cannot-start-workflows",
        "The job does not declare `actions: write`.",
        "B.17",
        refused("push-tag-on-marker/no-permission", published=True),
        meanwhile(deeds.without("actions", "read"), route="runs", call=2),
    ),
)
