"""Workflows that are asked for by name, and the runs that come of it."""

from __future__ import annotations

from datetime import UTC, datetime

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json
from release_actions.formats.ci import WorkflowRun
from release_actions.values import RefName, Repository, Sha, WorkflowFile

# What starts a workflow for a tag: the tag itself, or somebody who asked for it.
EVENTS = ("workflow_dispatch", "push")


def runs_for_tag(
    github: GitHub, repository: Repository, workflow: WorkflowFile, tag: RefName, commit: Sha
) -> tuple[WorkflowRun, ...]:
    """The runs of this workflow that are for this tag and its commit, the newest first."""
    return tuple(
        run
        for run in github.workflow_runs(repository, commit)
        if run.workflow == workflow and run.branch == tag and run.event in EVENTS
    )


def made_at(github: GitHub, repository: Repository, object: Sha) -> datetime:
    """When a tag object says that it was made."""

    def read(json: Json) -> datetime:
        at = datetime.fromisoformat(str(json["tagger"]["date"]))
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    return github.rest.get(f"/repos/{repository}/git/tags/{object}", read)


def dispatch(github: GitHub, repository: Repository, workflow: WorkflowFile, tag: RefName) -> None:
    """Ask once that the workflow runs for the tag; by its full ref, as a branch may be named so."""
    path = f"/repos/{repository}/actions/workflows/{workflow.short}/dispatches"
    github.rest.effect("POST", path, {"ref": f"refs/tags/{tag}"})
