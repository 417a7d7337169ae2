"""Open the pull request of a release from what earlier steps changed, or find it again.

1. What is to be committed: the work tree against the commit that is checked out, within the paths
   that the change may touch. The same change on the same base is the same commit, always.
2. Where it goes: the branch is pushed where it is not there or holds only what was made here,
   then the pull request is opened. What anybody else committed or closed is never overwritten.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.open_release_pr import placing, preparing
from release_actions.actions.open_release_pr.asked import Inputs, Opened

action = (
    Action(Inputs, preparing.gather, preparing.decide, Opened, wait="1m")
    .then(placing.gather, placing.unsettled)
    .aiming(placing.settle, placing.decide)
)
