"""How runs come to be: added by hand, run again, dispatched, or started by a push."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict, Unpack

from rehearsal.github.shapes import number_of
from rehearsal.github.state import (
    Attempt,
    Job,
    RepositoryState,
    Run,
    Workflow,
    WorkflowState,
    moment,
    now,
)

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository


#: A run and its check suite have ids of their own; here one comes from the other.
SUITE = 50_000_000


def workflow_path(name: str) -> str:
    """The path of a workflow given by its file name or its path."""
    return name if "/" in name else f".github/workflows/{name}"


def new_workflow(state: RepositoryState, path: str, name: str, at: datetime) -> Workflow:
    """A workflow; the same path in the same repository always has the same id."""
    return Workflow(number_of(f"{state.id}:{path}"), path, name, "active", at, at)


def set_workflow(
    repository: Repository, path: str, *, state: WorkflowState, name: str | None
) -> Workflow:
    """Keep how a workflow stands; one that is nowhere else is known from now on."""
    full = workflow_path(path)
    at = repository.state.created_at
    workflow = repository.workflow(full) or new_workflow(repository.state, full, full, at)
    workflow.state, workflow.updated_at = state, now()
    workflow.name = name or workflow.name
    kept = [known for known in repository.state.workflows if known.id != workflow.id]
    repository.state.workflows = [*kept, workflow]
    return workflow


class RunFields(TypedDict, total=False):
    """What else can be said of a run; the newest attempt has the status and the conclusion."""

    branch: str | None
    event: str
    status: str
    conclusion: str | None
    attempt: int
    jobs: list[Job]
    name: str
    title: str
    actor: str
    #: The repository whose commit ran: another one for a pull request from a fork.
    head_repository: str
    created_at: datetime | str
    updated_at: datetime | str
    number: int
    #: What GitHub may add to the path of a workflow: `@refs/heads/main`.
    path_suffix: str
    #: Numbers of pull requests.
    pull_requests: list[int]
    #: What its event said: the whole ref, the commit before a push, inputs, the cron line.
    ref: str
    before: str
    inputs: dict[str, str]
    schedule: str


def add_run(
    repository: Repository, *, workflow: str, commit: str, **fields: Unpack[RunFields]
) -> Run:
    """Add a run; for a push it is on the default branch unless told."""
    path = workflow_path(workflow)
    known = repository.workflow(path)
    event = fields.get("event", "push")
    same = [run for run in repository.state.runs if run.path.partition("@")[0] == path]
    run = Run(
        id=repository.github.next_id(),
        number=fields.get("number", 1 + max((run.number for run in same), default=0)),
        workflow_id=number_of(f"{repository.state.id}:{path}"),
        path=path + fields.get("path_suffix", ""),
        name=fields.get("name", known.name if known else path),
        title=fields.get("title") or _title(repository, commit),
        commit=commit,
        branch=fields.get("branch", repository.default_branch if event == "push" else None),
        event=event,
        actor=fields.get("actor", "octocat"),
        head_repository=fields.get("head_repository", repository.full_name),
        created_at=moment(fields.get("created_at")),
        attempts=[],
        pull_requests=fields.get("pull_requests", []),
        ref=fields.get("ref", ""),
        before=fields.get("before", ""),
        inputs=fields.get("inputs", {}),
        schedule=fields.get("schedule", ""),
    )
    _add_attempts(repository, run, fields)
    repository.state.runs.append(run)
    return run


def _add_attempts(repository: Repository, run: Run, fields: RunFields) -> None:
    """The attempt that was told, and before it those that failed."""
    made, number = run.created_at, fields.get("attempt", 1)
    for earlier in range(1, number):
        run.attempts.append(Attempt(earlier, "completed", "failure", [], run.actor, made, made))
    status = fields.get("status", "completed")
    conclusion = fields.get("conclusion", "success") if status == "completed" else None
    ended = moment(fields["updated_at"]) if "updated_at" in fields else made
    jobs = fields.get("jobs") or []
    latest = Attempt(number, status, conclusion, jobs, run.actor, made, ended)
    run.attempts.append(_with_ids(repository, latest))


def rerun(
    repository: Repository,
    run: Run,
    *,
    status: str,
    conclusion: str | None,
    jobs: list[Job] | None,
    actor: str,
) -> Run:
    """Add an attempt to a run."""
    ended = conclusion if status == "completed" else None
    attempt = Attempt(run.attempt + 1, status, ended, jobs or [], actor, now(), now())
    run.attempts.append(_with_ids(repository, attempt))
    return run


def conclude(
    repository: Repository, run: Run, conclusion: str, jobs: list[Job] | None = None
) -> Run:
    """End the newest attempt of a run, and its jobs with it."""
    latest = run.latest
    latest.status, latest.conclusion, latest.updated_at = "completed", conclusion, now()
    if jobs is not None:
        latest.jobs = jobs
        _with_ids(repository, latest)
    for job in latest.jobs:
        if job.status != "completed":
            job.status, job.conclusion = "completed", conclusion
    return run


def _with_ids(repository: Repository, attempt: Attempt) -> Attempt:
    for job in attempt.jobs:
        job.id = job.id or repository.github.next_id()
    return attempt


def _title(repository: Repository, commit: str) -> str:
    if repository.git.kind(commit) != "commit":
        return commit
    return repository.git.commit(commit).message.partition("\n")[0]
