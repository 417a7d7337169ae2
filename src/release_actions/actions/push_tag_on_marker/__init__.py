"""Tag the commits of a push that carry the release marker, each on the commit itself, and once.

1. What was pushed and is on the branch now, and what of it is marked: git alone is asked.
2. The tag that each mark asks for by the version at that very commit, in the order of history.
   Those that an earlier run left over come first. A tag's workflow is seen to run before the
   next tag is made.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.push_tag_on_marker import judging, pushed, tagged
from release_actions.actions.push_tag_on_marker.asked import Inputs, Made

action = (
    Action(Inputs, pushed.gather, pushed.decide, Made, wait="2m")
    .then(tagged.gather, judging.unsettled)
    .aiming(tagged.settle, judging.decide)
)
