"""Journeys that are played at once are told one after the other, and end together."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import side_by_side
from rehearsal.errors import RehearsalError
from rehearsal.rehearse import EndedStory, Watcher
from rehearsal.run import Setup
from rehearsal.scratch import Scratch
from rehearsal.show import Silent
from rehearsal.stories import ALONE, Journey
from tests.hanging import HANG

FIRST, SECOND = ALONE[:2]


class Heard(Silent):
    """Notes which stories begin, and what is prepared."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def preparing(self, what: str) -> None:
        self.said.append(what)


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    with Scratch() as scratch:
        yield Setup(scratch, tmp_path, tmp_path)


def _ended(journey: Journey) -> EndedStory:
    (story, *_) = journey.stories
    return EndedStory(story, None, story.ending, (), 0.0, 0)  # type: ignore[arg-type]


def test_the_second_is_played_beside_the_first_and_told_behind_it(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, second_over = threading.Barrier(2, timeout=HANG), threading.Event()

    def perform(journey: Journey, setup: Setup, watcher: Watcher) -> Iterator[EndedStory]:
        meeting.wait()
        if journey is FIRST:  # the last to tell anything
            assert second_over.wait(HANG)
        watcher.preparing(journey.name)
        yield _ended(journey)
        if journey is SECOND:
            second_over.set()

    monkeypatch.setattr(side_by_side, "perform", perform)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    heard = Heard()
    ended = [one.story for one in side_by_side.perform_all([FIRST, SECOND], setup, heard)]
    assert heard.said == [FIRST.name, SECOND.name]
    assert ended == [FIRST.stories[0], SECOND.stories[0]]
    assert setup.scratch.path.is_dir()


def test_where_one_breaks_the_others_are_ended_and_nothing_is_left(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, given_up = threading.Event(), []

    def perform(journey: Journey, setup: Setup, watcher: Watcher) -> Iterator[EndedStory]:
        if journey is FIRST:
            assert begun.wait(HANG)
            raise RehearsalError("The loopback GitHub broke")
        begun.set()
        try:
            while True:
                watcher.preparing("more")
        except RehearsalError as error:
            given_up.append(str(error))
            (setup.scratch.path / "late").mkdir(parents=True)
            raise
        yield _ended(journey)

    monkeypatch.setattr(side_by_side, "perform", perform)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    with pytest.raises(RehearsalError, match="The loopback GitHub broke"):
        list(side_by_side.perform_all([FIRST, SECOND], setup, Silent()))
    assert given_up == ["The rehearsal was given up"]
    assert not setup.scratch.path.exists()


@pytest.mark.parametrize(("count", "cores"), [(1, 8), (2, 1), (2, None)])
def test_one_alone_or_on_one_core_is_played_as_it_is_told(
    count: int, cores: int | None, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def perform(journey: Journey, setup: Setup, watcher: Watcher) -> Iterator[EndedStory]:
        assert threading.current_thread() is threading.main_thread()
        yield _ended(journey)

    monkeypatch.setattr(side_by_side, "perform", perform)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    ended = list(side_by_side.perform_all([FIRST, SECOND][:count], setup, Silent()))
    assert len(ended) == count
