"""The second look: the required jobs inside the runs, and why an allowed run is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release_actions.actions.require_ci_green.asked import Green, Inputs
from release_actions.actions.require_ci_green.place import Facts
from release_actions.actions.require_ci_green.runs import addresses, counting
from release_actions.clients.github import Commit
from release_actions.formats.ci import Job, Part, newest
from release_actions.formats.workflow_filter import left_out, push_trigger
from release_actions.values import WorkflowFile
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Inside:
    """What is inside the green runs, and why an allowed one is not there."""

    first: Facts
    jobs: Mapping[WorkflowFile, tuple[Job, ...]]
    files: Mapping[WorkflowFile, bytes | None]
    commit: Commit | None


def gather(inputs: Inputs, world: World, first: Facts) -> Inside:
    repository, github = inputs.repository, world.github
    runs = {
        workflow: [newest(of) for of in counting(inputs, first.own, first.runs, workflow).values()]
        for workflow in inputs.workflows
    }
    absent = [workflow for workflow in inputs.workflows if not runs[workflow]]
    return Inside(
        first=first,
        jobs={
            workflow: tuple(job for run in runs[workflow] for job in github.jobs(repository, run))
            for workflow in dict.fromkeys(part.workflow for part in inputs.required_jobs)
        },
        files={workflow: github.file(repository, workflow, inputs.commit) for workflow in absent},
        commit=github.commit(repository, inputs.commit) if absent else None,
    )


def decide(inputs: Inputs, facts: Inside) -> Verdict:
    absent = [_left_out(workflow, file, facts.commit) for workflow, file in facts.files.items()]
    jobs = [
        _job(inputs, facts, part)
        for part in inputs.required_jobs
        if part.workflow not in facts.files
    ]
    nothing = ok("jobs", "required jobs", "none are asked for beyond the runs")
    found = addresses(inputs, facts.first.own, facts.first.runs)
    return Verdict(absent + jobs or [nothing], Green(inputs.commit, found))


def _job(inputs: Inputs, facts: Inside, part: Part) -> Finding:
    found = [job for job in facts.jobs[part.workflow] if part.matches(job.name)]
    told = ", ".join(sorted({f"{job.name} {job.conclusion or job.status}" for job in found}))
    if not found:
        names = ", ".join(sorted({job.name for job in facts.jobs[part.workflow]}))
        fix = f"Name it as GitHub shows it; there are: {names}."
        return failed("job-missing", str(part), "no job of this name", fix=fix)
    conclusions = {
        name: {job.conclusion for job in found if job.name == name}
        for name in {job.name for job in found}
    }
    if any(outcome - {"success", "skipped"} for outcome in conclusions.values()):
        return failed("job-red", str(part), told, fix="Mend the job and tag the mended commit.")
    # Skipped in the push run and green in the merge queue's, for this very commit, is green.
    hollow = [name for name, outcome in conclusions.items() if "success" not in outcome]
    allowed = [p for p in inputs.allow_skipped if p.workflow == part.workflow and p.job]
    if [name for name in hollow if not any(p.matches(name) for p in allowed)]:
        fix = "A skipped job proved nothing. Run it, or name it in `allow-skipped`."
        return failed("job-skipped", str(part), told, fix=fix)
    return ok("job-green", str(part), told)


def _left_out(workflow: WorkflowFile, file: bytes | None, commit: Commit | None) -> Finding:
    """A workflow without a run that may be skipped: only if its own filter left it out."""
    fix = "Wait for it, or start it on the branch; `wait` waits."
    if file is None or commit is None:
        return failed("no-such-workflow", workflow.short, "not in this commit", fix="Name one.")
    reason = left_out(push_trigger(file), commit.files)
    if not reason or not commit.whole:
        found = "no run for this commit, and no path filter of its own explains it"
        return missing("never-ran", workflow.short, found, fix=fix)
    changed = ", ".join(commit.files[:5])
    return ok("filtered", workflow.short, f"left out by its own {reason}; changed: {changed}")
