"""Publish the crates of a workspace in the order in which they need each other, each as the very
bytes that were attested, and resume from what the registry says.

1. The ground: which crates, in which order, and an attested .crate of each, of a clean commit.
2. The siblings that are not published here: the registry has them.
3. The bytes: what cargo packages, without any token, is what was attested.
4. The registry: what is there is ours in every layer; what is not there is published, one by one.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.publish_crates import ground, packing, reaching, serving
from release_actions.actions.publish_crates.asked import Inputs, Published

action = (
    Action(Inputs, ground.gather, ground.decide, Published, wait="15m")
    .then(reaching.gather, reaching.decide)
    .then(packing.gather, packing.decide)
    .then(serving.gather, serving.decide)
    .trusted("registry-token")
    .pacing(0.25)
)
