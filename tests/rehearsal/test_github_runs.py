"""Workflows, their runs, attempts and jobs, and what starts them."""

from __future__ import annotations

import pytest

from rehearsal.github import Job, Repository, Step
from tests.rehearsal.conftest import Client

_CI = "name: CI\non:\n  push:\n    branches: [main]\n  workflow_dispatch:\n"


@pytest.fixture
def head(repository: Repository) -> str:
    """The commit of all runs: it has one workflow."""
    return repository.commit({".github/workflows/ci.yml": _CI})


def _ids(client: Client, **query: str) -> list[int]:
    return [run["id"] for run in client.get("~/actions/runs", **query)["workflow_runs"]]


def test_runs_come_newest_first_with_all_that_a_gate_asks(
    repository: Repository, client: Client, head: str
) -> None:
    """The fields that name a run: workflow by path, commit, branch, event, attempt, verdict."""
    old = repository.add_run(workflow="ci.yml", commit=head, created_at="2026-01-01T00:00:00Z")
    new = repository.add_run(workflow="ci.yml", commit=head, conclusion="failure", attempt=2)
    answer = client.get("~/actions/runs")
    assert answer["total_count"] == 2
    newest, oldest = answer["workflow_runs"]
    assert (newest["id"], oldest["id"]) == (new.id, old.id)
    fields = ("path", "name", "head_sha", "head_branch", "event", "run_attempt", "run_number")
    assert [newest[field] for field in fields] == [
        ".github/workflows/ci.yml",
        "CI",
        head,
        "main",
        "push",
        2,
        2,
    ]
    assert (newest["status"], newest["conclusion"]) == ("completed", "failure")
    assert newest["head_commit"]["id"] == head


def test_each_filter_keeps_what_it_names(repository: Repository, client: Client, head: str) -> None:
    """head_sha, branch, event, status (or conclusion), actor, created."""
    push = repository.add_run(workflow="ci.yml", commit=head, created_at="2026-01-01T10:00:00Z")
    pull = repository.add_run(
        workflow="ci.yml",
        commit="f" * 40,
        branch="topic",
        event="pull_request",
        status="in_progress",
        head_repository="someone/app",
        actor="someone",
        created_at="2026-02-01T10:00:00Z",
    )
    queue = repository.add_run(
        workflow="ci.yml",
        commit=head,
        branch="gh-readonly-queue/main/pr-1-abc",
        event="merge_group",
        conclusion="cancelled",
        created_at="2026-03-01T10:00:00Z",
    )
    assert _ids(client, head_sha=head) == [queue.id, push.id]
    assert _ids(client, branch="topic") == [pull.id]
    assert _ids(client, event="merge_group") == [queue.id]
    assert _ids(client, status="in_progress") == [pull.id]
    assert _ids(client, status="cancelled") == [queue.id]
    assert _ids(client, actor="someone") == [pull.id]
    assert _ids(client, created=">=2026-02-01") == [queue.id, pull.id]
    assert _ids(client, created="2026-01-01..2026-02-01") == [pull.id, push.id]
    assert _ids(client, created="<2026-01-01T10:00:01Z") == [push.id]
    assert client.get(f"~/actions/runs/{pull.id}")["head_repository"]["full_name"] == "someone/app"


def test_an_empty_filter_is_dropped_and_a_short_commit_finds_none(
    repository: Repository, client: Client, head: str
) -> None:
    """PAINS A11: an empty head_sha brings back every run of the repository."""
    repository.add_run(workflow="ci.yml", commit=head)
    repository.add_run(workflow="ci.yml", commit="f" * 40)
    assert len(_ids(client, head_sha="")) == 2
    assert _ids(client, head_sha=head[:10]) == []


def test_every_attempt_is_kept(repository: Repository, client: Client, head: str) -> None:
    """The run shows its newest attempt; each earlier one can be asked for."""
    run = repository.add_run(
        workflow="ci.yml", commit=head, conclusion="failure", jobs=[Job("test", "failure")]
    )
    repository.rerun(run, jobs=[Job("test", "success", steps=[Step("Run tests")])])
    url = f"~/actions/runs/{run.id}"
    assert client.get(url)["conclusion"] == "success"
    assert client.get(f"{url}/attempts/1")["conclusion"] == "failure"
    assert client.get(f"{url}/attempts/2")["previous_attempt_url"].endswith("/attempts/1")
    assert [j["conclusion"] for j in client.get(f"{url}/jobs")["jobs"]] == ["success"]
    assert [j["conclusion"] for j in client.get(f"{url}/attempts/1/jobs")["jobs"]] == ["failure"]
    assert client.get(f"{url}/jobs", filter="all")["total_count"] == 2
    assert client(f"GET {url}/attempts/3").status_code == 404


def test_a_rerun_by_the_api_is_queued_until_it_is_concluded(
    repository: Repository, client: Client, head: str
) -> None:
    """Only failed jobs run again if that is asked; a running run is not run again."""
    jobs = [Job("lint", "success"), Job("test", "failure")]
    run = repository.add_run(workflow="ci.yml", commit=head, conclusion="failure", jobs=jobs)
    assert client(f"POST ~/actions/runs/{run.id}/rerun-failed-jobs").status_code == 201
    assert (run.attempt, run.status, run.conclusion) == (2, "queued", None)
    assert [job.conclusion for job in run.latest.jobs] == ["success", None]
    assert client(f"POST ~/actions/runs/{run.id}/rerun").status_code == 403
    repository.conclude(run, "success")
    assert client.get(f"~/actions/runs/{run.id}")["conclusion"] == "success"
    assert [job["status"] for job in client.get(f"~/actions/runs/{run.id}/jobs")["jobs"]] == [
        "completed",
        "completed",
    ]


def test_workflows_come_from_git_and_from_runs(
    repository: Repository, client: Client, head: str
) -> None:
    """A file at the default branch, a file that only ran, and how each stands."""
    repository.add_run(workflow=".github/workflows/gone.yml", commit=head, name="Gone")
    repository.set_workflow("gone.yml", state="deleted")
    found = client.get("~/actions/workflows")
    assert [(w["path"], w["name"], w["state"]) for w in found["workflows"]] == [
        (".github/workflows/ci.yml", "CI", "active"),
        (".github/workflows/gone.yml", "Gone", "deleted"),
    ]
    by_name = client.get("~/actions/workflows/ci.yml")
    assert client.get(f"~/actions/workflows/{by_name['id']}") == by_name
    repository.set_workflow("ci.yml", state="disabled_inactivity")
    assert client.get("~/actions/workflows/ci.yml")["state"] == "disabled_inactivity"
    assert client("GET ~/actions/workflows/nope.yml").status_code == 404


def test_the_runs_of_one_workflow_are_its_own(
    repository: Repository, client: Client, head: str
) -> None:
    """Two workflows may have one name: the path tells them apart."""
    ours = repository.add_run(workflow="ci.yml", commit=head, name="CI")
    repository.add_run(workflow="other.yml", commit=head, name="CI")
    (found,) = client.get("~/actions/workflows/ci.yml/runs", head_sha=head)["workflow_runs"]
    assert found["id"] == ours.id


def test_a_dispatch_makes_a_queued_run_appear(
    repository: Repository, client: Client, head: str
) -> None:
    """For a branch or a tag; the newer API says which run it is."""
    repository.tag("v1", head)
    url = "POST ~/actions/workflows/ci.yml/dispatches"
    assert client(url, json={"ref": "v1"}).status_code == 204
    (run,) = repository.runs
    assert (run.event, run.branch, run.commit, run.status) == (
        "workflow_dispatch",
        "v1",
        head,
        "queued",
    )
    told = client(url, json={"ref": "refs/heads/main", "return_run_details": True})
    assert told.json()["workflow_run_id"] == repository.runs[-1].id
    newer = {"X-GitHub-Api-Version": "2026-03-10"}
    assert client(url, json={"ref": "main"}, headers=newer).status_code == 200


@pytest.mark.parametrize(
    ("workflow", "body", "message"),
    [
        pytest.param("push.yml", {"ref": "main"}, "does not have", id="not-dispatched"),
        pytest.param("go.yml", {"ref": "nope"}, "No ref found", id="no-ref"),
        pytest.param("go.yml", {"ref": "main"}, "'to' not provided", id="input-missing"),
        pytest.param(
            "go.yml", {"ref": "main", "inputs": {"x": "1"}}, "Unexpected inputs", id="input-unknown"
        ),
        pytest.param("off.yml", {"ref": "main"}, "disabled workflow", id="disabled"),
    ],
)
def test_a_dispatch_that_cannot_be_is_refused(
    repository: Repository, client: Client, workflow: str, body: dict[str, str], message: str
) -> None:
    """422, and no run."""
    go = "on:\n  workflow_dispatch:\n    inputs:\n      to: {required: true}\n"
    repository.commit(
        {
            ".github/workflows/push.yml": "on: push\n",
            ".github/workflows/go.yml": go,
            ".github/workflows/off.yml": "on: [workflow_dispatch]\n",
        }
    )
    repository.set_workflow("off.yml", state="disabled_manually")
    refused = client(f"POST ~/actions/workflows/{workflow}/dispatches", json=body)
    assert refused.status_code == 422
    assert message in refused.json()["message"]
    assert repository.runs == []


def test_a_workflow_is_switched_off_and_on(repository: Repository, client: Client) -> None:
    """By the API, too."""
    repository.commit({".github/workflows/ci.yml": _CI})
    assert client("PUT ~/actions/workflows/ci.yml/disable").status_code == 204
    assert client.get("~/actions/workflows/ci.yml")["state"] == "disabled_manually"
    assert client("PUT ~/actions/workflows/ci.yml/enable").status_code == 204
    assert client.get("~/actions/workflows/ci.yml")["state"] == "active"


def test_a_repository_dispatch_starts_those_that_wait_for_it(
    repository: Repository, client: Client
) -> None:
    """By the type of the event."""
    repository.commit(
        {
            ".github/workflows/any.yml": "on: repository_dispatch\n",
            ".github/workflows/one.yml": "on: {repository_dispatch: {types: [released]}}\n",
            ".github/workflows/two.yml": "on: {repository_dispatch: {types: [other]}}\n",
        }
    )
    sent = client("POST ~/dispatches", json={"event_type": "released", "client_payload": {"a": 1}})
    assert sent.status_code == 204
    assert [run.path.rpartition("/")[2] for run in repository.runs] == ["any.yml", "one.yml"]
    assert repository.state.dispatches == [{"event_type": "released", "client_payload": {"a": 1}}]


@pytest.mark.parametrize(
    ("on", "ref", "starts"),
    [
        pytest.param("push", "refs/tags/v1", True, id="anything"),
        pytest.param("[pull_request]", "refs/heads/main", False, id="no-push"),
        pytest.param("{push: {branches: [main]}}", "refs/heads/main", True, id="branch"),
        pytest.param("{push: {branches: [main]}}", "refs/tags/v1", False, id="branches-no-tags"),
        pytest.param("{push: {tags: ['v*']}}", "refs/tags/v1.2.3", True, id="tag"),
        pytest.param("{push: {tags: ['v*']}}", "refs/heads/main", False, id="tags-no-branches"),
        pytest.param("{push: {tags: ['v*', '!v*-rc*']}}", "refs/tags/v1-rc1", False, id="negated"),
        pytest.param("{push: {branches: ['r/*']}}", "refs/heads/r/1/x", False, id="one-level"),
        pytest.param("{push: {branches: ['r/**']}}", "refs/heads/r/1/x", True, id="all-levels"),
        pytest.param("{push: {tags-ignore: ['v*']}}", "refs/tags/x1", True, id="ignore-other"),
    ],
)
def test_a_users_push_starts_the_workflows_that_wait_for_it(
    repository: Repository, client: Client, on: str, ref: str, starts: bool
) -> None:
    """By the filters of the file at the pushed commit."""
    head = repository.commit({".github/workflows/x.yml": f"on: {on}\n"}, branch="topic")
    made = client("POST ~/git/refs", json={"ref": ref, "sha": head})
    if made.status_code == 422:  # main is there already
        client("PATCH ~/git/refs/heads/main", json={"sha": head, "force": True})
    assert len(repository.runs) == starts


def test_a_tag_made_with_the_token_of_a_job_starts_nothing(
    repository: Repository, client: Client, head: str
) -> None:
    """PAINS B17: silently; a dispatch with the same token does start a run."""
    repository.commit({".github/workflows/tag.yml": "on: [push, workflow_dispatch]\n"})
    token = repository.github.token(
        permissions={"contents": "write", "actions": "write"}, repository="acme/app"
    )
    job = Client(client.base, token)
    assert job("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": head}).status_code == 201
    assert repository.runs == []
    sent = job("POST ~/actions/workflows/tag.yml/dispatches", json={"ref": "main"})
    assert sent.status_code == 204
    assert [run.actor for run in repository.runs] == ["github-actions[bot]"]


def test_artifacts_of_a_run_are_listed(repository: Repository, client: Client, head: str) -> None:
    """With their digest, and their bytes where they lead to."""
    run = repository.add_run(workflow="ci.yml", commit=head)
    kept = repository.add_artifact(run, "dist", b"bytes")
    (found,) = client.get(f"~/actions/runs/{run.id}/artifacts", name="dist")["artifacts"]
    assert (found["id"], found["size_in_bytes"], found["digest"]) == (kept.id, 5, kept.digest)
    assert client.get("~/actions/artifacts", name="other")["total_count"] == 0
    led = client(f"GET ~/actions/artifacts/{kept.id}/zip")
    assert client("GET " + led.headers["Location"].removeprefix(client.base)).content == b"bytes"
    kept.expired = True
    assert client(f"GET ~/actions/artifacts/{kept.id}/zip").status_code == 410
