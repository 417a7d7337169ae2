"""What changes while the gate looks: it is refused if any later look could have shown it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.faults import Fault
from rehearsal.github import Job
from rehearsal.github.world import Record
from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.oracle import doubts
from tests.actions.require_ci_green.play import inputs, play
from tests.actions.require_ci_green.scenario import ERROR, OK
from tests.actions.require_ci_green.scene import (
    Scene,
    Step,
    again,
    commits,
    granted,
    jobs,
    moves_on,
    on_a_runner,
    ran,
    releases,
    tags,
)

CI = {"workflows": "ci.yml"}
JOBS = CI | {"required-jobs": "ci.yml: test"}
STARTED = CI | {"require-head": "started", "tag": "v1.0.0"}
DRAFTS = granted(actions="read", contents="write")

Shows = Callable[[Record], bool]


def head(request: Record) -> bool:
    return request.path.endswith("/git/ref/heads/main")


def tag(request: Record) -> bool:
    return "/git/ref/tags/" in request.path


def runs(request: Record) -> bool:
    return request.route == "runs"


def red(scene: Scene) -> None:
    ran(conclusion="failure")(scene)


def hollow_again(scene: Scene) -> None:
    again("green", jobs=[Job("test", "skipped")])(scene)


CASES: dict[str, tuple[dict[str, str], tuple[Step, ...], Step, Shows, int]] = {
    "the head moves": (CI, (ran(),), moves_on(), head, 4),
    "the head moves, seen by its own run": (CI, (ran(), on_a_runner()), moves_on(), head, 3),
    "the head moves, and nothing had begun": (STARTED, (ran(), DRAFTS), moves_on(), head, 9),
    "the branch is set elsewhere": (
        CI | {"require-head": "ancestor"}, (ran(), moves_on()),
        commits({"x": "1"}, of="before", branch="main", keep="aside"), head, 6),
    "a red run appears": (CI, (ran(),), red, runs, 4),
    "a green run is run again": (CI, (ran(),), again(status="queued"), runs, 4),
    "a green run is run again, and is hollow": (
        JOBS, (ran(jobs=jobs(), keep="green"),), hollow_again, runs, 5),
    "the tag moves": (CI | {"tag": "v1.0.0"}, (ran(), tags("v1.0.0")),
                      tags("v1.0.0", of="before"), tag, 5),
    "the tag appears, elsewhere": (STARTED, (ran(), releases("v1.0.0", draft=True), DRAFTS),
                                   tags("v1.0.0", of="before"), tag, 9),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_change_is_refused_if_a_later_look_could_show_it(name: str, setting: Setting) -> None:
    given, steps, change, shows, requests = CASES[name]
    for call in range(1, requests + 1):
        scene = setting(*steps)
        faults, before = scene.github.faults, len(scene.github.faults.fired)

        def happen(scene: Scene = scene) -> None:
            change(scene)

        faults.add(Fault(kind="meanwhile", call=call, callback=happen))
        played = play(scene, given)
        faults.clear()
        if len(faults.fired) == before:
            assert call > 1
            break
        assert played.exit != ERROR, played.log
        if played.exit == OK and doubts(scene, inputs(scene, given)):
            later = [request.path for request in played.requests[call - 1 :] if shows(request)]
            assert not later, f"before request {call}, and not seen in {later}"
