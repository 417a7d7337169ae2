"""Real `gh` takes the loopback GitHub for github.com."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.github import GitHub, Job, Repository
from tests.hanging import HANG

Gh = Callable[..., str]
_GH = Path(sys.executable).parent / "gh"


@pytest.fixture
def gh(github: GitHub, tmp_path: Path) -> Gh:
    """Run gh as a user of this GitHub would, and give what it says."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GH_CONFIG_DIR": str(tmp_path / "gh"),
        "GH_TOKEN": github.token(),
        "GH_REPO": "acme/app",
        "GH_NO_UPDATE_NOTIFIER": "1",
        "GH_PROMPT_DISABLED": "1",
    }

    def run(*arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            [_GH, *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    run("config", "set", "http_unix_socket", str(github.socket_path))
    return run


def test_gh_api_reads_the_head_of_a_branch(repository: Repository, gh: Gh) -> None:
    """The simplest question goes through the socket."""
    ref = json.loads(gh("api", "repos/{owner}/{repo}/git/ref/heads/main"))
    assert ref["object"]["sha"] == repository.git.branches()["main"]


def test_gh_follows_the_pages_of_a_list(repository: Repository, gh: Gh) -> None:
    """`--paginate` reads what Link says."""
    head = repository.git.branches()["main"]
    for _ in range(5):
        repository.add_run(workflow="ci.yml", commit=head)
    numbers = gh(
        "api", "--paginate", "repos/acme/app/actions/runs?per_page=2", "--jq", ".workflow_runs[].id"
    )
    assert len(numbers.split()) == 5


def test_gh_lists_runs_and_shows_one(repository: Repository, gh: Gh) -> None:
    """`gh run` finds runs, their workflow and their jobs."""
    head = repository.git.branches()["main"]
    run = repository.add_run(
        workflow="ci.yml", commit=head, conclusion="failure", jobs=[Job("test", "failure")]
    )
    fields = "databaseId,conclusion,headSha,event,workflowName"
    (listed,) = json.loads(gh("run", "list", "--commit", head, "--json", fields))
    assert listed == {
        "databaseId": run.id,
        "conclusion": "failure",
        "headSha": head,
        "event": "push",
        "workflowName": ".github/workflows/ci.yml",
    }
    shown = json.loads(gh("run", "view", str(run.id), "--json", "jobs"))
    assert [job["name"] for job in shown["jobs"]] == ["test"]


def test_gh_run_rerun_makes_a_new_attempt(repository: Repository, gh: Gh) -> None:
    """The line that a refusal prints for mending does what it says."""
    head = repository.git.branches()["main"]
    run = repository.add_run(workflow="ci.yml", commit=head, conclusion="cancelled")
    gh("run", "rerun", str(run.id))
    assert (run.attempt, run.status) == (2, "queued")


def test_gh_makes_a_draft_fills_and_publishes_it(
    repository: Repository, gh: Gh, tmp_path: Path
) -> None:
    """The life of a release: create, upload, view, download, edit."""
    (tmp_path / "a.bin").write_bytes(b"one")
    (tmp_path / "b.bin").write_bytes(b"two")
    gh("release", "create", "v1", "a.bin", "--draft", "--title", "One", "--notes", "First.")
    assert repository.git.tags() == {}
    gh("release", "upload", "v1", "b.bin")
    shown = json.loads(gh("release", "view", "v1", "--json", "isDraft,assets,tagName"))
    assert shown["isDraft"]
    assert [asset["name"] for asset in shown["assets"]] == ["a.bin", "b.bin"]
    gh("release", "edit", "v1", "--draft=false")
    assert repository.git.tags() == {"v1": repository.git.branches()["main"]}
    gh("release", "download", "v1", "--dir", "got")
    assert (tmp_path / "got" / "b.bin").read_bytes() == b"two"
    assert gh("release", "list").startswith("One\tLatest\tv1")


def test_gh_is_told_that_an_asset_is_there_already(
    repository: Repository, gh: Gh, tmp_path: Path
) -> None:
    """422 already_exists reads as in real life."""
    repository.add_release("v1", assets={"a.bin": b"one"})
    (tmp_path / "a.bin").write_bytes(b"other")
    said = gh("release", "upload", "v1", "a.bin", code=1)
    assert "already exists" in said


def test_gh_dispatches_a_workflow(repository: Repository, gh: Gh) -> None:
    """A dispatch makes a queued run appear."""
    repository.commit({".github/workflows/go.yml": "on: workflow_dispatch\n"})
    gh("workflow", "run", "go.yml", "--ref", "main")
    (run,) = repository.runs
    assert (run.event, run.status) == ("workflow_dispatch", "queued")
