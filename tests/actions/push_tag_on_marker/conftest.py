"""One loopback GitHub for a module, and a repository with a release branch for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from tests.actions.push_tag_on_marker.train import Train

NUMBERS = count(1)


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """A GitHub, none of whose answers was a fault of its own."""
    with GitHub(tmp_path_factory.mktemp("github")) as github:
        yield github
    assert not github.crashes, "\n".join(github.crashes)


@pytest.fixture
def train(github: GitHub, tmp_path: Path) -> Iterator[Train]:
    """A release branch with nothing on it yet."""
    yield Train.begin(github, f"acme/train-{next(NUMBERS)}", tmp_path / "clone")
    github.faults.clear()
