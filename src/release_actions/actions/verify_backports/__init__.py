"""Verify that a patch branch holds nothing but cherry-picks from main, and version commits.

1. Where the branch starts, where main is, and that the clone has the whole history of both.
2. Each commit since: it changes exactly what a commit on main changes; or it moves the version
   and nothing else; or it changes release notes alone. Anything else is named, with the commit
   on main that is nearest to it.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.verify_backports import judging, placing
from release_actions.actions.verify_backports.asked import Inputs, Verified

action = Action(Inputs, placing.gather, placing.decide, Verified).then(
    judging.gather, judging.decide
)
