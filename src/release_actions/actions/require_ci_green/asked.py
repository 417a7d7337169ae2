"""What the caller asked of require-ci-green, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from release_actions.errors import UsageError
from release_actions.formats.ci import Events, JobParts, Parts
from release_actions.values import RefName, Repository, Sha, Workflows
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    workflows: Workflows
    repository: Repository
    commit: Sha
    branch: RefName = RefName("main")
    events: Events = Events("push")
    require_head: Literal["equal", "started", "ancestor"] = "equal"
    tag: RefName | None = None
    required_jobs: JobParts = JobParts("")
    allow_skipped: Parts = Parts("")

    def __post_init__(self) -> None:
        named = ", ".join(workflow.short for workflow in self.workflows)
        problems = [
            f"input `{name}`: `{part}` was given; allowed: one of the `workflows`, {named}"
            for name, parts in (
                ("required-jobs", self.required_jobs),
                ("allow-skipped", self.allow_skipped),
            )
            for part in parts
            if part.workflow not in self.workflows
        ]
        if self.require_head == "started" and self.tag is None:
            problems.append(
                "input `tag`: nothing was given; allowed: a tag name, for `require-head: started`"
            )
        if problems:
            raise UsageError(problems)


@dataclass(frozen=True)
class Green(Outputs):
    commit: str = ""
    runs: str = "{}"
