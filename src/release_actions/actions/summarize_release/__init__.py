"""Draw what every action of a release said, as one graph in the job summary, and give one outcome
for all of it.

The evidence is the record that each action leaves below RUNNER_TEMP. Of each job the last attempt
counts. What a job said in another run is refused, and no verdict at all is never a pass.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.summarize_release.asked import Inputs, Told
from release_actions.actions.summarize_release.judging import decide
from release_actions.actions.summarize_release.looking import gather

action = Action(Inputs, gather, decide, Told)
