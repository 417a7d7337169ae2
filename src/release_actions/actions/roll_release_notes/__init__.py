"""Check the release notes of a version, date them, or open the notes of the next cycle.

1. The file is read, and the notes of another branch where they must agree.
2. Its layout is told by what is in it. `check` judges; `date` and `new-cycle` write the file anew,
   of which only the lines concerned differ, once.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.roll_release_notes import looking, rolling
from release_actions.actions.roll_release_notes.asked import Inputs, Rolled

action = Action(Inputs, looking.gather, rolling.unsettled, Rolled).aiming(
    rolling.settle, rolling.decide
)
