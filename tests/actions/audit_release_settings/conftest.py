"""A loopback GitHub, every answer of which is judged by GitHub's own description."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from tests.actions.audit_release_settings.scene import Scene, settle
from tests.rehearsal.judge import Judge


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Scene]:
    """A repository as it is made."""
    judge = Judge()
    with GitHub(tmp_path / "github") as github:
        github.judges.append(judge)
        repository = github.repository("acme/app")
        repository.commit({"README.md": "# App\n"})
        (tmp_path / "work").mkdir()
        yield Scene(github, repository, tmp_path / "work")
    assert not github.crashes, "\n".join(github.crashes)
    assert not judge.complaints, "\n".join(judge.complaints)


@pytest.fixture
def scene(bare: Scene) -> Scene:
    """One whose settings are as they should be."""
    settle(bare.repository)
    return bare
