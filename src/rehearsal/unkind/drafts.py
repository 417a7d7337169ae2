"""Faults of a GitHub release: the draft, its files, and the moment in which it becomes public."""

from __future__ import annotations

import signal

from rehearsal.faults import Fault
from rehearsal.unkind import deeds, release_deeds
from rehearsal.unkind.kinds import AGAIN, RECOVERED, Deed, Strike, meanwhile, refused, rows

_draft = rows("draft")


def _after_staging(do: Deed) -> Strike:
    """Between the draft and its publication: before the last job asks for anything."""
    return meanwhile(do, route="contents")


STAGING = (
    _draft(
        "draft-unanswered",
        "GitHub makes the draft, and the answer does not come.",
        "C.24",
        AGAIN,
        Fault(kind="reset", route="create-release", call=1, when="after"),
    ),
    _draft(
        "draft-5xx",
        "GitHub answers the making of the draft with 502.",
        "C.24",
        AGAIN,
        Fault(kind="status", route="create-release", call=1, status=502),
    ),
    _draft(
        "draft-list-lags",
        "The list of releases does not show the new draft at first.",
        "C.23",
        RECOVERED,
        Fault(kind="lag", route="releases", reads=4),
    ),
    _draft(
        "duplicate-draft",
        "Somebody else makes a draft for the same tag, with a file of theirs.",
        "C.24",
        refused("stage-draft-release/two-drafts"),
        meanwhile(release_deeds.add_draft, route="create-release", when="after"),
    ),
    _draft(
        "upload-broken-off",
        "Half of a file arrives, and GitHub keeps a `starter` of it.",
        "C.25",
        RECOVERED,
        Fault(kind="partial-upload", route="upload-asset", call=1),
    ),
    _draft(
        "upload-unanswered",
        "A file arrives whole, and the answer does not come.",
        "C.25",
        RECOVERED,
        Fault(kind="reset", route="upload-asset", call=1, when="after"),
    ),
    _draft(
        "upload-rate-limit",
        "GitHub takes no more files for a second.",
        "F.53",
        RECOVERED,
        Fault(kind="secondary-rate-limit", route="upload-asset", call=1, retry_after=1),
    ),
    _draft(
        "upload-answer-truncated",
        "The answer to an upload ends in the middle.",
        "C.25",
        RECOVERED,
        Fault(kind="truncated", route="upload-asset", call=1),
    ),
    _draft(
        "starter-left",
        "A file that never came whole is left in the draft by a run that died.",
        "C.25",
        RECOVERED,
        meanwhile(release_deeds.leave_starter, route="create-release", when="after"),
    ),
    _draft(
        "asset-renamed",
        "GitHub gives a file another name than it was sent under.",
        "C.28",
        refused("stage-draft-release/extra"),
        meanwhile(release_deeds.rename_asset, route="upload-asset", when="after"),
    ),
    _draft(
        "asset-list-lags",
        "The list of files does not show an upload at first.",
        "C.25",
        RECOVERED,
        Fault(kind="stale", route="assets", call=2, hide=1),
    ),
    _draft(
        "published-half",
        "Somebody publishes the draft while its files are uploaded; releases are immutable here.",
        "C.26",
        refused("stage-draft-release/no-draft-any-more"),
        meanwhile(release_deeds.publish_immutable, route="assets", when="after"),
    ),
    _draft(
        "token-cannot-write-contents",
        "The job does not declare `contents: write`.",
        "C.23",
        refused("stage-draft-release/no-permission"),
        meanwhile(deeds.without("contents", "read"), route="releases"),
    ),
    _draft(
        "step-ended",
        "The step is sent SIGTERM in the middle of an upload, as by a cancelled run.",
        "C.25",
        AGAIN,
        meanwhile(deeds.end_step(signal.SIGTERM), route="upload-asset"),
    ),
    _draft(
        "two-runs-at-once",
        "A second run for the same tag goes from start to end while the first one stages.",
        "C.24",
        RECOVERED,
        meanwhile(deeds.start_again, route="releases"),
    ),
)

PUBLISHING = (
    _draft(
        "publication-unanswered",
        "GitHub publishes the release, and the answer does not come.",
        "C.21",
        AGAIN,
        Fault(kind="reset", route="update-release", call=2, when="after"),
    ),
    _draft(
        "publication-5xx",
        "GitHub answers the publication with 502, and publishes nothing.",
        "C.21",
        AGAIN,
        Fault(kind="status", route="update-release", call=2, status=502),
    ),
    _draft(
        "tag-moved-before-publication",
        "The tag is moved between the gate and the publication.",
        "A.16",
        refused("publish-draft-release/tag-moved"),
        _after_staging(deeds.move_tag),
    ),
    _draft(
        "tag-deleted-before-publication",
        "The tag is deleted between the gate and the publication.",
        "A.16",
        refused("publish-draft-release/tag-missing"),
        _after_staging(deeds.delete_tag),
    ),
    _draft(
        "artifact-tampered",
        "The artifact with the manifest is changed between two jobs.",
        "D.37",
        refused("publish-draft-release/manifest-differs"),
        meanwhile(
            release_deeds.tamper_artifact("manifest.json", release_deeds.one_more_line),
            route="update-release",
            when="after",
        ),
    ),
    _draft(
        "draft-deleted",
        "The draft is deleted between two jobs.",
        "C.23",
        refused("publish-draft-release/no-such-release"),
        _after_staging(release_deeds.drop_draft),
    ),
    _draft(
        "asset-tampered",
        "A file of the draft is exchanged between two jobs.",
        "C.25",
        refused("publish-draft-release/asset-differs"),
        _after_staging(release_deeds.tamper_asset),
    ),
    _draft(
        "asset-lost",
        "A file of the draft is deleted between two jobs.",
        "C.27",
        refused("publish-draft-release/asset-missing"),
        _after_staging(release_deeds.lose_asset),
    ),
    _draft(
        "asset-extra",
        "Somebody adds a file to the draft between two jobs.",
        "C.27",
        refused("publish-draft-release/extra"),
        _after_staging(release_deeds.add_asset),
    ),
    _draft(
        "published-by-hand",
        "Somebody publishes the whole draft by hand before its job does.",
        "C.26",
        RECOVERED,
        _after_staging(release_deeds.publish_draft),
    ),
    _draft(
        "releases-immutable",
        "Immutable releases are switched on between two jobs.",
        "C.26",
        RECOVERED,
        _after_staging(release_deeds.make_immutable),
    ),
    _draft(
        "other-shown-as-latest",
        "GitHub shows an older release as the latest.",
        "M28",
        refused("publish-draft-release/latest", published=True),
        meanwhile(release_deeds.show_other, route="update-release", call=2, when="after"),
    ),
    _draft(
        "token-sees-no-drafts",
        "The publishing job does not declare `contents: write`, so GitHub shows it no drafts.",
        "C.23",
        refused("publish-draft-release/no-such-release"),
        _after_staging(deeds.without("contents", "read")),
    ),
)

DRAFTS = (*STAGING, *PUBLISHING)
