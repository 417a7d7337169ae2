"""Reads that see the world as it was: by a snapshot, or a while after each change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rehearsal.github.repository import Repository, Snapshot

if TYPE_CHECKING:
    from rehearsal.github.call import Call
    from rehearsal.github.world import GitHub


@dataclass
class _Before:
    """A repository before its last change, and how many lagging reads there were since."""

    snapshot: Snapshot
    reads: int = 0


class Lag:
    """Which moment of a repository a call sees."""

    def __init__(self, github: GitHub) -> None:
        self._github = github
        self._before: dict[str, _Before] = {}

    def repository(self, call: Call, repository: Repository) -> Repository:
        """The repository as this call sees it."""
        if call.route.mutating:
            self._remember(repository)
            return repository
        if fault := call.struck.take("stale", lambda fault: fault.snapshot is not None):
            return repository.at(fault.snapshot)
        before = self._before.get(repository.full_name)
        if before is None:
            return repository
        if call.struck.take("lag", lambda fault: before.reads < fault.reads):
            before.reads += 1
            return repository.at(before.snapshot)
        return repository

    def _remember(self, repository: Repository) -> None:
        if self._github.faults.active("lag"):
            self._before[repository.full_name] = _Before(repository.snapshot())
