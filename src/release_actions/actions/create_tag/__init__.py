"""Create the next tag of a family on a commit, annotated or signed, and once.

1. What the tag says: the version, given or read at the commit; the date, given or today's.
2. The tags that say the same: one of them on this commit is the tag, and nothing is made;
   else the next number is. What is aimed at is settled before anything is made.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.create_tag import aiming, saying
from release_actions.actions.create_tag.asked import Inputs, Made

action = (
    Action(Inputs, saying.gather, saying.decide, Made)
    .then(aiming.gather, aiming.unsettled)
    .aiming(aiming.settle, aiming.decide)
)
