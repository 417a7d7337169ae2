"""The workflow that a tag is to start: asked for once, and seen to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from release_actions.clients import dispatches
from release_actions.formats.ci import WorkflowRun, newest
from release_actions.values import RefName, Repository, Sha, WorkflowFile
from release_actions.verdict import Finding, due, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Dispatch:
    """One run of a workflow for a tag; none where there is one by now."""

    reversible: ClassVar[bool] = False

    repository: Repository
    workflow: WorkflowFile
    tag: RefName
    commit: Sha

    def __str__(self) -> str:
        return f"dispatch {self.workflow.short} on tag {self.tag}"

    def make(self, world: World) -> None:
        asked = (world.github, self.repository, self.workflow, self.tag)
        # What an earlier try asked for may have come since the look.
        if not dispatches.runs_for_tag(*asked, self.commit):
            dispatches.dispatch(*asked)


def started(
    change: Dispatch, runs: tuple[WorkflowRun, ...], *, tagged: bool, by_itself: bool
) -> Finding:
    """Whether the workflow runs for the tag; if not, it is asked for once the tag is there.

    Where the tag itself starts it a second run must not be asked for: that one may be on its way.
    """
    subject = f"{change.workflow.short} for tag {change.tag}"
    if runs:
        run = newest(runs)
        return ok("not-started", subject, f"{run.event} started it: {run.url}")
    if tagged and by_itself:
        found = "the tag starts it by `on: push`, and there is no run yet"
        fix = f"Run again; or start it by hand: gh workflow run {change.workflow.short} --ref TAG."
        return missing("not-started", subject, found, fix=fix)
    after = "" if tagged else f"tag {change.tag} is there"
    return due("not-started", subject, "no run of it for this tag and commit", change, after=after)
