"""Stopped at any change, and run again: the end state is that of an undisturbed run."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import pytest

from rehearsal.faults import Fault
from release_actions.errors import UpstreamError
from tests.actions.push_tag_on_marker.train import WITH_DISPATCH, Train, made, tags_of

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

ROUTES = {
    "git": ("git-push", "dispatch-workflow") * 3,
    "rest": ("create-tag-object", "create-ref", "dispatch-workflow") * 3,
}


def _prepared(train: Train) -> tuple[str, dict[str, str]]:
    """One mark left over and two pushed: where the push began, and the tags that are wanted."""
    train.permissions = WITH_DISPATCH
    left = train.mark("48.0.0-rc.1")
    before = train.commit("Fix")
    marked = train.mark("48.0.0-rc.2")
    train.commit("More")
    last = train.mark("48.0.0")
    train.commit("Next", "48.0.1-dev")
    return before, {"v48.0.0-rc.1": left, "v48.0.0-rc.2": marked, "v48.0.0": last}


def _cases() -> list[tuple[str, int, Literal["before", "after"]]]:
    return [
        (method, call, when)
        for method, routes in ROUTES.items()
        for call in range(1, len(routes) + 1)
        for when in ("before", "after")
    ]


@pytest.mark.parametrize("method", ROUTES)
def test_undisturbed(train: Train, method: str) -> None:
    before, wanted = _prepared(train)
    asked = len(train.github.requests)
    ended = train.run(before, method=method, dispatch="release.yml")
    assert tags_of(ended) == [(name, commit, True) for name, commit in wanted.items()]
    changed = [r.route for r in train.github.requests[asked:] if r.mutating]
    assert tuple(changed) == ROUTES[method]
    _at_the_end(train, wanted)


@pytest.mark.parametrize(("method", "call", "when"), _cases())
def test_stopped_at_any_change_and_run_again(
    train: Train, method: str, call: int, when: Literal["before", "after"]
) -> None:
    before, wanted = _prepared(train)
    faults = train.github.faults
    faults.add(Fault(kind="stop-at", call=call, when=when))
    ended = train.run(before, method=method, dispatch="release.yml")
    assert isinstance(ended.error, UpstreamError)
    assert len(ended.effects.not_known) == 1
    faults.clear()
    again = train.run(before, method=method, dispatch="release.yml")
    assert made(again).tag == "v48.0.0"
    _at_the_end(train, wanted)


@pytest.mark.parametrize("call", [1, 2, 3, 4, 6])
def test_what_the_next_push_finds_undone_it_does(train: Train, call: int) -> None:
    """Nobody runs the failed run again; the branch goes on."""
    before, wanted = _prepared(train)
    train.github.faults.add(Fault(kind="stop-at", call=call, when="before"))
    train.run(before, dispatch="release.yml")
    train.github.faults.clear()
    before = train.head
    train.commit("Later")
    assert made(train.run(before, dispatch="release.yml")).tag == "v48.0.0"
    _at_the_end(train, wanted)


def test_an_old_tag_without_a_run_is_left_alone(train: Train) -> None:
    """GitHub does not keep runs for ever, and what was released long ago is not released again."""
    before, wanted = _prepared(train)
    train.run(before, dispatch="release.yml")
    train.repository.runs.clear()
    train.clock.time += 8 * 86400
    before = train.head
    train.commit("Later")
    assert tags_of(train.run(before, dispatch="release.yml")) == []
    assert train.runs == []
    assert train.tags == wanted


def _at_the_end(train: Train, wanted: dict[str, str]) -> None:
    """Each tag on its commit, and exactly one run for each."""
    assert train.tags == wanted
    runs = Counter((branch, commit) for _, branch, commit in train.runs)
    assert runs == Counter(wanted.items())
