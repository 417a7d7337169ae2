"""Require that every named workflow succeeded for the very commit being released, on its branch.

1. The tag, if one is given, peels to the commit, and the commit is where `require-head` wants it.
2. Of each workflow, the newest run of each accepted event for this commit and branch succeeded.
3. The required jobs inside those runs succeeded; a skipped one did not.
4. After the last run was read the head is looked at again; and so are the runs, unless this very
   run is among them: a list that has it is not from before this release began.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from release_actions.action import Action
from release_actions.actions.require_ci_green import closer
from release_actions.clients.github import Commit, Comparison, Release, Tag
from release_actions.errors import UsageError
from release_actions.formats.ci import (
    Events,
    Job,
    JobParts,
    Part,
    Parts,
    WorkflowRun,
    newest,
    on_branch,
)
from release_actions.formats.workflow_filter import left_out, push_trigger
from release_actions.values import RefName, Repository, Sha, WorkflowFile, Workflows
from release_actions.verdict import Finding, Outputs, Verdict, failed, missing, ok, unknown
from release_actions.world import OwnRun, World


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
class Facts:
    """What GitHub says of the commit, its branch and its runs."""

    head: Sha | None
    tag: Tag | None
    standing: Comparison | None  # the head, seen from the commit; only where it may be behind
    releases: tuple[Release, ...]
    runs: tuple[WorkflowRun, ...]
    own: OwnRun
    on_a_runner: bool


def gather(inputs: Inputs, world: World) -> Facts:
    repository, github = inputs.repository, world.github
    head = github.branch_head(repository, inputs.branch)
    may_be_behind = inputs.require_head != "equal"
    return Facts(
        head=head,
        tag=github.tag(repository, inputs.tag) if inputs.tag else None,
        standing=github.compare(repository, inputs.commit, head)
        if may_be_behind and head
        else None,
        releases=github.releases(repository) if inputs.require_head == "started" else (),
        runs=github.workflow_runs(repository, inputs.commit),
        own=world.own_run,
        on_a_runner=world.on_a_runner,
    )


@dataclass(frozen=True)
class Green(Outputs):
    commit: str = ""
    runs: str = "{}"


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    return Verdict(
        [
            *_tagged(inputs, facts),
            _at_head(inputs, facts),
            *_self_known(facts),
            *_green(inputs, facts, facts.runs),
        ],
        Green(inputs.commit, _addresses(inputs, facts)),
    )


def _tagged(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if inputs.tag is None:
        return
    subject = f"tag {inputs.tag}"
    if facts.tag is None:
        # A draft may be made before its tag; then the draft itself says which commit it is for.
        if inputs.require_head != "started":
            fix = "Push the tag, then run again."
            yield missing("tag-missing", subject, "there is no such tag", fix=fix)
    elif facts.tag.commit != inputs.commit:
        found = f"it peels to {facts.tag.commit}, not to {inputs.commit}"
        fix = "Find out who moved it. Release what it names now in a run of its own."
        yield failed("tag-moved", subject, found, fix=fix)
    else:
        yield ok("tag", subject, f"it peels to {inputs.commit}")


def _at_head(inputs: Inputs, facts: Facts) -> Finding:
    subject = f"branch {inputs.branch}"
    if facts.head is None:
        fix = "Name the branch that is released from in `branch`."
        return failed("branch-missing", subject, "there is no such branch", fix=fix)
    if facts.head == inputs.commit:
        return ok("at-head", subject, f"its head is {inputs.commit}")
    found = f"its head is {facts.head}, not {inputs.commit}"
    contained = facts.standing is not None and facts.standing.status == "ahead"
    if not contained:
        fix = f"Tag the head of {inputs.branch}, and run again."
        return failed("not-head", subject, found, fix=fix)
    if inputs.require_head == "ancestor":
        return ok("at-head", subject, f"{found}; it contains it, which `ancestor` allows")
    if release := _started(inputs, facts):
        return ok("started", subject, f"{found}; it contains it, and {release.url} had begun")
    fix = (
        f"Nothing was begun for this tag, so begin anew: tag the head of {inputs.branch}."
        " If there is a draft: only a token with `contents: write` sees it."
    )
    return failed("not-started", subject, f"{found}, and no release of it had begun", fix=fix)


def _started(inputs: Inputs, facts: Facts) -> Release | None:
    """The release or draft for this tag that is pinned to this very commit."""
    for release in facts.releases:
        # Once the tag is there GitHub goes by the tag; before, by the draft's target.
        pinned = facts.tag.commit if facts.tag else release.target if release.draft else ""
        if release.tag == inputs.tag and pinned == inputs.commit:
            return release
    return None


def _self_known(facts: Facts) -> Iterator[Finding]:
    if facts.on_a_runner and facts.own.id is None and facts.own.workflow is None:
        fix = "Run it where GITHUB_RUN_ID or GITHUB_WORKFLOW_REF is set, as GitHub's runners do."
        yield unknown("own-run", "this run", "it cannot be told from the others", fix=fix)


def _here(inputs: Inputs, own: OwnRun) -> bool:
    """Whether this very run is one of the repository that is asked about."""
    return (own.repository or inputs.repository).lower() == inputs.repository.lower()


def _counting(
    inputs: Inputs, facts: Facts, runs: tuple[WorkflowRun, ...], workflow: WorkflowFile
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
            and run.id != facts.own.id
        ):
            found.setdefault(run.event, []).append(run)
    return found


def _green(inputs: Inputs, facts: Facts, runs: tuple[WorkflowRun, ...]) -> Iterator[Finding]:
    for workflow in inputs.workflows:
        if workflow == facts.own.workflow and _here(inputs, facts.own):
            fix = f"Take {workflow.short} out of `workflows`: a gate cannot wait for itself."
            yield failed("own-workflow", workflow.short, "it is the workflow of this run", fix=fix)
            continue
        by_event = _counting(inputs, facts, runs, workflow)
        for event, counting in by_event.items():
            yield _concluded(inputs, workflow, event, newest(counting))
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


def _addresses(inputs: Inputs, facts: Facts) -> str:
    found = {
        workflow.short: {e: newest(r).url for e, r in by_event.items()}
        for workflow in inputs.workflows
        if (by_event := _counting(inputs, facts, facts.runs, workflow))
    }
    return json.dumps(found, sort_keys=True)


@dataclass(frozen=True)
class Inside:
    """What is inside the green runs, and why an allowed one is not there."""

    first: Facts
    jobs: Mapping[WorkflowFile, tuple[Job, ...]]
    files: Mapping[WorkflowFile, bytes | None]
    commit: Commit | None


def gather_inside(inputs: Inputs, world: World, first: Facts) -> Inside:
    repository, github = inputs.repository, world.github
    runs = {
        workflow: [newest(of) for of in _counting(inputs, first, first.runs, workflow).values()]
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


def decide_inside(inputs: Inputs, facts: Inside) -> Verdict:
    absent = [_left_out(workflow, file, facts.commit) for workflow, file in facts.files.items()]
    jobs = [
        _job(inputs, facts, part)
        for part in inputs.required_jobs
        if part.workflow not in facts.files
    ]
    nothing = ok("jobs", "required jobs", "none are asked for beyond the runs")
    return Verdict(
        absent + jobs or [nothing], Green(inputs.commit, _addresses(inputs, facts.first))
    )


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


@dataclass(frozen=True)
class Again:
    """The second look."""

    inside: Inside
    head: Sha | None
    tag: Tag | None
    standing: Comparison | None
    runs: tuple[WorkflowRun, ...] | None  # None where the first list proved itself fresh


def gather_again(inputs: Inputs, world: World, inside: Inside) -> Again:
    first, github = inside.first, world.github
    runs, tag = None, first.tag
    if not _fresh(first.own, first.runs):
        runs = github.workflow_runs(inputs.repository, inputs.commit)
    if inputs.tag and tag is None:
        tag = github.tag(inputs.repository, inputs.tag)
    head = github.branch_head(inputs.repository, inputs.branch)
    moved = head if inputs.require_head != "equal" and head != first.head else None
    standing = github.compare(inputs.repository, inputs.commit, moved) if moved else first.standing
    return Again(inside, head, tag, standing, runs)


def _fresh(own: OwnRun, runs: tuple[WorkflowRun, ...]) -> bool:
    """Whether the list has this very run in this attempt: it is no older than this release."""
    return any(run.id == own.id and run.attempt >= (own.attempt or 1) for run in runs)


def decide_again(inputs: Inputs, facts: Again) -> Verdict:
    first = facts.inside.first
    outputs = Green(inputs.commit, _addresses(inputs, first))
    subject = f"branch {inputs.branch}"
    findings = [ok("unmoved", subject, "the same after the last run was read")]
    if not _held(inputs, facts):
        fix = f"The branch moved during the look. Tag the head of {inputs.branch}, and run again."
        found = f"its head was {first.head} and is {facts.head}"
        findings = [failed("head-moved", subject, found, fix=fix)]
    if facts.tag != first.tag:
        findings += _tagged(inputs, replace(first, tag=facts.tag))
    if facts.runs is not None:
        findings += _runs_again(inputs, first, facts.runs)
    return Verdict(findings, outputs)


def _held(inputs: Inputs, facts: Again) -> bool:
    """Whether the branch still is where `require-head` wants it."""
    first = facts.inside.first
    if facts.head == first.head:
        return True
    if facts.standing is None or facts.standing.status not in ("ahead", "identical"):
        return False
    # What was the head at first must have begun to be released, now that it is the head no more.
    return inputs.require_head == "ancestor" or _started(inputs, first) is not None


def _runs_again(inputs: Inputs, first: Facts, runs: tuple[WorkflowRun, ...]) -> Iterator[Finding]:
    """What is bad in the second list, and where it is not about the runs that were looked into."""
    yield from (finding for finding in _green(inputs, first, runs) if finding.outcome.bad)
    fix = "Run again in a minute; `wait` waits."
    own = first.own
    if own.id and own.commit == inputs.commit and _here(inputs, own) and not _fresh(own, runs):
        found = "this very run is not among them, so GitHub's list is not up to date"
        yield missing("stale-list", "runs of this commit", found, fix=fix)
    for workflow in dict.fromkeys(part.workflow for part in inputs.required_jobs):
        before, after = (_counting(inputs, first, of, workflow) for of in (first.runs, runs))
        if _newest(before) != _newest(after):
            found = "its runs are not those whose jobs were looked at"
            yield missing("runs-changed", workflow.short, found, fix=fix)


def _newest(by_event: Mapping[str, list[WorkflowRun]]) -> set[tuple[int, int]]:
    return {(run.id, run.attempt) for run in map(newest, by_event.values())}


action = (
    Action(Inputs, gather, decide, Green)
    .then(gather_inside, decide_inside)
    .then(gather_again, decide_again)
    .explained(closer.explain)
)
