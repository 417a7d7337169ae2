"""A repository with a changelog of each layout, and a clone of it for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from tests.actions.create_tag.conftest import Wall
from tests.actions.tagging import Scene
from tests.formats.changelogs import CRATE, KEEP, PATCHED, TRAIN


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """What all tests share: they change no branch but those that they begin anew."""
    folder = tmp_path_factory.mktemp("served")
    with GitHub(folder / "github") as github:
        repository = github.repository("acme/runtime")
        files = {"CHANGELOG.md": KEEP, "CRATE.md": CRATE, "RELEASES.md": TRAIN, "sub/N.md": PATCHED}
        repository.commit(files)
        made = Scene(github, repository, folder / "clone", Wall())
        made.clone()
        yield made
        assert not github.crashes


@pytest.fixture
def scene(served: Scene, tmp_path: Path, clock: Wall) -> Iterator[Scene]:
    workspace = tmp_path / "clone"
    shutil.copytree(served.workspace, workspace)
    yield replace(served, workspace=workspace, clock=clock)
    served.github.faults.clear()
