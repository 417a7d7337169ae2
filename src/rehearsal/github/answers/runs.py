"""Workflow runs: listed, one, one attempt of one, and run again."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from rehearsal.github import running
from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.answers.run_shape import run_shape
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.state import Attempt, Job, Run

_DOCS = "actions/workflow-runs"
#: No more runs than these can be reached when a list is filtered.
_CAP = 1000
_FILTERS = ("actor", "branch", "check_suite_id", "created", "event", "head_sha", "status")


@route(
    "runs",
    "GET ~/actions/runs",
    needs="actions:read",
    docs=f"{_DOCS}#list-workflow-runs-for-a-repository",
)
def runs(call: Call) -> Answer:
    """The runs of a repository, newest first."""
    return list_runs(call, call.repository.runs)


def list_runs(call: Call, among: list[Run]) -> Answer:
    """Those runs of a list that the filters of the call let through."""
    given = {name: value for name in _FILTERS if (value := call.filter(name))}
    kept = [run for run in among if all(_FITS[n](run, value) for n, value in given.items())]
    kept.sort(key=lambda run: (run.created_at, run.id), reverse=True)
    return call.page(
        kept,
        "workflow_runs",
        shape=lambda run: run_shape(call, run, run.latest),
        cap=_CAP if given else None,
    )


def _has_status(run: Run, wanted: str) -> bool:
    """GitHub takes a conclusion for a status, too."""
    return wanted in (run.status, run.conclusion)


def _was_created(run: Run, wanted: str) -> bool:
    """Dates as GitHub's search takes them: one, `>=` one, `..` between two."""
    first, dots, last = wanted.partition("..")
    if dots:
        return all(
            _was_created(run, f"{sign}{date}")
            for sign, date in ((">=", first), ("<=", last))
            if date not in ("*", "")
        )
    found = re.fullmatch(r"(>=|<=|>|<)?(.+)", wanted)
    sign, date = found.groups() if found else (None, wanted)
    day_alone = "T" not in date
    try:
        limit = datetime.fromisoformat(f"{date}T00:00:00Z" if day_alone else date)
    except ValueError:
        return False
    at = run.created_at.replace(hour=0, minute=0, second=0) if day_alone else run.created_at
    match sign:
        case ">=":
            return at >= limit
        case "<=":
            return at <= limit
        case ">":
            return at > limit
        case "<":
            return at < limit
        case _:
            return at == limit


_FITS: dict[str, Callable[[Run, str], bool]] = {
    "actor": lambda run, login: run.actor == login,
    "branch": lambda run, branch: run.branch == branch,
    "check_suite_id": lambda run, suite: str(run.id + running.SUITE) == suite,
    "created": _was_created,
    "event": lambda run, event: run.event == event,
    "head_sha": lambda run, sha: run.commit == sha,
    "status": _has_status,
}


def find_run(call: Call, run_id: int) -> Run:
    """The run with this id."""
    for run in call.repository.runs:
        if run.id == run_id:
            return run
    raise not_found()


def find_attempt(call: Call, run_id: int, number: int) -> tuple[Run, Attempt]:
    """One attempt of a run."""
    run = find_run(call, run_id)
    for attempt in run.attempts:
        if attempt.number == number:
            return run, attempt
    raise not_found()


@route(
    "run",
    "GET ~/actions/runs/<int:run_id>",
    needs="actions:read",
    docs=f"{_DOCS}#get-a-workflow-run",
)
def get(call: Call, run_id: int) -> Answer:
    """One run, as its newest attempt stands."""
    run = find_run(call, run_id)
    return Answer.json(run_shape(call, run, run.latest))


@route(
    "attempt",
    "GET ~/actions/runs/<int:run_id>/attempts/<int:number>",
    needs="actions:read",
    docs=f"{_DOCS}#get-a-workflow-run-attempt",
)
def attempt(call: Call, run_id: int, number: int) -> Answer:
    """One run, as it stood at one attempt."""
    return Answer.json(run_shape(call, *find_attempt(call, run_id, number)))


@route(
    "rerun",
    "POST ~/actions/runs/<int:run_id>/rerun",
    needs="actions:write",
    docs=f"{_DOCS}#re-run-a-workflow",
)
def rerun(call: Call, run_id: int) -> Answer:
    """Run all jobs again."""
    return _again(call, run_id, failed_only=False)


@route(
    "rerun-failed-jobs",
    "POST ~/actions/runs/<int:run_id>/rerun-failed-jobs",
    needs="actions:write",
    docs=f"{_DOCS}#re-run-failed-jobs-from-a-workflow-run",
)
def rerun_failed_jobs(call: Call, run_id: int) -> Answer:
    """Run those jobs again that did not succeed; the others stand as they were."""
    return _again(call, run_id, failed_only=True)


def _again(call: Call, run_id: int, *, failed_only: bool) -> Answer:
    run = find_run(call, run_id)
    if run.status != "completed":
        raise Refusal(403, "This workflow is already running")
    if failed_only and run.conclusion == "success":
        raise Refusal(403, "This workflow run has no failed jobs to re-run")
    jobs = []
    for job in run.latest.jobs:
        stands = failed_only and job.conclusion == "success"
        jobs.append(
            Job(job.name, "success", steps=job.steps, labels=job.labels)
            if stands
            else Job(job.name, None, "queued", labels=job.labels)
        )
    repository = call.repository
    running.rerun(repository, run, status="queued", conclusion=None, jobs=jobs, actor=call.login)
    return Answer.json({}, 201)


@route(
    "cancel-run",
    "POST ~/actions/runs/<int:run_id>/cancel",
    needs="actions:write",
    docs=f"{_DOCS}#cancel-a-workflow-run",
)
def cancel(call: Call, run_id: int) -> Answer:
    """End a run that is under way."""
    run = find_run(call, run_id)
    if run.status == "completed":
        raise Refusal(409, "Cannot cancel a workflow run that is completed.")
    running.conclude(call.repository, run, "cancelled")
    return Answer.json({}, 202)
