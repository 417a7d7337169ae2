"""A tag that git makes and pushes, and what a server means that refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.clients.git import Git
from release_actions.clients.refusals import meaning
from release_actions.clients.tagging import make_tag
from release_actions.errors import UpstreamError
from release_actions.values import RefName, Sha
from tests.probe import git


def test_a_tag_of_a_commit_that_is_not_there_is_no_tag(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", ".")
    with pytest.raises(UpstreamError, match="git tag v1"):
        make_tag(Git(tmp_path), RefName("v1"), Sha("1" * 40), "v1", "none", "")
    assert git(tmp_path, "tag", "--list") == ""


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (
            "remote: error: GH013: Repository rule violations found for refs/tags/v1.\n"
            " ! [remote rejected] v1 -> v1 (push declined due to repository rule violations)",
            "ruleset",
        ),
        ("Repository rule violations found\n\nCannot create ref", "ruleset"),
        (
            "! [remote rejected] v1 -> v1 (refusing to allow a GitHub App to create or update"
            " workflow `.github/workflows/ci.yml` without `workflows` permission)",
            "workflows-permission",
        ),
        (
            "refusing to allow an OAuth App to create or update workflow `x` without `workflow`",
            "workflows-permission",
        ),
        ("Reference already exists", ""),
        ("Workflow does not have 'workflow_dispatch' trigger", ""),
    ],
    ids=["by git", "by the API", "an App", "an OAuth App", "taken", "another refusal"],
)
def test_what_the_words_mean(words: str, rule: str) -> None:
    """PAINS B.18."""
    found = meaning(words)
    assert (found[0] if found else "") == rule
