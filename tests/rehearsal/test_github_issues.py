"""Issues, labels and security advisories of the loopback GitHub, as GitHub tells them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.github import GitHub, Repository
from tests.rehearsal.conftest import Client

Make = Callable[..., Client]


def test_a_pull_request_is_an_issue_too(repository: Repository, client: Client) -> None:
    """One list and one count for both; the pull request says that it is one."""
    repository.add_issue("It breaks", labels=["bug"])
    repository.add_pull("Mend it", head="topic", labels=["bug"])
    repository.add_issue("Done", labels=["bug"], state="closed")
    found = client.get("~/issues", labels="BUG")
    assert [(entry["number"], "pull_request" in entry) for entry in found] == [
        (2, True),
        (1, False),
    ]
    every = client.get("~/issues", state="all", direction="asc")
    assert [entry["number"] for entry in every] == [1, 2, 3]
    assert every[2]["closed_at"] is not None


def test_every_label_that_is_asked_for_must_be_there(
    repository: Repository, client: Client
) -> None:
    repository.add_issue("One", labels=["bug"])
    repository.add_issue("Both", labels=["bug", "security"])
    found = client.get("~/issues", labels="bug,security")
    assert [entry["title"] for entry in found] == ["Both"]


def test_a_label_is_found_whatever_its_case(repository: Repository, client: Client) -> None:
    repository.add_label("Release blocker")
    assert client.get("~/labels/release%20blocker")["name"] == "Release blocker"
    assert client("GET ~/labels/none").status_code == 404


def test_issues_can_be_switched_off(repository: Repository, client: Client) -> None:
    repository.state.has_issues = False
    assert client("GET ~/issues").status_code == 410
    assert client.get("~")["has_issues"] is False


def test_a_list_of_issues_needs_its_permission(client_with: Make, repository: Repository) -> None:
    assert client_with(contents="read")("GET ~/issues").status_code == 403
    assert client_with(issues="read").get("~/issues") == []


@pytest.mark.parametrize(
    ("private", "permissions", "seen"),
    [
        pytest.param(False, {"contents": "read"}, ["published"], id="public, and no permission"),
        pytest.param(
            False, {"repository_advisories": "read"}, ["published", "draft"], id="public, may"
        ),
        pytest.param(
            True, {"repository_advisories": "read"}, ["published", "draft"], id="private, may"
        ),
        pytest.param(True, {"contents": "read"}, None, id="private, and no permission"),
    ],
)
def test_a_draft_is_not_told_to_one_who_may_not_see_it(
    github: GitHub,
    repository: Repository,
    client_with: Make,
    private: bool,
    permissions: dict[str, str],
    seen: list[str] | None,
) -> None:
    """Of a public repository the list is simply shorter: nothing says that it is not whole."""
    repository.state.private = private
    repository.add_advisory("It leaks", state="draft")
    repository.add_advisory("It leaked", state="published")
    answer = client_with(**permissions)("GET ~/security-advisories")
    if seen is None:
        assert answer.status_code == 403
    else:
        assert [entry["state"] for entry in answer.json()] == seen
    repository.state.private = False
