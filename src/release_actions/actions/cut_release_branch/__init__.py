"""Push a commit as the release branch of its version, once everything after it is prepared.

1. What the branch is: the commit or tag that it starts at, and the version that names it.
2. Whether it may be cut: it is where it should be already, and nothing is done; or it is not
   there, the commit is on the branch that is released from, and what `after` names is prepared.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.cut_release_branch import cutting, naming
from release_actions.actions.cut_release_branch.asked import Cut, Inputs

action = (
    Action(Inputs, naming.gather, naming.decide, Cut, wait="1m")
    .then(cutting.gather, cutting.unsettled)
    .aiming(cutting.settle, cutting.decide)
)
