"""Hash what was built, once and for all: checksums that verify after download, subjects for
provenance, and the manifest of what a release is to have.

1. The names: each pattern matches, each file is a plain one, each bare name is there once.
2. The bytes: each file is hashed as it stays, and what is told of them is written and read back.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.digest_artifacts import hashing, matching
from release_actions.actions.digest_artifacts.asked import Digested, Inputs

action = Action(Inputs, matching.gather, matching.decide, Digested).then(
    hashing.gather, hashing.decide
)
