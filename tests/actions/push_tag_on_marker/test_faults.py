"""Whatever goes wrong on the way: no yes that the true state does not justify, and no wrong tag."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from rehearsal.faults import NONSENSE, Fault
from release_actions.errors import Exit
from release_actions.run import Ended
from tests.actions.push_tag_on_marker.train import WITH_DISPATCH, M, Train

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

PASSING: dict[str, dict[str, Any]] = {
    "status 500": {"kind": "status", "status": 500},
    "status 502": {"kind": "status", "status": 502},
    "status 503": {"kind": "status", "status": 503},
    "reset before": {"kind": "reset"},
    "reset after": {"kind": "reset", "when": "after"},
    "truncated": {"kind": "truncated"},
    "status 429": {"kind": "status", "status": 429},
    **{f"nonsense: {body}": {"kind": "nonsense", "body": body} for body in NONSENSE},
    "secondary rate limit": {"kind": "secondary-rate-limit"},
    "primary rate limit": {"kind": "primary-rate-limit"},
    "stale runs": {"kind": "stale", "route": "runs", "hide": 9},
}
FINAL: dict[str, dict[str, Any]] = {
    f"status {status}": {"kind": "status", "status": status} for status in (401, 403, 404)
}
OF_GIT = ("status 50", "reset", "truncated", "status 4")  # what git over HTTP can meet, too
UNANSWERED = (
    *("status 500", "status 401", "status 403", "status 404", "reset before", "reset after"),
    *("truncated", "nonsense: html", "nonsense: object"),
)
ALWAYS = (
    *("status 500", "status 401", "status 404", "reset before", "truncated"),
    *("nonsense: list", "nonsense: object", "stale runs"),
)
READS = ("git-fetch", "ref", "repository", "tag-object", "runs")
EFFECTS = {
    "git": (("git-push", 1), ("git-push", 2), ("dispatch-workflow", 1)),
    "rest": (("create-tag-object", 1), ("create-ref", 1), ("dispatch-workflow", 1)),
}


def _strikes(name: str, route: str) -> bool:
    """Whether a fault can strike this route at all."""
    if name == "stale runs":
        return route == "runs"
    return name.startswith(OF_GIT) if route.startswith("git") else True


def _fault(name: str, route: str, call: int | tuple[int, int]) -> Fault:
    return Fault(**({"route": route, "call": call} | (PASSING | FINAL)[name]))


def _run(train: Train, method: str) -> Ended:
    return train.run(method=method, dispatch="release.yml")


def _honest(train: Train, ended: Ended, marked: str) -> None:
    """Never a wrong tag or a second run; and a yes only where all is there."""
    assert train.tags in ({}, {"v48.0.0": marked})
    assert len(train.runs) <= len(train.tags)
    if ended.exit is Exit.OK:
        assert train.tags == {"v48.0.0": marked}
        assert train.runs == [("workflow_dispatch", "v48.0.0", marked)]


def _prepared(train: Train) -> str:
    train.permissions = WITH_DISPATCH
    return train.mark()


@pytest.mark.parametrize("name", PASSING)
def test_each_read_struck_once_is_survived(train: Train, name: str) -> None:
    marked = _prepared(train)
    train.clone()
    # The fourth list of runs is the first that holds one, and so one that can be hidden.
    call = 4 if name == "stale runs" else 1
    strikes = [_fault(name, route, call) for route in READS if _strikes(name, route)]
    train.github.faults.add(*strikes)
    fired = len(train.github.faults.fired)
    ended = _run(train, "git")
    struck = [firing for firing in train.github.faults.fired[fired:] if not firing.in_vain]
    assert {firing.fault for firing in struck} == set(strikes)
    assert ended.exit is Exit.OK, (ended.error, ended.verdict)
    _honest(train, ended, marked)


@pytest.mark.parametrize("route", READS)
@pytest.mark.parametrize("name", FINAL)
def test_a_read_that_is_refused_is_no_yes(train: Train, name: str, route: str) -> None:
    marked = _prepared(train)
    train.clone()
    train.github.faults.add(_fault(name, route, (1, 99)))
    ended = _run(train, "git")
    assert ended.exit is not Exit.OK
    _honest(train, ended, marked)
    train.github.faults.clear()
    _honest(train, again := _run(train, "git"), marked)
    assert again.exit is Exit.OK


@pytest.mark.parametrize("name", UNANSWERED)
@pytest.mark.parametrize("method", EFFECTS)
def test_an_effect_without_its_answer_is_mended_by_a_second_run(
    train: Train, name: str, method: str
) -> None:
    marked = _prepared(train)
    train.clone()
    for route, call in EFFECTS[method]:
        if not _strikes(name, route):
            continue
        train.github.faults.add(_fault(name, route, call))
        ended = _run(train, method)
        _honest(train, ended, marked)
        train.github.faults.clear()
        again = _run(train, method)
        assert again.exit is Exit.OK, (route, again.error, again.verdict)
        _honest(train, again, marked)
        for tag in train.repository.git.tags():
            train.repository.git.delete_ref(f"refs/tags/{tag}")
        train.repository.runs.clear()


def _taken(train: Train) -> None:
    train.repository.tag("v48.0.0", train.commit("Work"), message="somebody")
    train.mark()


def _dropped(train: Train) -> None:
    train.mark()
    train.commit("Instead", parent=train.names["cut"])


def _mentioned(train: Train) -> None:
    train.commit(f"Tell what {M} does", "48.0.0")


def _twice(train: Train) -> None:
    train.mark()
    train.mark(files={"more": "1"})


@pytest.mark.parametrize("set_up", [_taken, _dropped, _mentioned, _twice])
@pytest.mark.parametrize("name", ALWAYS)
def test_no_fault_lets_a_tag_be_made_that_is_not_asked_for(
    train: Train, name: str, set_up: Callable[[Train], None]
) -> None:
    """Once and each time: also where what can be read is a lie, such as a 404."""
    train.permissions = WITH_DISPATCH
    set_up(train)
    train.clone()
    there = train.tags
    for route in READS:
        if _strikes(name, route):
            train.github.faults.add(_fault(name, route, (1, 99)))
            ended = _run(train, "git")
            train.github.faults.clear()
            assert train.tags == there
            assert Counter(train.runs) == Counter()
            wrong = set_up in (_taken, _twice)
            assert ended.exit is not Exit.OK or not wrong
