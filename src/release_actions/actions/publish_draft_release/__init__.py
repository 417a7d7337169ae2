"""Publish a draft once everything in it was looked at again: its tag, its commit, the set of its
assets and every digest.

1. This machine: the manifest, where one is given.
2. GitHub: the release by its id, its tag and its commit, its marks.
3. Its assets against the manifests: the very same set.
4. Its place among the releases of its family; then it is published, and all is looked at again.
"""

from __future__ import annotations

from release_actions.action import Action
from release_actions.actions.publish_draft_release import (
    expecting,
    identifying,
    publishing,
    verifying,
)
from release_actions.actions.publish_draft_release.asked import Inputs, Published

action = (
    Action(Inputs, expecting.gather, expecting.decide, Published, wait="2m")
    .then(identifying.gather, identifying.decide)
    .then(verifying.gather, verifying.decide)
    .then(publishing.gather, publishing.decide)
)
