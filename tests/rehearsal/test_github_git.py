"""git itself, over HTTP: who may fetch, who may push, and what a push sets off."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.github import Fault, GitHub, Repository
from tests.rehearsal.conftest import Client

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Run git in a clone as someone with no configuration; give what it says, or fails with."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_NOSYSTEM": "1",
    }

    def run(*arguments: str, code: int = 0) -> str:
        person = ("-c", "user.name=Mona", "-c", "user.email=mona@example.com")
        done = subprocess.run(
            ["git", "-C", str(tmp_path / "clone"), *person, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode != 0) == (code != 0), done.stderr
        return done.stderr if code else done.stdout.strip()

    (tmp_path / "clone").mkdir()
    return run


def _remote(github: GitHub, token: str | None = None, name: str = "acme/app") -> str:
    user = f"x-access-token:{token}@" if token else ""
    return f"{github.server_url.replace('http://', 'http://' + user)}/{name}.git"


def test_anybody_clones_what_is_public(github: GitHub, repository: Repository, git: Git) -> None:
    """With or without `.git`; a private repository asks who is there."""
    git("clone", "-q", _remote(github), ".")
    assert git("rev-parse", "HEAD") == repository.git.branches()["main"]
    github.repository("acme/secret", private=True).commit({"a": "1"})
    git("ls-remote", _remote(github, name="acme/secret"), code=1)
    token = github.token(permissions={"contents": "read"}, repository="acme/secret")
    assert "refs/heads/main" in git("ls-remote", _remote(github, token, "acme/secret"))
    assert "refs/heads/main" in git("ls-remote", _remote(github).removesuffix(".git"))


def test_a_push_needs_the_permission_to_write(
    github: GitHub, repository: Repository, git: Git
) -> None:
    """And what is pushed is there for the API."""
    git("clone", "-q", _remote(github), ".")
    git("commit", "-q", "--allow-empty", "-m", "More")
    git("push", "-q", _remote(github), "main", code=1)
    reader = github.token(permissions={"contents": "read"}, repository="acme/app")
    said = git("push", "-q", _remote(github, reader), "main", code=1)
    assert "403" in said
    writer = github.token(permissions={"contents": "write"}, repository="acme/app")
    git("push", "-q", _remote(github, writer), "main")
    assert repository.git.branches()["main"] == git("rev-parse", "HEAD")
    (pushed,) = [r for r in github.requests if r.mutating and r.status == 200]
    assert pushed.route == "git-push"


def test_a_users_push_starts_workflows_and_a_jobs_does_not(
    github: GitHub, repository: Repository, git: Git
) -> None:
    """PAINS B17, over git."""
    repository.commit({".github/workflows/tag.yml": "on: {push: {tags: ['v*']}}\n"})
    git("clone", "-q", _remote(github), ".")
    job = github.token(permissions={"contents": "write"}, repository="acme/app")
    git("tag", "v1")
    git("push", "-q", _remote(github, job), "v1")
    assert repository.runs == []
    git("tag", "v2")
    git("push", "-q", _remote(github, github.token()), "v2")
    assert [(run.branch, run.status) for run in repository.runs] == [("v2", "queued")]


def test_a_push_that_brings_workflows_needs_a_permission_no_job_has(
    github: GitHub, repository: Repository, git: Git
) -> None:
    """PAINS B18: a tag of an older commit whose workflows no branch has any more."""
    old = repository.commit({".github/workflows/ci.yml": "on: push\n"})
    repository.commit({".github/workflows/ci.yml": "on: [push]\n"})
    git("clone", "-q", _remote(github), ".")
    git("tag", "v1", old)
    git("tag", "v2", "main")
    job = github.token(permissions={"contents": "write"}, repository="acme/app")
    said = git("push", _remote(github, job), "v1", code=1)
    assert "refusing to allow a GitHub App to create or update workflow" in said
    git("push", "-q", _remote(github, job), "v2")
    repository.state.workflow_guard = "off"
    git("push", "-q", _remote(github, job), "v1")
    assert set(repository.git.tags()) == {"v1", "v2"}


def test_rules_bind_a_push_too(github: GitHub, repository: Repository, git: Git) -> None:
    """GH013, in git's own output; and the tag of an immutable release."""
    repository.add_ruleset("Tags", include=["refs/tags/v*"], rules=["creation"])
    git("clone", "-q", _remote(github), ".")
    git("tag", "v1")
    remote = _remote(github, github.token())
    said = git("push", remote, "v1", code=1)
    assert "GH013: Repository rule violations found for refs/tags/v1" in said
    assert "Cannot create ref due to creations being restricted" in said
    repository.state.immutable_releases = True
    repository.add_release("x1")
    git("push", remote, ":refs/tags/x1", code=1)
    assert set(repository.git.tags()) == {"x1"}


def test_a_created_ref_can_be_guarded_as_a_push_is(github: GitHub, repository: Repository) -> None:
    """PAINS B18: REST gave 403 too, and the header names what would do."""
    old = repository.commit({".github/workflows/ci.yml": "on: push\n"})
    repository.commit({".github/workflows/ci.yml": "on: [push]\n"})
    token = github.token(permissions={"contents": "write"}, repository="acme/app")
    job = Client(github.api_url, token)
    body = {"ref": "refs/tags/v1", "sha": old}
    repository.state.workflow_guard = "all"
    refused = job("POST ~/git/refs", json=body)
    assert refused.status_code == 403
    wanted = "contents=write; contents=write,workflows=write"
    assert refused.headers["x-accepted-github-permissions"] == wanted
    repository.state.workflow_guard = "push"
    assert job("POST ~/git/refs", json=body).status_code == 201


def test_a_push_can_be_stopped_as_any_change(
    github: GitHub, repository: Repository, git: Git
) -> None:
    """It counts among the changes; after it, the ref is there and nobody was told."""
    git("clone", "-q", _remote(github), ".")
    git("tag", "v1")
    github.faults.add(Fault(kind="stop-at", call=1, when="after"))
    git("push", "-q", _remote(github, github.token()), "v1", code=1)
    assert set(repository.git.tags()) == {"v1"}
