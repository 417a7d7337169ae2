"""Every pain that a release gate was bitten by: what comes of it, and that a yes is justified."""

from __future__ import annotations

import pytest

from release_actions.actions.require_ci_green.asked import Inputs
from release_actions.actions.require_ci_green.closer import Closer
from release_actions.world import World
from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.corpus import CORPUS
from tests.actions.require_ci_green.oracle import doubts
from tests.actions.require_ci_green.play import inputs, play
from tests.actions.require_ci_green.scenario import ERROR, OK, USAGE, Scenario

TO_EXPLAIN = 4


@pytest.mark.parametrize("scenario", CORPUS, ids=lambda scenario: scenario.id)
def test_a_yes_is_justified_and_a_no_says_why(
    scenario: Scenario, setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = setting(*scenario.steps)
    looked: list[int] = []
    begin = Closer.__init__

    def begun(closer: Closer, inputs: Inputs, world: World) -> None:
        looked.append(world.asked)
        begin(closer, inputs, world)

    monkeypatch.setattr(Closer, "__init__", begun)
    played = play(scene, scenario.inputs)
    assert len(played.requests) - (looked or [len(played.requests)])[0] <= TO_EXPLAIN
    reasons = doubts(scene, inputs(scene, scenario.inputs))
    assert (played.exit, reasons if played.exit == OK else []) == (scenario.exit, []), played.log
    if scenario.exit not in (ERROR, USAGE):
        refused = played.exit != OK and not scenario.hidden
        assert bool(reasons) == refused, f"the oracle thinks otherwise: {reasons}"
    if scenario.rule:
        assert scenario.rule in played.bad, played.log
    assert scenario.says in played.log, played.log


def test_the_corpus_is_as_large_as_it_was_asked_for() -> None:
    assert len({scenario.id for scenario in CORPUS}) == len(CORPUS) >= 60
    assert sum(scenario.exit == OK for scenario in CORPUS) >= 20
    assert {f"A{number}" for number in range(1, 17)} <= {scenario.pain for scenario in CORPUS}
