"""Lists in pages, what a list costs, and what it cannot reach."""

from __future__ import annotations

import re
from typing import Any

import pytest

from rehearsal.github import GitHub, Repository
from tests.rehearsal.conftest import Client


@pytest.fixture
def seven(repository: Repository) -> list[int]:
    """The ids of seven runs, newest first."""
    head = repository.git.branches()["main"]
    return [repository.add_run(workflow="ci.yml", commit=head).id for _ in range(7)][::-1]


def _links(answer: Any) -> dict[str, str]:
    return {rel: url for url, rel in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["Link"])}


def test_every_page_is_reached_by_its_link(client: Client, seven: list[int]) -> None:
    """next and last on the first page, first and prev on the last; the query stays."""
    answer = client("GET ~/actions/runs?per_page=3&branch=main")
    assert set(_links(answer)) == {"next", "last"}
    found = [run["id"] for run in answer.json()["workflow_runs"]]
    while "next" in _links(answer):
        answer = client("GET " + _links(answer)["next"].removeprefix(client.base))
        assert answer.json()["total_count"] == 7
        found += [run["id"] for run in answer.json()["workflow_runs"]]
    assert found == seven
    assert set(_links(answer)) == {"prev", "first"}
    assert "branch=main" in _links(answer)["first"]


def test_a_list_on_one_page_has_no_links(client: Client, seven: list[int]) -> None:
    """30 items unless said otherwise; 100 at most."""
    assert "Link" not in client("GET ~/actions/runs").headers
    assert "Link" not in client("GET ~/actions/runs?per_page=1000").headers
    assert client.get("~/actions/runs", page=9)["workflow_runs"] == []


def test_a_bare_list_has_pages_as_well(repository: Repository, client: Client) -> None:
    """Releases, branches and tags say no count: Link alone tells."""
    for number in range(3):
        repository.add_release(f"v{number}")
    answer = client("GET ~/releases?per_page=2")
    assert [release["tag_name"] for release in answer.json()] == ["v2", "v1"]
    assert _links(answer)["next"].endswith("page=2")


def test_a_filtered_list_of_runs_ends_at_a_thousand(repository: Repository, client: Client) -> None:
    """PAINS A12: the count tells of more than can be read; without a filter all can be."""
    head = repository.git.branches()["main"]
    for _ in range(1003):
        repository.add_run(workflow="ci.yml", commit=head)
    page = client.get("~/actions/runs", head_sha=head, per_page=100, page=10)
    assert (page["total_count"], len(page["workflow_runs"])) == (1003, 100)
    beyond = client.get("~/actions/runs", head_sha=head, per_page=100, page=11)
    assert beyond["workflow_runs"] == []
    unfiltered = client.get("~/actions/runs", per_page=100, page=11)
    assert len(unfiltered["workflow_runs"]) == 3


def test_what_has_not_changed_costs_nothing(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """ETag and If-None-Match: 304, no body, no request spent."""
    first = client("GET ~/git/ref/heads/main")
    again = client("GET ~/git/ref/heads/main", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    left = "x-ratelimit-remaining"
    assert again.headers[left] == first.headers[left]
    repository.commit({"a": "1"})
    changed = client("GET ~/git/ref/heads/main", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert [(r.conditional, r.unchanged) for r in github.requests] == [
        (False, False),
        (True, True),
        (True, False),
    ]


def test_the_rate_limit_counts_down_and_ends(github: GitHub, repository: Repository) -> None:
    """403 when nothing is left; asking how much is left stays free."""
    secret = github.token()
    github.tokens.known[secret].limit = 2
    client = Client(github.api_url, secret)
    left = [client("GET ~").headers["x-ratelimit-remaining"] for _ in range(2)]
    assert left == ["1", "0"]
    refused = client("GET ~")
    assert refused.status_code == 403
    assert "API rate limit exceeded" in refused.json()["message"]
    assert int(refused.headers["x-ratelimit-reset"]) > 0
    assert client.get("/rate_limit")["resources"]["core"]["remaining"] == 0


def test_head_answers_without_a_body(repository: Repository, client: Client) -> None:
    """As gh asks whether a tag has a release."""
    answer = client("HEAD ~/git/ref/heads/main")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


def test_what_is_no_json_is_told_so(repository: Repository, client: Client) -> None:
    """400 for a body that does not parse, or that is no object."""
    assert client("POST ~/git/refs", data=b"{").json()["message"] == "Problems parsing JSON"
    assert client("POST ~/git/refs", data=b"[]").status_code == 400
    wrong = client("POST ~/git/refs", json={"ref": 1, "sha": "x"})
    assert wrong.status_code == 422


def test_what_github_does_not_have_is_not_found(repository: Repository, client: Client) -> None:
    """No route, and no such method of a route."""
    assert client("GET ~/nothing").status_code == 404
    assert client("DELETE ~/releases").status_code == 404
    assert client("GET /repos/acme/nothing").status_code == 404
