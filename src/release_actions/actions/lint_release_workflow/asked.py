"""What the caller asked of lint-release-workflow, and what the next step may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from release_actions.actions.lint_release_workflow.tagged import TagPatterns
from release_actions.errors import UsageError
from release_actions.formats.job_pattern import (
    ByTag,
    JobOrder,
    JobPairs,
    JobPatterns,
    JobSteps,
    ProvenanceNames,
    ReleaseEvents,
    StepPatterns,
)
from release_actions.values import Lines, Repository, Workflows
from release_actions.verdict import Outputs

ROLES = ("gates", "attest", "provenance", "publish", "undraft")


class Folders(tuple[str, ...]):
    """Paths below the folder, one a line, with / and without `..`."""

    def __new__(cls, raw: str) -> Folders:
        paths = [line.removeprefix("./").rstrip("/") or "." for line in Lines(raw)]
        if any(p.startswith(("/", "~", ":")) or ".." in p.split("/") or "\\" in p for p in paths):
            raise ValueError(cls.__doc__)
        return super().__new__(cls, dict.fromkeys(paths))


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    path: str = "."
    workflows: Workflows = Workflows("release.yml")
    suggest: bool = False
    gates: JobPatterns = JobPatterns("")
    attest: JobPatterns = JobPatterns("")
    provenance: JobPatterns = JobPatterns("")
    publish: JobPatterns = JobPatterns("")
    undraft: JobPatterns = JobPatterns("")
    after: JobOrder = JobOrder("")
    steps: JobSteps = JobSteps("")
    identity_steps: StepPatterns = StepPatterns("")
    dry_run_steps: StepPatterns = StepPatterns("")
    token_steps: StepPatterns = StepPatterns("")
    publish_steps: StepPatterns = StepPatterns("")
    read_back_steps: StepPatterns = StepPatterns("")
    environments: JobPairs = JobPairs("")
    id_token: JobPatterns = JobPatterns("")
    by_tag: ByTag = ByTag("")
    triggers: ReleaseEvents = ReleaseEvents("push, workflow_dispatch")
    tag_pattern: TagPatterns = TagPatterns("")
    deployment_pattern: TagPatterns = TagPatterns("")
    changelog: str = ""
    changelog_pattern: str = ""
    dist: JobPairs = JobPairs("")
    provenance_names: ProvenanceNames = ProvenanceNames("")
    packages: Folders = Folders("")
    required_files: Folders = Folders("")
    forbidden_prefixes: Folders = Folders("")
    generated: Folders = Folders("")

    def __post_init__(self) -> None:
        if (self.required_files or self.forbidden_prefixes) and not self.packages:
            raise UsageError(
                "input `packages`: nothing was given; allowed: folders that are packaged, since"
                " `required-files` and `forbidden-prefixes` are about them"
            )

    def role(self, name: str) -> JobPatterns:
        """What is declared of a role."""
        found: JobPatterns = getattr(self, name)
        return found

    @cached_property
    def named_steps(self) -> Mapping[str, StepPatterns]:
        """The caller's patterns for each kind of step."""
        return {
            "identity": self.identity_steps,
            "dry-run": self.dry_run_steps,
            "token": self.token_steps,
            "publish": self.publish_steps,
            "read-back": self.read_back_steps,
        }


@dataclass(frozen=True)
class Linted(Outputs):
    jobs: int = 0
    found: int = 0
    suggested: str = ""
