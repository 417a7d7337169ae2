"""A repository with releases behind it, pull requests merged in every way, and a clone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from release_actions.clients.clock import Clock
from tests.actions.tagging import Scene
from tests.formats.changelogs import KEEP, PATCHED
from tests.rehearsal.judge import Judge

DATED = KEEP.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [1.2.0] - 2026-11-20\n")


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    judge = Judge()
    with GitHub(tmp_path / "github") as github:
        github.judges.append(judge)
        repository = github.repository("acme/app")
        first = repository.commit({"CHANGELOG.md": KEEP}, message="Begin (#1)")
        repository.tag("v1.0.0", first)
        repository.tag("v1.1.0", repository.commit({"a": "1"}, message="Fix typos"), message="1.1")
        repository.tag("v1.2.0-rc.1", repository.commit({"b": "1"}, message="Before the rc"))
        repository.commit({"CHANGELOG.md": DATED, "RELEASES.md": PATCHED}, message="Date")
        yield Scene(github, repository, tmp_path / "clone", Clock())
        assert not github.crashes
    assert not judge.complaints, "\n".join(judge.complaints)
