"""A repository with two commits, and a clock that stands where a test puts it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rehearsal.github import GitHub
from release_actions.clients.clock import Clock
from tests.actions.tagging import Scene


class Wall(Clock):
    """The time of day as the test says: one for each look, the last one stays."""

    def __init__(self) -> None:
        self.times = [datetime(2026, 5, 13, 12, 0, tzinfo=UTC)]

    def utc(self) -> datetime:
        return self.times.pop(0) if len(self.times) > 1 else self.times[0]

    def sleep(self, seconds: float) -> None:
        pass


@pytest.fixture
def clock() -> Wall:
    return Wall()


@pytest.fixture
def scene(tmp_path: Path, clock: Wall) -> Iterator[Scene]:
    with GitHub(tmp_path / "github") as github:
        repository = github.repository("acme/app")
        repository.commit({"package.json": '{"version": "1.2.2"}', "VERSION": "1.2.3"})
        repository.commit({"package.json": '{"version": "1.2.3"}', "v.py": "__version__ = '1.2.3'"})
        yield Scene(github, repository, tmp_path / "clone", clock)
        assert not github.crashes
