"""Faults before anything is released: what the gate asks GitHub, and what it is told."""

from __future__ import annotations

from rehearsal.faults import Fault
from rehearsal.unkind import deeds
from rehearsal.unkind.kinds import AGAIN, RECOVERED, UNTOLD, meanwhile, refused, rows

_gate = rows("gate")

ANSWERS = (
    _gate(
        "github-5xx-once",
        "GitHub answers the first call of each kind with 502.",
        "D-M10",
        RECOVERED,
        Fault(kind="status", route="ref", call=1, status=502),
        Fault(kind="status", route="tag-object", call=1, status=502),
        Fault(kind="status", route="runs", call=1, status=502),
    ),
    _gate(
        "github-down",
        "GitHub answers every question for runs with 503.",
        "D-M10",
        UNTOLD,
        Fault(kind="status", route="runs", status=503),
    ),
    _gate(
        "github-back-after-the-run",
        "GitHub is down for the whole run, and back when all jobs run again.",
        "D-M10",
        AGAIN,
        Fault(kind="status", route="runs", status=503),
    ),
    _gate(
        "github-reset",
        "GitHub's connection is reset in the middle of a question.",
        "C.25",
        RECOVERED,
        Fault(kind="reset", route="runs", call=1),
        Fault(kind="reset", route="ref", call=2, when="after"),
    ),
    _gate(
        "github-slow",
        "GitHub takes three seconds for an answer.",
        "D-M10",
        RECOVERED,
        Fault(kind="delay", route="runs", call=1, seconds=3),
    ),
    _gate(
        "checkout-5xx",
        "The checkout gets 503 from GitHub.",
        "D-M10",
        AGAIN,
        Fault(kind="status", route="git-fetch", call=(1, 9), status=503),
    ),
    _gate(
        "answer-truncated",
        "The list of runs ends in the middle.",
        "A.12",
        RECOVERED,
        Fault(kind="truncated", route="runs", call=1),
    ),
    _gate(
        "error-page-once",
        "An HTML error page comes with status 200, once.",
        "D-W14",
        RECOVERED,
        Fault(kind="nonsense", route="runs", call=1),
    ),
    _gate(
        "error-page",
        "An HTML error page comes with status 200 for every list of runs.",
        "D-W14",
        UNTOLD,
        Fault(kind="nonsense", route="runs"),
    ),
    _gate(
        "other-json",
        "The list of runs is JSON of another shape.",
        "D-W14",
        UNTOLD,
        Fault(kind="nonsense", route="runs", body="object"),
    ),
    _gate(
        "redirect-elsewhere",
        "GitHub leads every question for runs to another server, which gets no token.",
        "F.52",
        UNTOLD,
        Fault(kind="redirect", route="runs"),
    ),
    _gate(
        "secondary-rate-limit",
        "GitHub asks to be left alone for a second, twice.",
        "F.53",
        RECOVERED,
        Fault(kind="secondary-rate-limit", route="runs", call=(1, 2), retry_after=1),
    ),
    _gate(
        "primary-rate-limit",
        "No request is left for an hour.",
        "F.53",
        UNTOLD,
        Fault(kind="primary-rate-limit", route="runs", retry_after=3600),
    ),
    _gate(
        "clock-ahead",
        "This machine's clock is ahead of GitHub's: the limit ended before it was told.",
        "F.53",
        RECOVERED,
        Fault(kind="primary-rate-limit", route="runs", call=1, retry_after=-30),
    ),
    _gate(
        "token-cannot-read-runs",
        "The job does not declare `actions: read`.",
        "E.45",
        UNTOLD,
        meanwhile(deeds.without("actions"), route="ref"),
    ),
    _gate(
        "token-cannot-read-contents",
        "The job does not declare `contents: read`.",
        "E.45",
        UNTOLD,
        meanwhile(deeds.without("contents"), route="ref"),
    ),
)

RUNS = (
    _gate(
        "runs-stale",
        "The list of runs is not up to date: this very run is not in it, then it is.",
        "A.10",
        RECOVERED,
        Fault(kind="stale", route="runs", call=(1, 2), hide=1),
    ),
    _gate(
        "runs-stale-for-long",
        "The list of runs stays without this very run.",
        "A.10",
        refused("require-ci-green/stale-list"),
        Fault(kind="stale", route="runs", hide=1),
    ),
    _gate(
        "runs-in-wrong-order",
        "An older red run comes first in the list.",
        "A.10",
        RECOVERED,
        meanwhile(deeds.add_older_red, route="ref"),
        Fault(kind="wrong-order", route="runs"),
    ),
    _gate(
        "runs-filter-ignored",
        "GitHub drops the filter, and lists the red run of another commit too.",
        "A.11",
        UNTOLD,
        meanwhile(deeds.add_foreign_red, route="ref"),
        Fault(kind="filter-ignored", route="runs"),
    ),
    _gate(
        "runs-page-lost",
        "A page of the list of runs is empty, and the count tells of more.",
        "A.12",
        UNTOLD,
        Fault(kind="dropped-page", route="runs"),
    ),
    _gate(
        "runs-beyond-the-cap",
        "The count tells of more runs than the list can show.",
        "A.12",
        UNTOLD,
        Fault(kind="total-count", route="runs", total=4506),
    ),
    _gate(
        "ci-red",
        "The tests were run again, and failed.",
        "D-O2",
        refused("require-ci-green/red"),
        meanwhile(deeds.rerun("test", "failure"), route="ref"),
    ),
    _gate(
        "ci-cancelled",
        "The tests were cancelled by a newer push.",
        "A.6",
        refused("require-ci-green/cancelled"),
        meanwhile(deeds.conclude("test", "cancelled"), route="ref"),
    ),
    _gate(
        "ci-missing",
        "The tests never ran for the tagged commit.",
        "A.7",
        refused("require-ci-green/never-ran"),
        meanwhile(deeds.unstart("test"), route="ref"),
    ),
    _gate(
        "ci-still-running",
        "The tests are still running when the wait is over.",
        "A.9",
        refused("require-ci-green/rerunning"),
        meanwhile(deeds.unfinish("test"), route="ref"),
    ),
    _gate(
        "ci-ends-late",
        "The tests end well while the gate waits.",
        "A.9",
        RECOVERED,
        meanwhile(deeds.unfinish("test"), route="ref"),
        meanwhile(deeds.conclude("test", "success"), route="runs", call=3),
    ),
)

REFS = (
    _gate(
        "tag-moved",
        "The tag is moved right after the release started.",
        "A.16",
        refused("guard-release-tag/tag-moved"),
        meanwhile(deeds.move_tag, route="ref"),
    ),
    _gate(
        "tag-deleted",
        "The tag is deleted right after the release started.",
        "A.16",
        refused("guard-release-tag/tag-missing"),
        meanwhile(deeds.delete_tag, route="ref"),
    ),
    _gate(
        "main-moved-on",
        "Somebody pushes to main between the tag and the gate.",
        "A.3",
        refused("require-ci-green/behind-head"),
        meanwhile(deeds.go_on, route="ref", call=3),
    ),
    _gate(
        "main-moves-during-the-look",
        "Somebody pushes to main while the gate reads the runs.",
        "D-O3",
        refused("require-ci-green/head-moved"),
        meanwhile(deeds.go_on, route="runs", when="after"),
    ),
)

GATES = (*ANSWERS, *RUNS, *REFS)
