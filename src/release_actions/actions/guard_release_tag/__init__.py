"""Require that a tag is a release: by its name, its commit, its branch, its version, its signer.

1. The text of the tag: of the family, of a class that is released here, of the expected version.
2. GitHub: the tag peels to the commit that this run is for; its branch and its counterpart exist.
3. git: the branch contains the commit, its files say the same version, and what is asked beyond.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.guard_release_tag import naming, placing, proving
from release_actions.actions.guard_release_tag.asked import Guarded, Inputs

action = (
    Action(Inputs, naming.gather, naming.decide, Guarded)
    .then(placing.gather, placing.decide)
    .then(proving.gather, proving.decide)
)
