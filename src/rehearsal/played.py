"""How a workflow went: its jobs, their steps, and what each said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Conclusion = Literal["success", "failure", "skipped", "cancelled"]


@dataclass(frozen=True)
class Annotation:
    """A remark that a runner shows at the top of a run: `::error title=…::…`."""

    level: Literal["error", "warning", "notice"]
    message: str
    properties: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its heading; empty if it has none."""
        return self.properties.get("title", "")


@dataclass(frozen=True)
class PlayedStep:
    """A step: its outcome is how it went, its conclusion how that counts."""

    id: str
    name: str
    outcome: Conclusion
    conclusion: Conclusion
    exit_code: int
    seconds: float
    lines: tuple[str, ...]
    summary: str
    annotations: tuple[Annotation, ...]
    outputs: Mapping[str, str]
    started: datetime | None = None
    ended: datetime | None = None
    records: tuple[Mapping[str, Any], ...] = ()
    """What each action of ours in it left as JSON: its verdict, with the evidence."""


@dataclass(frozen=True)
class PlayedJob:
    """A job, or one leg of its matrix."""

    path: tuple[str, ...]
    name: str
    matrix: Mapping[str, object]
    conclusion: Conclusion
    started: datetime
    ended: datetime
    steps: tuple[PlayedStep, ...]
    outputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its id, below that of the job that called it: `gate/green`."""
        return "/".join(self.path)

    def step(self, id: str) -> PlayedStep:
        """The step with this id, or with this number (from zero) if it has none."""
        return next(step for step in self.steps if step.id == id)


@dataclass(frozen=True)
class Planned:
    """A job as its workflow has it: what it waits for, and what it asks for."""

    path: tuple[str, ...]
    name: str
    needs: tuple[str, ...]
    """The ids of jobs beside it."""
    uses: str
    """The workflow that it calls, whose jobs stand below it."""
    environment: str
    permissions: Mapping[str, str] | None

    @property
    def id(self) -> str:
        """Its id, below that of the job that calls it: `gate/green`."""
        return "/".join(self.path)


@dataclass(frozen=True)
class Played:
    """A whole run."""

    exit_code: int
    jobs: tuple[PlayedJob, ...]
    unseen: tuple[str, ...]
    """Jobs that the workflow has and act neither played nor skipped for a reason."""
    trouble: tuple[str, ...]
    """What act said of itself: why it could not start, for one."""
    seconds: float
    timed_out: bool
    plan: tuple[Planned, ...] = ()
    """Every job that the workflow has, in the order of its file."""

    @property
    def ok(self) -> bool:
        """Whether every job was seen, and none failed."""
        good = all(job.conclusion in ("success", "skipped") for job in self.jobs)
        return good and bool(self.jobs) and not (self.exit_code or self.unseen or self.timed_out)

    def job(self, id: str) -> PlayedJob:
        """The job with this id; the first leg, if it has a matrix."""
        return next(job for job in self.jobs if job.id == id)

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line of every log, job by job."""
        return tuple(line for job in self.jobs for step in job.steps for line in step.lines)
