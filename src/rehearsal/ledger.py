"""The ledger: every request of every service of a world, in order of time, and who made it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Container

    from rehearsal.github import world as github_world
    from rehearsal.registries import service as services
    from rehearsal.stories import World

    Record = github_world.Record | services.Record

ServiceName = Literal["github", "pypi", "crates", "sigstore"]


@dataclass(frozen=True)
class Called:
    """One request. It changed something only if it is mutating and was not refused."""

    number: int
    """Its place in the ledger of this world, from one."""
    service: ServiceName
    method: str
    path: str
    route: str
    mutating: bool
    status: int | None
    """None: nobody was answered; the connection was reset, or whoever asked was ended."""
    at: float
    """time.monotonic()."""
    faults: tuple[str, ...] = ()
    job: str | None = None
    """GITHUB_JOB of whoever asked: the last part of a called job's id; None where nobody knows."""
    run_id: str | None = None
    step: str = ""
    """GITHUB_ACTION: its id, or its number from zero; within an action that of the inner step."""
    query: str = ""
    """What stands behind the path, where the service keeps it: GitHub does."""

    @property
    def refused(self) -> bool:
        """Whether it was answered by an error."""
        return self.status is not None and self.status >= 400

    @property
    def moment(self) -> datetime:
        """When it came, by the clock."""
        return datetime.fromtimestamp(time.time() - time.monotonic() + self.at, UTC)


def calls(world: World) -> list[Called]:
    """All that was asked so far, the set-up and people's own pushes too: those have no job."""
    asked: list[tuple[ServiceName, Record]] = [("github", one) for one in world.github.requests]
    for name, service in world.services.all.items():
        asked += [(name, one) for one in service.requests]
    asked.sort(key=lambda pair: pair[1].at)
    runs = {str(run.id) for run in world.repository.runs}
    return [
        _called(number, service, record, runs)
        for number, (service, record) in enumerate(asked, start=1)
    ]


def _called(number: int, service: ServiceName, record: Record, runs: Container[str]) -> Called:
    who = record.caller
    # What is rehearsed in somebody's CI runs in a job of that CI, too: it is none of ours.
    ours = who if who and who.run_id in runs else None
    return Called(
        number=number,
        service=service,
        method=record.method,
        path=record.path,
        route=record.route,
        mutating=record.mutating,
        status=record.status or None,
        at=record.at,
        faults=record.faults,
        job=ours.job if ours else None,
        run_id=ours.run_id if ours else None,
        step=ours.step if ours else "",
        query=urlencode(getattr(record, "query", {})),
    )
