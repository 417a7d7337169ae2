"""What may still come is waited for, with a hard end; what will not come ends it at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.faults import Fault
from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.play import Played, QuickClock, play
from tests.actions.require_ci_green.scenario import FAILED, MISSING, OK
from tests.actions.require_ci_green.scene import (
    Scene,
    Step,
    again,
    moves_on,
    on_a_runner,
    ran,
    stands,
    surrounded,
    tags,
)

CI = {"workflows": "ci.yml", "wait": "10m"}


class EventfulClock(QuickClock):
    """A clock in whose third sleep something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if len(self.slept) == 3:
            self._happens()


def ends(conclusion: str) -> Step:
    """The last run ends so."""

    def step(scene: Scene) -> None:
        scene.repository.conclude(scene.last, conclusion)

    return step


def waited(scene: Scene, happens: Step, **more: str) -> tuple[Played, QuickClock]:
    clock = EventfulClock(lambda: happens(scene))
    return play(scene, CI | more, clock), clock


RUNNING = ran(status="in_progress")
RERUN = (ran(conclusion="failure"), again(status="queued"))

COMES: dict[str, tuple[tuple[Step, ...], Step, int]] = {
    "a run turns green": ((RUNNING,), ends("success"), OK),
    "a run turns red": ((RUNNING,), ends("failure"), FAILED),
    "a red run that is run again turns green": (RERUN, ends("success"), OK),
    "a red run that is run again turns red again": (RERUN, ends("failure"), FAILED),
    "a run begins and is green": ((), ran(), OK),
    "a cancelled run is run again": ((ran(conclusion="cancelled"),), again(), OK),
    "main moves on meanwhile": ((RUNNING,), moves_on(), FAILED),
    "a red run of it appears": ((RUNNING,), ran(conclusion="failure"), FAILED),
    "its own run is in the list at last": (
        (ran(), on_a_runner(of="before"), surrounded(GITHUB_SHA="{commit}")),
        lambda scene: setattr(scene.runs["own"], "commit", scene.names["commit"]), OK),
}  # fmt: skip


@pytest.mark.parametrize("name", COMES)
def test_what_may_still_come_is_waited_for(name: str, setting: Setting) -> None:
    steps, happens, exit = COMES[name]
    played, clock = waited(setting(*steps), happens)
    assert played.exit == exit, played.log
    assert len(clock.slept) == 3
    assert played.log.count("[INFO] waiting: ") == 3, "a state line each round"


def test_a_tag_that_comes_is_waited_for(setting: Setting) -> None:
    played, _ = waited(setting(ran()), tags("v1.0.0"), tag="v1.0.0")
    assert played.exit == OK, played.log


WILL_NOT: dict[str, tuple[tuple[Step, ...], dict[str, str], str]] = {
    "a red run": ((ran(conclusion="failure"),), {}, "red"),
    "a red run beside one in progress": (
        (RUNNING, ran("lint.yml", conclusion="failure")), {"workflows": "ci.yml\nlint.yml"}, "red"),
    "the commit is behind the head": ((RUNNING, moves_on()), {}, "behind-head"),
    "there is no such workflow": ((), {"workflows": "cj.yml"}, "no-such-workflow"),
    "the workflow is disabled": (
        (stands("ci.yml", "disabled_manually"),), {}, "disabled"),
}  # fmt: skip


@pytest.mark.parametrize("name", WILL_NOT)
def test_what_will_not_come_ends_it_at_once(name: str, setting: Setting) -> None:
    steps, given, rule = WILL_NOT[name]
    clock = QuickClock()
    played = play(setting(*steps), CI | given, clock)
    assert (played.exit, clock.slept) == (FAILED, []), played.log
    assert rule in played.bad


def test_the_wait_has_an_end(setting: Setting) -> None:
    clock = QuickClock()
    played = play(setting(RUNNING), CI, clock)
    assert played.exit == MISSING, played.log
    assert clock.passed == pytest.approx(600)
    assert played.log.count("[INFO] waiting: ") == len(clock.slept)


def test_without_a_wait_nothing_is_waited_for(setting: Setting) -> None:
    clock = QuickClock()
    assert play(setting(RUNNING), {"workflows": "ci.yml"}, clock).exit == MISSING
    assert clock.slept == []


def test_asking_again_costs_nothing_of_the_rate_limit(setting: Setting) -> None:
    scene = setting(RUNNING)
    played, _ = waited(scene, ends("success"))
    polls = played.requests[2:6]  # the second and third look
    assert [request.unchanged for request in polls] == [True] * 4
    assert all(request.conditional for request in played.requests[2:])


def test_an_outage_within_the_wait_is_no_end(setting: Setting) -> None:
    scene = setting(ran())
    scene.github.faults.add(Fault(route="runs", call=(1, 9), kind="status", status=502))
    played = play(scene, CI)
    scene.github.faults.clear()
    assert played.exit == OK, played.log
    assert "502" in played.log
