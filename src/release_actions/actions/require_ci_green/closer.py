"""A closer look at what was refused: at most four requests, for the reason and its mending."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from release_actions.formats.ci import WorkflowRun
from release_actions.formats.workflow_filter import Trigger, left_out, push_trigger, shut_out
from release_actions.values import WorkflowFile
from release_actions.verdict import Finding, Outcome, Verdict
from release_actions.world import World

if TYPE_CHECKING:
    from release_actions.actions.require_ci_green.asked import Inputs

T = TypeVar("T")
REQUESTS = 4


class Closer:
    """One explanation, within its budget of requests."""

    def __init__(self, inputs: Inputs, world: World) -> None:
        self._inputs = inputs
        self._world = world
        self._end = world.asked + REQUESTS

    def explain(self, finding: Finding) -> Finding:
        looks: dict[str, Callable[[Finding], Finding]] = {
            "not-head": self._behind,
            "cancelled": self._cancelled,
            "never-ran": self._absent,
        }
        look = looks.get(finding.rule)
        return look(finding) if look else finding

    def _ask(self, question: Callable[[], T], otherwise: T) -> T:
        return question() if self._world.asked < self._end else otherwise

    def _behind(self, finding: Finding) -> Finding:
        """Not the head: behind it, beside it, or no commit at all."""
        inputs, github = self._inputs, self._world.github
        head = self._ask(lambda: github.branch_head(inputs.repository, inputs.branch), None)
        standing = (
            self._ask(lambda: github.compare(inputs.repository, inputs.commit, head), None)
            if head
            else None
        )
        # GitHub compares a tag object as if its commit had been given.
        if standing is None or (
            standing.status in ("identical", "ahead") and standing.merge_base != inputs.commit
        ):
            target = self._ask(lambda: github.tag_object(inputs.repository, inputs.commit), None)
            if target:
                found = f"{inputs.commit} is a tag object, and it names {target}"
                return replace(finding, rule="tag-object", detail=found, fix=f"Give {target}.")
            return finding
        if standing.status == "ahead":
            fix = (
                f"{inputs.branch} moved on. Tag its head; to go on with a release that had begun,"
                " use `require-head: started`; on a release branch, `ancestor`."
            )
            return replace(
                finding, rule="behind-head", detail=f"{finding.detail}; it contains it", fix=fix
            )
        fix = f"Bring the commit to {inputs.branch}, or name the branch that it is on."
        detail = f"{finding.detail}; it does not contain it ({standing.status})"
        return replace(finding, rule="not-on-branch", detail=detail, fix=fix)

    def _cancelled(self, finding: Finding) -> Finding:
        """Which newer run took its place."""
        inputs = self._inputs
        workflow = WorkflowFile(finding.subject.partition(" (")[0])
        github = self._world.github
        unasked: tuple[WorkflowRun, ...] = ()
        runs = self._ask(lambda: github.newer_runs(inputs.repository, inputs.branch), unasked)
        newer = [r for r in runs if r.workflow == workflow and r.commit != inputs.commit]
        if not newer:
            return finding
        run = max(newer, key=lambda run: run.number)
        detail = f"{finding.detail}; the newer run {run.number} is {run.url}"
        return replace(finding, detail=detail)

    def _absent(self, finding: Finding) -> Finding:
        """No run: no such file, renamed, disabled, filtered out, or not triggered by a push."""
        inputs, github = self._inputs, self._world.github
        workflow = WorkflowFile(finding.subject)
        folder = WorkflowFile.FOLDER.rstrip("/")
        names = self._ask(lambda: github.folder(inputs.repository, folder, inputs.commit), None)
        known = self._ask(lambda: github.workflows(inputs.repository), None)
        if names is None or known is None:
            return finding
        states = {entry.path: entry.state for entry in known}
        if workflow.short not in names:
            return self._no_file(finding, workflow, names, workflow in states)
        if (state := states.get(workflow, "active")) != "active":
            fix = f"gh workflow enable {workflow.short} --repo {inputs.repository}, then run it."
            detail = f"{finding.detail}; the workflow is {state}"
            return replace(finding, rule="disabled", outcome=Outcome.FAILED, detail=detail, fix=fix)
        return self._not_triggered(finding, workflow)

    def _no_file(
        self, finding: Finding, workflow: WorkflowFile, names: tuple[str, ...], known: bool
    ) -> Finding:
        import difflib  # only where a name is misspelt

        close = difflib.get_close_matches(workflow.short, names, 3, 0.4) or sorted(names)[:10]
        there = ", ".join(close) or "none"
        fix = f"Name the one that is meant in `workflows`; this commit has {there}."
        rule = "renamed" if known else "no-such-workflow"
        gone = "; GitHub knows it from before, so it was renamed or removed" if known else ""
        detail = f"this commit has no {workflow}{gone}"
        return replace(finding, rule=rule, outcome=Outcome.FAILED, detail=detail, fix=fix)

    def _not_triggered(self, finding: Finding, workflow: WorkflowFile) -> Finding:
        inputs, github = self._inputs, self._world.github
        file = self._ask(lambda: github.file(inputs.repository, workflow, inputs.commit), None)
        trigger = push_trigger(file) if file is not None else Trigger(readable=False)
        if not trigger.readable:
            return finding
        if "push" in inputs.events and (reason := shut_out(trigger, inputs.branch)):
            fix = "Let `on: push` start it, or name the event that does in `events`."
            detail = f"{finding.detail}; no push to {inputs.branch} starts it: {reason}"
            return replace(
                finding, rule="not-triggered", outcome=Outcome.FAILED, detail=detail, fix=fix
            )
        commit = self._ask(lambda: github.commit(inputs.repository, inputs.commit), None)
        reason = left_out(trigger, commit.files) if commit and commit.whole else ""
        if commit is None or not reason:
            return finding
        fix = (
            f"Start it by hand (gh workflow run {workflow.short}, with `workflow_dispatch` in"
            " `events`), or name it in `allow-skipped`."
        )
        detail = f"{finding.detail}; left out by {reason}; changed: {', '.join(commit.files[:5])}"
        return replace(finding, rule="filtered", detail=detail, fix=fix)


def explain(inputs: Inputs, verdict: Verdict, world: World) -> dict[Finding, Finding]:
    """Each bad finding that a closer look makes more precise; the failed ones first."""
    closer = Closer(inputs, world)
    return {finding: closer.explain(finding) for finding in verdict.bad}
