"""The jobs of runs."""

from __future__ import annotations

from rehearsal.github.answer import Answer, not_found
from rehearsal.github.answers.run_shape import job_shape
from rehearsal.github.answers.runs import find_attempt, find_run
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.state import Attempt, Run

_DOCS = "actions/workflow-jobs"


@route(
    "jobs",
    "GET ~/actions/runs/<int:run_id>/jobs",
    needs="actions:read",
    docs=f"{_DOCS}#list-jobs-for-a-workflow-run",
)
def jobs(call: Call, run_id: int) -> Answer:
    """The jobs of the newest attempt of a run, or of each with `filter=all`."""
    run = find_run(call, run_id)
    every = call.request.args.get("filter") == "all"
    return _page(call, run, run.attempts if every else [run.latest])


@route(
    "attempt-jobs",
    "GET ~/actions/runs/<int:run_id>/attempts/<int:number>/jobs",
    needs="actions:read",
    docs=f"{_DOCS}#list-jobs-for-a-workflow-run-attempt",
)
def attempt_jobs(call: Call, run_id: int, number: int) -> Answer:
    """The jobs of one attempt of a run."""
    run, attempt = find_attempt(call, run_id, number)
    return _page(call, run, [attempt])


def _page(call: Call, run: Run, attempts: list[Attempt]) -> Answer:
    found = [(attempt, job) for attempt in attempts for job in attempt.jobs]
    return call.page(
        found, "jobs", shape=lambda pair: job_shape(call, run, *pair), newest_first=False
    )


@route(
    "job",
    "GET ~/actions/jobs/<int:job_id>",
    needs="actions:read",
    docs=f"{_DOCS}#get-a-job-for-a-workflow-run",
)
def job(call: Call, job_id: int) -> Answer:
    """One job by its id."""
    for run in call.repository.runs:
        for attempt in run.attempts:
            for found in attempt.jobs:
                if found.id == job_id:
                    return Answer.json(job_shape(call, run, attempt, found))
    raise not_found()
