"""The whole corpus."""

from __future__ import annotations

from tests.actions.require_ci_green.scenario import Scenario
from tests.actions.require_ci_green.scenarios_inside import INSIDE
from tests.actions.require_ci_green.scenarios_place import PLACE
from tests.actions.require_ci_green.scenarios_runs import RUNS

CORPUS: tuple[Scenario, ...] = RUNS + PLACE + INSIDE
