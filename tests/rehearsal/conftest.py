"""A loopback GitHub for each test, every answer of which is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from rehearsal.github import GitHub, Repository
from tests.hanging import HANG
from tests.rehearsal.judge import Judge


@pytest.fixture
def judge() -> Judge:
    """The judge of this test."""
    return Judge()


@pytest.fixture
def github(tmp_path: Path, judge: Judge) -> Iterator[GitHub]:
    """A GitHub whose answers are all judged when the test is over."""
    with GitHub(tmp_path / "github") as github:
        github.judges.append(judge)
        yield github
    assert not github.crashes, "\n".join(github.crashes)
    assert not judge.complaints, "\n".join(judge.complaints)


@pytest.fixture
def repository(github: GitHub) -> Repository:
    """A repository with one commit."""
    repository = github.repository("acme/app")
    repository.commit({"README.md": "# App\n"}, message="Begin")
    return repository


@dataclass(frozen=True)
class Client:
    """The plainest client: nothing is retried, followed or hidden."""

    base: str
    token: str | None

    def __call__(self, request: str, **more: Any) -> requests.Response:
        """Send `METHOD /path`; a path that begins with `~` lies below /repos/acme/app."""
        method, _, path = request.partition(" ")
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.request(
            method,
            self.base + path.replace("~", "/repos/acme/app", 1),
            headers=headers | more.pop("headers", {}),
            timeout=HANG,
            allow_redirects=False,
            **more,
        )

    def get(self, path: str, /, **query: Any) -> Any:
        """The JSON of a GET that succeeds."""
        answer = self(f"GET {path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def client(github: GitHub) -> Client:
    """A client with the token of a user who may do all."""
    return Client(github.api_url, github.token())


@pytest.fixture
def client_with(github: GitHub) -> Callable[..., Client]:
    """Make a client whose token holds these permissions: `client_with(contents="read")`."""

    def make(**permissions: str) -> Client:
        token = github.token(permissions=permissions, repository="acme/app")
        return Client(github.api_url, token)

    return make
