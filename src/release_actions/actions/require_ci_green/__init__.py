"""Require that every named workflow succeeded for the very commit being released, on its branch.

1. The tag, if one is given, peels to the commit, and the commit is where `require-head` wants it.
2. Of each workflow, the newest run of each accepted event for this commit and branch succeeded.
3. The required jobs inside those runs succeeded; a skipped one did not.
4. After the last run was read the head is looked at again; and so are the runs, unless this very
   run is among them: a list that has it is not from before this release began.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.require_ci_green import again, closer, inside, place
from release_actions.actions.require_ci_green.asked import Green, Inputs

action = (
    Action(Inputs, place.gather, place.decide, Green)
    .then(inside.gather, inside.decide)
    .then(again.gather, again.decide)
    .explained(closer.explain)
)
