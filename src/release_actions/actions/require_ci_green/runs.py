"""The runs of the commit: which count, whether the newest are green, whether the list is fresh."""

from __future__ import annotations

import json
from collections.abc import Iterator

from release_actions.actions.require_ci_green.asked import Inputs
from release_actions.formats.ci import Part, WorkflowRun, newest, on_branch
from release_actions.values import WorkflowFile
from release_actions.verdict import Finding, failed, missing, ok
from release_actions.world import OwnRun


def here(inputs: Inputs, own: OwnRun) -> bool:
    """Whether this very run is one of the repository that is asked about."""
    return (own.repository or inputs.repository).lower() == inputs.repository.lower()


def fresh(own: OwnRun, runs: tuple[WorkflowRun, ...]) -> bool:
    """Whether the list has this very run in this attempt: it is no older than this release."""
    least = 1 if own.attempt is None else own.attempt
    return any(run.id == own.id and run.attempt >= least for run in runs)


def counting(
    inputs: Inputs, own: OwnRun, runs: tuple[WorkflowRun, ...], workflow: WorkflowFile
) -> dict[str, list[WorkflowRun]]:
    """The runs that prove something about this workflow, by event; never this very run."""
    found: dict[str, list[WorkflowRun]] = {}
    for run in runs:
        if (
            run.workflow == workflow
            and run.commit == inputs.commit
            and run.event in inputs.events
            and on_branch(run, inputs.branch)
            and (run.repository or "").lower() == inputs.repository.lower()
            and run.id != own.id
        ):
            found.setdefault(run.event, []).append(run)
    return found


def green(inputs: Inputs, own: OwnRun, runs: tuple[WorkflowRun, ...]) -> Iterator[Finding]:
    for workflow in inputs.workflows:
        if workflow == own.workflow and here(inputs, own):
            fix = f"Take {workflow.short} out of `workflows`: a gate cannot wait for itself."
            yield failed("own-workflow", workflow.short, "it is the workflow of this run", fix=fix)
            continue
        by_event = counting(inputs, own, runs, workflow)
        for event, found in by_event.items():
            yield _concluded(inputs, workflow, event, newest(found))
        if not by_event and Part(workflow) not in inputs.allow_skipped:
            yield _never_ran(workflow, [run for run in runs if run.workflow == workflow])


def _never_ran(workflow: WorkflowFile, others: list[WorkflowRun]) -> Finding:
    told = "; ".join(sorted({f"{run.event} on {run.branch} ({run.conclusion})" for run in others}))
    besides = f"; runs that do not count: {told}" if others else ""
    fix = "Wait for it, or start it on the branch; `wait` waits."
    return missing("never-ran", workflow.short, f"no run for this commit{besides}", fix=fix)


def _concluded(inputs: Inputs, workflow: WorkflowFile, event: str, run: WorkflowRun) -> Finding:
    subject = f"{workflow.short} ({event})"
    where = f"run {run.number}, attempt {run.attempt}, {run.url}"
    again = f"gh run rerun {run.id} --repo {inputs.repository}"
    if run.status != "completed":
        rule = "rerunning" if run.attempt > 1 else "running"
        return missing(rule, subject, f"{run.status}: {where}", fix="Wait for it; `wait` waits.")
    if run.conclusion == "success":
        return ok("green", subject, f"succeeded: {where}")
    if run.conclusion == "cancelled":
        return missing("cancelled", subject, f"cancelled, so no verdict: {where}", fix=f"{again}")
    if run.conclusion == "skipped":
        if Part(workflow) in inputs.allow_skipped:
            return ok("skip-allowed", subject, f"skipped, which `allow-skipped` allows: {where}")
        fix = "A skipped run proved nothing. Run it, or name the workflow in `allow-skipped`."
        return failed("skipped", subject, f"every job was skipped: {where}", fix=fix)
    fix = f"Mend it and tag the mended commit; if it was a passing fault: {again}"
    return failed("red", subject, f"{run.conclusion or 'no conclusion'}: {where}", fix=fix)


def addresses(inputs: Inputs, own: OwnRun, runs: tuple[WorkflowRun, ...]) -> str:
    """The addresses of the newest runs, as JSON by workflow file and event."""
    found = {
        workflow.short: {e: newest(r).url for e, r in by_event.items()}
        for workflow in inputs.workflows
        if (by_event := counting(inputs, own, runs, workflow))
    }
    return json.dumps(found, sort_keys=True)
