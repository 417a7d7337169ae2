"""The JSON of a run and of its jobs."""

from __future__ import annotations

from rehearsal.github import running
from rehearsal.github.call import Call
from rehearsal.github.shapes import (
    JSON,
    html_url,
    maybe_stamp,
    minimal_repository,
    node_id,
    number_of,
    repository_url,
    stamp,
    user,
)
from rehearsal.github.state import Attempt, Job, Run


def run_shape(call: Call, run: Run, attempt: Attempt) -> JSON:
    """A run as it stood at one of its attempts."""
    repository = call.repository
    api = repository_url(call.addresses, repository)
    url = f"{api}/actions/runs/{run.id}"
    earlier = f"{url}/attempts/{attempt.number - 1}" if attempt.number > 1 else None
    suite = run.id + running.SUITE
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WFR", run.id),
        "head_branch": run.branch,
        "head_sha": run.commit,
        "path": run.path,
        "display_title": run.title,
        "run_number": run.number,
        "run_attempt": attempt.number,
        "event": run.event,
        "status": attempt.status,
        "conclusion": attempt.conclusion,
        "workflow_id": run.workflow_id,
        "check_suite_id": suite,
        "check_suite_node_id": node_id("CS", suite),
        "url": url,
        "html_url": f"{html_url(call.addresses, repository)}/actions/runs/{run.id}",
        "pull_requests": _pulls(call, run),
        "created_at": stamp(run.created_at),
        "updated_at": stamp(attempt.updated_at),
        "run_started_at": stamp(attempt.started_at),
        "actor": user(call.addresses, run.actor),
        "triggering_actor": user(call.addresses, attempt.actor),
        "referenced_workflows": [],
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{api}/check-suites/{suite}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": earlier,
        "workflow_url": f"{api}/actions/workflows/{run.workflow_id}",
        "head_commit": _head_commit(call, run),
        "repository": minimal_repository(call.addresses, repository),
        "head_repository": _head_repository(call, run),
    }


def _pulls(call: Call, run: Run) -> list[JSON]:
    api = repository_url(call.addresses, call.repository)
    about = {"id": call.repository.state.id, "url": api, "name": call.repository.full_name}
    found = (pull for pull in call.repository.pulls if pull.number in run.pull_requests)
    heads = call.repository.git.branches()
    return [
        {
            "id": pull.id,
            "number": pull.number,
            "url": f"{api}/pulls/{pull.number}",
            "head": {"ref": pull.head, "sha": run.commit, "repo": about},
            "base": {"ref": pull.base, "sha": heads.get(pull.base, run.commit), "repo": about},
        }
        for pull in found
    ]


def _head_commit(call: Call, run: Run) -> JSON | None:
    git = call.repository.git
    if git.kind(run.commit) != "commit":
        return None
    commit = git.commit(run.commit)
    return {
        "id": commit.oid,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": stamp(commit.committer.date),
        "author": {"name": commit.author.name, "email": commit.author.email},
        "committer": {"name": commit.committer.name, "email": commit.committer.email},
    }


def _head_repository(call: Call, run: Run) -> JSON:
    """The repository whose commit ran: this one, or a fork that need not exist here."""
    value = minimal_repository(call.addresses, call.repository)
    if run.head_repository == call.repository.full_name:
        return value
    owner, _, name = run.head_repository.partition("/")
    ours, theirs = call.repository.full_name, run.head_repository
    moved = {
        key: text.replace(f"/{ours}", f"/{theirs}") if isinstance(text, str) else text
        for key, text in value.items()
    }
    identity = number_of(theirs)
    return moved | {
        "id": identity,
        "node_id": node_id("R", identity),
        "name": name,
        "full_name": theirs,
        "owner": user(call.addresses, owner),
        "fork": True,
    }


def job_shape(call: Call, run: Run, attempt: Attempt, job: Job) -> JSON:
    """One job of one attempt."""
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    done = job.status == "completed"
    times = {
        "started_at": stamp(attempt.started_at),
        "completed_at": maybe_stamp(attempt.updated_at if done else None),
    }
    return {
        "id": job.id,
        "run_id": run.id,
        "workflow_name": run.name,
        "head_branch": run.branch,
        "run_url": f"{api}/actions/runs/{run.id}",
        "run_attempt": attempt.number,
        "node_id": node_id("CR", job.id),
        "head_sha": run.commit,
        "url": f"{api}/actions/jobs/{job.id}",
        "html_url": f"{html}/actions/runs/{run.id}/job/{job.id}",
        "status": job.status,
        "conclusion": job.conclusion,
        "created_at": stamp(attempt.started_at),
        **times,
        "name": job.name,
        "steps": [
            {
                "name": step.name,
                "status": step.status,
                "conclusion": step.conclusion,
                "number": number,
                **times,
            }
            for number, step in enumerate(job.steps, start=1)
        ],
        "check_run_url": f"{api}/check-runs/{job.id}",
        "labels": job.labels,
        "runner_id": None,
        "runner_name": None,
        "runner_group_id": None,
        "runner_group_name": None,
    }
