"""Branches and tags as the server has them, by git over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.faults import Fault
from rehearsal.github import GitHub
from release_actions.clients.git import Git, Server
from release_actions.clients.served_refs import Refs, served_refs
from release_actions.errors import UpstreamError
from release_actions.values import Repository

APP = Repository("acme/app")


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    with GitHub(tmp_path / "github") as github:
        yield github
        assert not github.crashes


def refs(github: GitHub, folder: Path, token: str = "") -> Refs:
    server = Server(github.server_url, token or github.token())
    return served_refs(Git(folder, server), APP)


def test_heads_and_peeled_tags_and_the_default(github: GitHub, tmp_path: Path) -> None:
    repository = github.repository("acme/app", private=True)
    first = repository.commit({"a": "1"})
    second = repository.commit({"a": "2"}, branch="release/1.2", parent=first)
    repository.tag("light", first)
    object = repository.tag("v1", second, message="One")
    repository.tag("v1-again", object, message="Nested")
    found = refs(github, tmp_path)
    assert found.default == "main"
    assert found.heads == {"main": first, "release/1.2": second}
    assert found.tags == {"light": first, "v1": second, "v1-again": second}


def test_a_repository_without_a_commit(github: GitHub, tmp_path: Path) -> None:
    github.repository("acme/app")
    assert refs(github, tmp_path) == Refs(None, {}, {})


@pytest.mark.parametrize(
    ("fault", "passing"),
    [
        (Fault(kind="status", status=503), True),
        (Fault(kind="reset"), True),
        (Fault(kind="truncated"), True),
        (Fault(kind="status", status=403), False),
        (Fault(kind="status", status=404), False),
        (Fault(kind="status", status=401), False),
    ],
    ids=["503", "reset", "truncated", "403", "404", "401"],
)
def test_a_server_that_does_not_say_is_an_error(
    github: GitHub, tmp_path: Path, fault: Fault, passing: bool
) -> None:
    """And whether it may pass decides whether it is worth asking again."""
    github.repository("acme/app").commit({"a": "1"})
    github.faults.add(fault)
    with pytest.raises(UpstreamError, match="git ls-remote") as error:
        refs(github, tmp_path)
    assert error.value.passing is passing


def test_a_wrong_token_is_final_and_not_told(github: GitHub, tmp_path: Path) -> None:
    github.repository("acme/app", private=True).commit({"a": "1"})
    with pytest.raises(UpstreamError) as error:
        refs(github, tmp_path, "ghs_wrong")
    assert not error.value.passing
    assert "ghs_wrong" not in str(error.value)
