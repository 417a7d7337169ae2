"""What GitHub means where it refuses a ref, through git or through the API, and what to do."""

from __future__ import annotations

import re

# Its words, the first that fit: rule and mending.
MEANINGS = (
    (
        re.compile(r"refusing to allow .*workflow", re.IGNORECASE | re.DOTALL),
        "workflows-permission",
        "The commit brings workflow files that no branch head has, and this token may not do that."
        " Tag a commit that is a branch's head, push a branch at that commit first, or use a GitHub"
        " App's token with Workflows: write (GITHUB_TOKEN cannot have it).",
    ),
    (
        re.compile(r"GH013|GH006|repository rule violations|protected branch", re.IGNORECASE),
        "ruleset",
        "A ruleset of the repository forbids this to this token. Put the GitHub App whose token"
        " this job uses on the ruleset's bypass list, or let someone who is on it do this step.",
    ),
)


def meaning(words: str) -> tuple[str, str] | None:
    """The rule and the mending, or None where the words are of another kind."""
    for pattern, rule, fix in MEANINGS:
        if pattern.search(words):
            return rule, fix
    return None
