"""Two stagers at the same time end with one draft: the lowest id stays, whoever made it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal

import pytest

from rehearsal.github import Fault
from tests.actions.releasing import FILES, TAG, Scene, digest
from tests.actions.require_ci_green.play import Played, QuickClock
from tests.hanging import HANG


class Waiting(QuickClock):
    """A stager that waits, waits until the other one has ended; or a minute by its own clock."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if seconds >= 1:
            assert self._other.wait(HANG)


def stager(scene: Scene, run: int) -> Scene:
    return replace(scene, environ={"GITHUB_RUN_ID": str(run)})


def one_whole_draft(scene: Scene) -> None:
    draft = scene.release
    assert (draft.draft, draft.name) == (True, TAG)
    assert {asset.name: asset.digest for asset in draft.assets} == {
        name: f"sha256:{digest(content)}" for name, content in FILES.items()
    }


def race(
    scene: Scene, first: Scene, second: Scene, *, first_is_lowest: bool
) -> tuple[Played, Played]:
    """Both have looked and seen none, and both make a draft; say which one is made first."""
    ended = threading.Event(), threading.Event()
    second_asks, first_made, second_made = (threading.Event() for _ in range(3))
    played: list[Played] = []

    def play_second() -> None:
        played.append(second.stage(Waiting(ended[0])))
        ended[1].set()

    other = threading.Thread(target=play_second)

    def before_the_first() -> None:
        other.start()
        assert second_asks.wait(HANG)
        if not first_is_lowest:
            first_made.set()
            assert second_made.wait(HANG)

    def before_the_second() -> None:
        second_asks.set()
        assert first_made.wait(HANG)

    def call(number: int, when: str, callback: Callable[[], None]) -> Fault:
        fields: dict[str, Any] = {"route": "create-release", "kind": "meanwhile", "when": when}
        return Fault(call=number, callback=callback, **fields)

    scene.github.faults.add(
        call(1, "before", before_the_first),
        call(1, "after", first_made.set),
        call(2, "before", before_the_second),
        call(2, "after", second_made.set),
    )
    try:
        played.insert(0, first.stage(Waiting(ended[1])))
    finally:
        ended[0].set()
        other.join(HANG)
        scene.github.faults.clear()
    return played[0], played[1]


@pytest.mark.parametrize("first_is_lowest", [True, False], ids=["first", "second"])
@pytest.mark.parametrize("runs", [(1, 2), (1, 1)], ids=["two runs", "two jobs of a run"])
def test_two_that_race_end_with_the_lowest_id(
    scene: Scene, first_is_lowest: bool, runs: tuple[int, int]
) -> None:
    """PAINS C24, M26, D-M18: neither order decides anything but which id it is."""
    first, second = stager(scene, runs[0]), stager(scene, runs[1])
    ends = race(scene, first, second, first_is_lowest=first_is_lowest)
    assert [end.exit for end in ends] == [0, 0], "\n".join(end.log for end in ends)
    one_whole_draft(scene)
    ids = {end.record["outputs"]["release-id"] for end in ends}
    assert ids == {str(scene.release.id)}
    made = [r for end in ends for r in end.requests if r.route == "create-release"]
    assert made


@pytest.mark.parametrize("when", ["before", "after"])
def test_one_that_is_overtaken_goes_on_with_the_draft_that_stays(
    scene: Scene, when: Literal["before", "after"]
) -> None:
    """A whole run of another stager between our look and our draft, or right after it."""
    other: list[Played] = []

    def whole_run() -> None:
        if not other:
            other.append(stager(scene, 2).stage())

    scene.github.faults.add(
        Fault(route="create-release", call=1, kind="meanwhile", when=when, callback=whole_run)
    )
    played = stager(scene, 1).stage()
    scene.github.faults.clear()
    assert (other[0].exit, played.exit) == (0, 0), f"{other[0].log}\n{played.log}"
    one_whole_draft(scene)


def test_an_empty_draft_of_a_stager_that_died_is_named(scene: Scene) -> None:
    """It is another run's: not ours to delete, and no reason to guess."""
    kept = scene.draft({})
    spare = scene.draft({}, name=f"{TAG} (being staged by run 7)")
    played = stager(scene, 8).stage()
    assert (played.exit, played.bad) == (11, ["draft-race"])
    assert f"draft {spare.id} " in played.log
    assert [release.id for release in scene.repository.releases] == [kept.id, spare.id]


def test_our_own_empty_draft_of_an_earlier_attempt_is_removed(scene: Scene) -> None:
    """The same run, started again, knows its own by the title."""
    kept = scene.draft()
    scene.draft({}, name=f"{TAG} (being staged by run 7)")
    played = stager(scene, 7).stage()
    assert played.exit == 0, played.log
    assert scene.release is kept


def test_our_own_draft_that_is_not_empty_is_never_removed(scene: Scene) -> None:
    scene.draft({})
    scene.draft({"app.whl": b"x"}, name=f"{TAG} (being staged by run 7)")
    played = stager(scene, 7).stage()
    assert (played.exit, played.bad) == (10, ["two-drafts"])
    assert len(scene.repository.releases) == 2


@pytest.mark.parametrize("how", ["filled", "gone", "published"])
def test_an_empty_draft_is_looked_at_again_before_it_is_removed(scene: Scene, how: str) -> None:
    from rehearsal.github import releasing

    kept = scene.draft()
    spare = scene.draft({}, name=f"{TAG} (being staged by run 7)")

    def meanwhile() -> None:
        if how == "filled":
            releasing.add_asset(scene.repository, spare, "a", b"1")
        elif how == "gone":
            scene.repository.releases.remove(spare)
        else:
            spare.draft = False

    scene.github.faults.add(Fault(route="release", call=1, kind="meanwhile", callback=meanwhile))
    played = stager(scene, 7).stage()
    scene.github.faults.clear()
    if how == "gone":
        assert played.exit == 0, played.log
        assert scene.release is kept
    else:
        assert (played.exit, played.bad) == (10, ["not-empty"]), played.log
        assert len(scene.repository.releases) == 2
