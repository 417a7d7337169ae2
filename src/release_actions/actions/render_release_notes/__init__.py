"""Write the notes of a release from its changelog, its history and files, within GitHub's limit.

1. What the tag releases, by its text; the files that the notes are made of.
2. The history since the family's last tag, and the pull requests that brought it.
3. The notes, with what their class demands in them; what GitHub would not take goes to a file of
   its own.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.render_release_notes import reaching, reading, writing
from release_actions.actions.render_release_notes.asked import Inputs, Rendered

action = (
    Action(Inputs, reading.gather, reading.decide, Rendered)
    .then(reaching.gather, reaching.decide)
    .then(writing.gather, writing.decide)
)
