"""Settle which bytes of each wheel and sdist are the release: those that the index serves already,
else those that were built; and wait until exactly these are served.

1. This machine, before any network: each file opened, and what it says of itself.
2. The index, layer by layer: new, published, partly published, or not to be told.
3. The bytes: what is served is loaded and verified, and the canonical set stands in its folder.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.canonicalize_pypi_dists import local, served, settling
from release_actions.actions.canonicalize_pypi_dists.asked import Canonical, Inputs

action = (
    Action(Inputs, local.gather, local.unsettled, Canonical, wait="15m")
    .aiming(local.settle, local.decide)
    .then(served.gather, served.decide)
    .then(settling.gather, settling.decide)
    .verifying(lambda inputs: inputs.publisher is not None)
)
