"""One repository of the loopback GitHub: what a test or a rehearsal sets up, and looks at after."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Unpack

from rehearsal.github import committing, merging, pushing, releasing, running, settings
from rehearsal.github.attesting import add_attestation
from rehearsal.github.git import Git
from rehearsal.github.releasing import ReleaseFields
from rehearsal.github.running import RunFields
from rehearsal.github.settings import EnvironmentFields, IssueFields, PullFields, RulesetFields
from rehearsal.github.state import (
    Advisory,
    Artifact,
    Attestation,
    Environment,
    Issue,
    Job,
    Pull,
    Release,
    RepositoryState,
    Ruleset,
    Run,
    Variable,
    Workflow,
    WorkflowState,
    now,
)
from rehearsal.github.tokens import Asker
from rehearsal.github.workflow_files import find_workflows

if TYPE_CHECKING:
    from rehearsal.github.world import GitHub


@dataclass(frozen=True)
class Snapshot:
    """A repository as it stood: its state and its refs."""

    state: RepositoryState
    refs: dict[str, str]


class Repository:
    """A repository, now; or, made from a Snapshot, as it stood then."""

    def __init__(
        self, github: GitHub, full_name: str, git: Git, then: RepositoryState | None = None
    ) -> None:
        self.github = github
        self.full_name = full_name
        self.git = git
        self._then = then

    @property
    def state(self) -> RepositoryState:
        """All that is remembered beside git."""
        return self._then or self.github.state.repositories[self.full_name.lower()]

    @property
    def path(self) -> Path:
        """The folder of the bare git repository."""
        return self.git.path

    @property
    def private(self) -> bool:
        """Whether only the tokens for this repository see it."""
        return self.state.private

    @property
    def default_branch(self) -> str:
        """The branch that is meant where none is named."""
        return self.state.default_branch

    # Another moment

    def snapshot(self) -> Snapshot:
        """How things stand now, for a Fault of the kind `stale`."""
        with self.github.lock:
            return Snapshot(copy.deepcopy(self.state), self.git.refs())

    def at(self, snapshot: Snapshot) -> Repository:
        """This repository as it stood then; changes made to the view are lost."""
        then = copy.deepcopy(snapshot.state)
        return Repository(self.github, self.full_name, self.git.at(snapshot.refs), then)

    # History

    def commit(
        self,
        files: Mapping[str, str | bytes | None],
        *,
        message: str = "Change",
        branch: str | None = None,
        parent: str | None = None,
        merge: str | None = None,
        at: datetime | str | None = None,
    ) -> str:
        """Commit files (None removes one) to a branch and give the id; it starts no workflow.

        With `parent` the branch starts anew from there; `merge` is a second parent.
        """
        with self.github.lock:
            name = branch or self.default_branch
            return committing.commit(
                self.git, files, message=message, branch=name, parent=parent, merge=merge, at=at
            )

    def tag(
        self,
        name: str,
        target: str,
        *,
        message: str | None = None,
        at: datetime | str | None = None,
    ) -> str:
        """Set a tag, annotated if there is a message; an old one moves. It starts no workflow."""
        with self.github.lock:
            return committing.tag(self.git, name, target, message=message, at=at)

    # Workflows and their runs

    @property
    def workflows(self) -> list[Workflow]:
        """Every workflow: the files at the default branch, and what runs and settings know of."""
        return find_workflows(self)

    def workflow(self, name: str | int) -> Workflow | None:
        """A workflow by its id, its path or its file name."""
        wanted = str(name)
        for workflow in self.workflows:
            if wanted in (str(workflow.id), workflow.path, workflow.path.rpartition("/")[2]):
                return workflow
        return None

    def set_workflow(self, path: str, *, state: WorkflowState, name: str | None = None) -> Workflow:
        """Say how a workflow stands: disabled by hand, by inactivity, or deleted."""
        with self.github.lock:
            return running.set_workflow(self, path, state=state, name=name)

    @property
    def runs(self) -> list[Run]:
        """Every run, in the order in which they were made."""
        return self.state.runs

    def add_run(self, *, workflow: str, commit: str, **more: Unpack[RunFields]) -> Run:
        """Let a workflow have run: for a push to the default branch, with success, unless told.

        What else can be said of a run stands in RunFields.
        """
        with self.github.lock:
            return running.add_run(self, workflow=workflow, commit=commit, **more)

    def rerun(
        self,
        run: Run,
        *,
        status: str = "completed",
        conclusion: str | None = "success",
        jobs: list[Job] | None = None,
        actor: str = "octocat",
    ) -> Run:
        """A new attempt of a run; the earlier ones are kept."""
        with self.github.lock:
            return running.rerun(
                self, run, status=status, conclusion=conclusion, jobs=jobs, actor=actor
            )

    def conclude(self, run: Run, conclusion: str, *, jobs: list[Job] | None = None) -> Run:
        """End the newest attempt of a run."""
        with self.github.lock:
            return running.conclude(self, run, conclusion, jobs)

    def add_artifact(self, run: Run, name: str, content: bytes = b"") -> Artifact:
        """Let a run have kept a file."""
        with self.github.lock:
            digest = self.github.store.put(content)
            artifact = Artifact(self.github.next_id(), name, run.id, len(content), digest, now())
            self.state.artifacts.append(artifact)
            return artifact

    @property
    def attestations(self) -> list[Attestation]:
        """Every attestation, in the order in which they came."""
        return self.state.attestations

    def add_attestation(self, bundle: Mapping[str, Any]) -> Attestation:
        """Keep a signed bundle."""
        with self.github.lock:
            return add_attestation(self, bundle)

    def on_schedule(self, cron: str) -> list[Run]:
        """Let the hour of a cron line come: the runs that it starts."""
        with self.github.lock:
            return pushing.schedule(self, cron)

    def dispatch(self, workflow: str, ref: str, **inputs: str) -> Run:
        """Start a workflow by hand on a branch or tag, given as a whole ref."""
        with self.github.lock:
            path = running.workflow_path(workflow)
            return pushing.dispatch(self, path, ref, "octocat", inputs)

    # Releases

    @property
    def releases(self) -> list[Release]:
        """Every release, drafts too, in the order in which they were made."""
        return self.state.releases

    def add_release(self, tag: str, **more: Unpack[ReleaseFields]) -> Release:
        """Make a release as the API does: with its tag, unless it is a draft."""
        with self.github.lock:
            return releasing.add_release(self, tag=tag, **more)

    # Settings

    @property
    def environments(self) -> list[Environment]:
        """Every environment."""
        return self.state.environments

    def add_environment(self, name: str, **more: Unpack[EnvironmentFields]) -> Environment:
        """Make an environment."""
        with self.github.lock:
            return settings.add_environment(self, name, **more)

    @property
    def rulesets(self) -> list[Ruleset]:
        """Every ruleset."""
        return self.state.rulesets

    def add_ruleset(
        self,
        name: str,
        *,
        include: list[str],
        rules: Sequence[str | dict[str, Any]],
        **more: Unpack[RulesetFields],
    ) -> Ruleset:
        """Make a ruleset, for tags unless told; a rule may be its type alone: `deletion`."""
        with self.github.lock:
            return settings.add_ruleset(self, name, include=include, rules=rules, **more)

    def protect(self, branch: str, **protection: Any) -> None:
        """Protect a branch the old way; `protection` is what GitHub's API would tell of it."""
        with self.github.lock:
            self.state.protections[branch] = protection

    @property
    def variables(self) -> dict[str, Variable]:
        """Every variable, by name."""
        return self.state.variables

    def set_variable(self, name: str, value: str) -> None:
        """Set a variable."""
        with self.github.lock:
            settings.set_variable(self, name, value)

    @property
    def pulls(self) -> list[Pull]:
        """Every pull request."""
        return self.state.pulls

    def add_pull(self, title: str, *, head: str, **more: Unpack[PullFields]) -> Pull:
        """Open a pull request between two branches, to the default branch unless told."""
        with self.github.lock:
            return settings.add_pull(self, title, head=head, **more)

    def merge(self, pull: Pull, method: merging.Method = "merge") -> str:
        """Merge a pull request as a maintainer does on its page; the new head of its base."""
        with self.github.push, self.github.lock:
            token = self.github.tokens.add(
                permissions=None, repository=None, label="page", login="octocat", shared=False
            )
            return merging.merge(self, pull, Asker(token, None), method)

    @property
    def issues(self) -> list[Issue]:
        """Every issue; pull requests stand by themselves."""
        return self.state.issues

    def add_issue(self, title: str, **more: Unpack[IssueFields]) -> Issue:
        """Open an issue."""
        with self.github.lock:
            return settings.add_issue(self, title, **more)

    @property
    def labels(self) -> list[str]:
        """The labels there are: those added, and those that anything has."""
        used = [issue.labels for issue in self.issues] + [pull.labels for pull in self.pulls]
        return list(dict.fromkeys(sum(used, self.state.labels)))

    def add_label(self, name: str) -> None:
        """Make a label that nothing has yet."""
        self.state.labels.append(name)

    def add_advisory(
        self,
        summary: str,
        *,
        state: Literal["triage", "draft", "published", "closed", "withdrawn"] = "draft",
        severity: Literal["critical", "high", "medium", "low"] = "high",
    ) -> Advisory:
        """Begin a security advisory, a draft unless told."""
        with self.github.lock:
            return settings.add_advisory(self, summary, state=state, severity=severity)
