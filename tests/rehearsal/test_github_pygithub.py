"""PyGithub, the client that our own actions use, drives the loopback GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest
from github import Auth, Github, UnknownObjectException
from github.GithubException import GithubException

from rehearsal.github import GitHub, Job, Repository


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "server"])
def pygithub(github: GitHub, request: pytest.FixtureRequest) -> Github:
    """PyGithub at either address of the API; it checks that every address stays below its own."""
    return Github(
        base_url=github.api_url + request.param,
        auth=Auth.Token(github.token()),
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


def test_refs_tags_and_compare(repository: Repository, pygithub: Github) -> None:
    """From the tag to the commit, and how it lies to the branch."""
    head = repository.git.branches()["main"]
    repository.tag("v1", head, message="One")
    repository.commit({"a": "1"})
    app = pygithub.get_repo("acme/app")
    ref = app.get_git_ref("tags/v1")
    assert ref.object.type == "tag"
    assert app.get_git_tag(ref.object.sha).object.sha == head
    assert app.compare("v1", "main").ahead_by == 1
    assert [branch.name for branch in app.get_branches()] == ["main"]
    assert app.get_commit("main").files[0].filename == "a"
    created = app.create_git_ref("refs/tags/v2", head)
    assert created.object.sha == head
    with pytest.raises(UnknownObjectException):
        app.get_git_ref("tags/v9")


def test_runs_and_their_jobs(repository: Repository, pygithub: Github) -> None:
    """Through pages, filters, attempts."""
    head = repository.git.branches()["main"]
    for _ in range(3):
        repository.add_run(workflow="ci.yml", commit=head, jobs=[Job("test")])
    app = pygithub.get_repo("acme/app")
    runs = app.get_workflow_runs(head_sha=head, event="push")
    assert runs.totalCount == 3
    assert [job.name for job in runs[0].jobs()] == ["test"]
    assert app.get_workflow("ci.yml").path == ".github/workflows/ci.yml"
    assert runs[0].rerun()
    assert runs[0].run_attempt == 1, "the object is as old as the list"
    assert app.get_workflow_run(runs[0].id).run_attempt == 2


def test_a_release_with_files(repository: Repository, pygithub: Github, tmp_path: Path) -> None:
    """Draft, upload, publish, download, delete."""
    file = tmp_path / "a.bin"
    file.write_bytes(b"content")
    app = pygithub.get_repo("acme/app")
    draft = app.create_git_release("v1", "One", "First.", draft=True)
    asset = draft.upload_asset(str(file))
    assert asset.size == 7
    published = draft.update_release("One", "First.", draft=False)
    assert not published.draft
    assert app.get_release("v1").id == draft.id
    asset.download_asset(path=str(tmp_path / "got"))
    assert (tmp_path / "got").read_bytes() == b"content"
    with pytest.raises(GithubException, match="already_exists"):
        draft.upload_asset(str(file))
    asset.delete_asset()
    published.delete_release()
    assert repository.releases == []


def test_settings_contents_and_pull_requests(repository: Repository, pygithub: Github) -> None:
    """Environments, variables, files, and a pull request."""
    repository.add_environment("pypi", reviewers=["mona"])
    repository.set_variable("A", "1")
    app = pygithub.get_repo("acme/app")
    assert [environment.name for environment in app.get_environments()] == ["pypi"]
    assert app.get_variable("A").value == "1"
    app.create_git_ref("refs/heads/topic", repository.git.branches()["main"])
    app.create_file("b.txt", "Add b", "b\n", branch="topic")
    pull = app.create_pull(base="main", head="topic", title="Topic", body="Why.")
    assert [found.number for found in app.get_pulls(head="acme:topic")] == [pull.number]
    assert app.get_contents("b.txt", ref="topic").decoded_content == b"b\n"  # type: ignore[union-attr]
