"""Have one draft release for a tag, pinned to its commit, with exactly the assets of a manifest.

1. This machine: the manifest, a file for each asset by its digest, the text.
2. GitHub: the tag on its commit, and one draft for it; of two that race the lowest id stays.
3. The draft: its marks and text, each asset by size and digest, and nothing else.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.stage_draft_release import drafting, filling, preparing
from release_actions.actions.stage_draft_release.asked import Inputs, Staged

action = (
    Action(Inputs, preparing.gather, preparing.decide, Staged, wait="2m")
    .then(drafting.gather, drafting.unsettled)
    .aiming(drafting.settle, drafting.decide)
    .then(filling.gather, filling.decide)
)
