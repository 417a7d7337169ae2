"""Workflow runs and their jobs: which of them count, and which is the newest. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from release_actions.values import Lines, WorkflowFile


@dataclass(frozen=True)
class WorkflowRun:
    """One run of a workflow in its newest attempt, as the run lists show it."""

    id: int
    workflow: str  # path of its file, .github/workflows/ci.yml
    name: str
    number: int  # counts this workflow's runs
    attempt: int
    commit: str
    branch: str | None
    event: str
    status: str  # queued, in_progress, completed, waiting, requested, pending
    conclusion: str | None  # None until completed
    repository: str | None  # where its commit came from: a fork's run is another's
    url: str


@dataclass(frozen=True)
class Job:
    """One job of one attempt of a run; `name` is what GitHub shows, `caller / callee` too."""

    name: str
    status: str
    conclusion: str | None
    commit: str


def newest(runs: Iterable[WorkflowRun]) -> WorkflowRun:
    """The newest run, whatever the order of the list: run numbers only grow."""
    return max(runs, key=lambda run: (run.number, run.attempt))


def on_branch(run: WorkflowRun, branch: str) -> bool:
    """Whether a run is of this branch; a merge queue runs on branches of its own."""
    if run.event == "merge_group":
        return (run.branch or "").startswith(f"gh-readonly-queue/{branch}/")
    return run.branch == branch


@dataclass(frozen=True)
class Part:
    """A workflow, or one job of it by name or pattern (`*` and `?`)."""

    workflow: WorkflowFile
    job: str = ""

    def __str__(self) -> str:
        return f"{self.workflow.short}: {self.job}" if self.job else self.workflow.short

    def matches(self, name: str) -> bool:
        """Whether a job's name is meant; brackets in it are only brackets."""
        expression = re.escape(self.job).replace(r"\*", ".*").replace(r"\?", ".")
        return name == self.job or bool(re.fullmatch(expression, name))


class Parts(tuple[Part, ...]):
    """Workflows and jobs, one a line: `docs.yml` or `ci.yml: test`."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, dict.fromkeys(cls._part(line) for line in Lines(raw)))

    @classmethod
    def _part(cls, line: str) -> Part:
        workflow, colon, job = line.partition(":")
        try:
            part = Part(WorkflowFile(workflow.strip()), job.strip())
        except ValueError:
            raise ValueError(cls.__doc__) from None
        if colon and not part.job:
            raise ValueError(cls.__doc__)
        return part


class JobParts(Parts):
    """Jobs, one a line as `ci.yml: test`, by the name that GitHub shows."""

    @classmethod
    def _part(cls, line: str) -> Part:
        part = super()._part(line)
        if not part.job:
            raise ValueError(cls.__doc__)
        return part


class Events(tuple[str, ...]):
    """Events that prove something about a branch: a pull request's run does not."""

    ALLOWED = ("push", "merge_group", "workflow_dispatch", "repository_dispatch", "schedule")

    def __new__(cls, raw: str) -> Self:
        names = dict.fromkeys(Lines(raw))
        if not set(names) <= set(cls.ALLOWED):
            raise ValueError(f"{', '.join(cls.ALLOWED)} (a pull request's run proves nothing)")
        return super().__new__(cls, names)
