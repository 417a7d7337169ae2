"""How many requests a look costs: three for any number of workflows, when all is green."""

from __future__ import annotations

import pytest

from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.play import play
from tests.actions.require_ci_green.scenario import OK
from tests.actions.require_ci_green.scene import (
    Step,
    granted,
    jobs,
    moves_on,
    on_a_runner,
    ran,
    releases,
    tags,
    without_clone,
)

CI = {"workflows": "ci.yml"}
OWN = on_a_runner()
MANY = [f"w{number}.yml" for number in range(30)]

COSTS: dict[str, tuple[dict[str, str], tuple[Step, ...], list[str]]] = {
    "all is green, in a run of its own": (CI, (ran(), OWN), ["ref", "runs", "ref"]),
    "thirty workflows cost no more": (
        {"workflows": "\n".join(MANY)}, (*(ran(name) for name in MANY), OWN),
        ["ref", "runs", "ref"]),
    "on a laptop the runs are looked at twice": (CI, (ran(),), ["ref", "runs", "runs", "ref"]),
    "the config comes by the API": (
        CI, (ran(), OWN, without_clone), ["contents", "ref", "runs", "ref"]),
    "a lightweight tag": (
        CI | {"tag": "v1"}, (ran(), OWN, tags("v1")), ["ref", "ref", "runs", "ref"]),
    "an annotated tag": (
        CI | {"tag": "v1"}, (ran(), OWN, tags("v1", message="One")),
        ["ref", "ref", "tag-object", "runs", "ref"]),
    "an annotated tag given as the commit": (
        CI | {"commit": "refs/tags/v1"}, (ran(), OWN, tags("v1", message="One")),
        ["ref", "tag-object", "ref", "runs", "ref"]),
    "required jobs": (
        CI | {"required-jobs": "ci.yml: test\nci.yml: lint"},
        (ran(jobs=jobs(lint="success")), OWN), ["ref", "runs", "attempt-jobs", "ref"]),
    "required jobs of two workflows": (
        {"workflows": "a.yml\nb.yml", "required-jobs": "a.yml: test\nb.yml: test"},
        (ran("a.yml", jobs=jobs()), ran("b.yml", jobs=jobs()), OWN),
        ["ref", "runs", "attempt-jobs", "attempt-jobs", "ref"]),
    "ancestor": (
        CI | {"require-head": "ancestor"}, (ran(), OWN, moves_on()),
        ["ref", "compare", "runs", "ref"]),
    "started": (
        CI | {"require-head": "started", "tag": "v1"},
        (ran(), OWN, tags("v1"), releases("v1", draft=True), moves_on(),
         granted(actions="read", contents="write")),
        ["ref", "ref", "compare", "releases", "runs", "ref"]),
}  # fmt: skip


@pytest.mark.parametrize("name", COSTS)
def test_a_green_look_costs(name: str, setting: Setting) -> None:
    given, steps, routes = COSTS[name]
    played = play(setting(*steps), given)
    assert played.exit == OK, played.log
    assert played.routes == routes
    assert played.record["requests"] == len(routes)
