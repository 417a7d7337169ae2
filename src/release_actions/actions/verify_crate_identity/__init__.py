"""Prove that the attested .crate, what cargo packages, and what the registry serves are one and
the same bytes.

1. The ground: the attested files, and (to package) a clean tree at a commit, with no secret near.
2. The registry: where it is, and whether the crates that these need are on it.
3. The bytes: packaged against attested, or served against attested, member by member.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.verify_crate_identity import comparing, ground, reaching
from release_actions.actions.verify_crate_identity.asked import Identified, Inputs

action = (
    Action(Inputs, ground.gather, ground.decide, Identified, wait="5m")
    .then(reaching.gather, reaching.decide)
    .then(comparing.gather, comparing.decide)
    .explained(comparing.explain)
)
