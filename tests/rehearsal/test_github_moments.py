"""A world kept and put back is the same world."""

from __future__ import annotations

from rehearsal.github import GitHub, Repository
from tests.rehearsal.conftest import Client


def test_all_is_as_it_was(github: GitHub, repository: Repository, client: Client) -> None:
    """Refs, commits, runs, releases with their bytes, settings, and the next id."""
    head = repository.git.branches()["main"]
    run = repository.add_run(workflow="ci.yml", commit=head)
    release = repository.add_release("v1", assets={"a.bin": b"one"})
    kept = github.snapshot()
    before = [client.get(path) for path in ("~/releases", "~/actions/runs", "~/git/matching-refs/")]

    repository.commit({"a": "1"})
    repository.conclude(run, "failure")
    repository.git.delete_ref("refs/tags/v1")
    client(f"DELETE ~/releases/{release.id}")
    github.repository("acme/other")

    github.restore(kept)
    after = [client.get(path) for path in ("~/releases", "~/actions/runs", "~/git/matching-refs/")]
    assert after == before
    assert github.find("acme/other") is None
    assert client("GET /acme/app/releases/download/v1/a.bin").content == b"one"


def test_a_moment_can_be_gone_back_to_twice(github: GitHub, repository: Repository) -> None:
    """What was kept is not spent."""
    kept = github.snapshot()
    for _ in range(2):
        repository.tag("v1", repository.git.branches()["main"])
        repository.set_variable("A", "1")
        github.restore(kept)
        assert repository.git.tags() == {}
        assert repository.variables == {}
