"""Journeys: runs one after the other in one world, and what must be there at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from rehearsal import train
from rehearsal.errors import RehearsalError
from rehearsal.journeys import JOURNEYS
from rehearsal.rehearse import perform, prepared
from rehearsal.run import Setup
from rehearsal.show import Silent
from rehearsal.stories import ALONE, World

#: The head, two branches and two tags; the crates come after them.
REFS = 5


@pytest.fixture(scope="module")
def setup() -> Iterator[Setup]:
    with prepared(Silent()) as made:
        yield made


def _notes(world: World, branch: str) -> list[str]:
    git = world.repository.git
    return (git.file(git.branches()[branch], "RELEASES.md") or b"").decode().splitlines()


def test_the_20th_by_two_pull_requests_dates_main_and_tags_the_branch(setup: Setup) -> None:
    """W12, W16, W27, W31: the document's form of the train, run by run."""
    worlds: list[World] = []

    def shown(world: World) -> Sequence[tuple[str, ...]]:
        worlds.append(world)
        dated = [next(line for line in _notes(world, branch) if line.startswith("Released "))
                 for branch in ("main", train.BRANCH)]  # fmt: skip
        assert dated[0] == dated[1]
        assert train.TWO_PULLS.shown is not None
        return train.TWO_PULLS.shown(world)[:REFS]

    # Up to the tag; `make rehearse` goes on and publishes.
    journey = replace(
        train.TWO_PULLS, name="whole", shown=shown,
        stories=train.TWO_PULLS.stories[:-1], end=train.TWO_PULLS.end[:REFS - 1],
    )  # fmt: skip
    ended = list(perform(journey, setup, Silent()))
    assert [(one.story.name, one.ok) for one in ended] == [
        ("cut", True), ("tag rc.1", True), ("release", True), ("tag", True),
    ]  # fmt: skip
    (world,) = worlds
    git = world.repository.git
    marked = git.commit(git.peel(git.tags()["v49.0.0"]) or "")
    assert "[automatically-tag-and-release-this-commit]" in marked.message.splitlines()


def test_a_journey_that_ends_elsewhere_is_an_error(setup: Setup) -> None:
    journey = replace(
        train.TWO_PULLS,
        name="elsewhere",
        stories=train.TWO_PULLS.stories[:1],
        end=("tag v49.0.0 49.0.0 0.136.0",),
    )
    with pytest.raises(RehearsalError, match=r"tag v49\.0\.0 49\.0\.0 0\.136\.0 is not there"):
        list(perform(journey, setup, Silent()))


def test_a_journey_ends_with_the_first_story_that_does(setup: Setup) -> None:
    """W32: an open blocker keeps the release from being asked for."""

    def begin(world: World) -> None:
        train.TWO_PULLS.begin(world)
        world.repository.add_issue("The brakes fail", labels=["release-blocker"])

    ended = list(perform(replace(train.TWO_PULLS, name="blocked", begin=begin), setup, Silent()))
    assert [one.ok for one in ended] == [True, True, False]
    assert ended[-1].rules == ("require-no-blockers/open-blocker",)


def test_every_long_journey_says_how_it_must_end() -> None:
    long = [journey for journey in JOURNEYS if journey not in ALONE]
    assert len(long) > 6
    assert all(journey.shown and journey.end for journey in long)
