"""One loopback GitHub for a module, every answer of it judged; a repository for each scene."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from tests.actions.releasing import Make, Scene, make_scene
from tests.rehearsal.judge import Judge


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    """A GitHub, none of whose answers was a fault of its own, or of another shape."""
    judge = Judge()
    with GitHub(tmp_path_factory.mktemp("github")) as github:
        github.judges.append(judge)
        yield github
    assert not github.crashes, "\n".join(github.crashes)
    assert not judge.complaints, "\n".join(judge.complaints)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("workspaces")


@pytest.fixture(scope="module")
def make(github: GitHub, folder: Path) -> Make:
    """Set another scene."""
    numbers = count(1)
    return lambda **how: make_scene(github, folder, next(numbers), **how)


@pytest.fixture
def scene(make: Make) -> Scene:
    return make()
