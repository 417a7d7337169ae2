"""Move every place that states a version in one step, or prove that all of them agree.

1. Look: from where each group begins, every file that states its version, asks for it or keeps it.
2. Settle: all of them agree, so each group has one version; the step leads to the next one.
3. One Change rewrites every file, or none. The next look is the proof: every place, by its file.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.bump_lockstep_version import deciding, planning, searching
from release_actions.actions.bump_lockstep_version.asked import Bumped, Inputs

action = Action(Inputs, searching.gather, deciding.unsettled, Bumped).aiming(
    planning.settle, deciding.decide
)
