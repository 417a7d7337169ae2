"""Every way in which the loopback GitHub can be unkind, each seen to happen."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Any

import pytest
import requests

from rehearsal.github import Fault, GitHub, Repository
from tests.rehearsal.conftest import Client


@pytest.fixture
def runs(repository: Repository) -> list[int]:
    """The ids of four runs, newest first."""
    head = repository.git.branches()["main"]
    return [repository.add_run(workflow="ci.yml", commit=head).id for _ in range(4)][::-1]


def _ids(client: Client, **query: Any) -> list[int]:
    return [run["id"] for run in client.get("~/actions/runs", **query)["workflow_runs"]]


@pytest.mark.parametrize("status", [401, 403, 404, 500, 502, 503])
def test_status_strikes_the_call_it_names(
    github: GitHub, runs: list[int], client: Client, status: int
) -> None:
    """The second call of one route, and no other; and it says that it did."""
    fault = Fault(route="runs", call=2, kind="status", status=status)
    github.faults.add(fault)
    codes = [client("GET ~/actions/runs").status_code for _ in range(3)]
    assert codes == [200, status, 200]
    (fired,) = github.faults.fired
    assert (fired.fault, fired.call, fired.path) == (fault, 2, "/repos/acme/app/actions/runs")
    assert [record.faults for record in github.requests] == [(), ("status",), ()]


def test_a_range_of_calls_and_every_route(github: GitHub, runs: list[int], client: Client) -> None:
    """`call=(2, 3)` and `route="*"`."""
    github.faults.add(Fault(route="*", call=(2, 3), kind="status", status=502))
    asked = ("~", "~/releases", "~/actions/runs", "~")
    assert [client(f"GET {path}").status_code for path in asked] == [200, 502, 502, 200]


def test_cleared_faults_strike_no_more(github: GitHub, runs: list[int], client: Client) -> None:
    """What fired stays known."""
    github.faults.add(Fault(kind="status", status=500))
    assert client("GET ~").status_code == 500
    github.faults.clear()
    assert client("GET ~").status_code == 200
    assert len(github.faults.fired) == 1


def test_a_status_after_the_change_hides_that_it_was_made(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """502, and the tag is there all the same."""
    github.faults.add(Fault(route="create-ref", kind="status", status=502, when="after"))
    head = repository.git.branches()["main"]
    made = client("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": head})
    assert made.status_code == 502
    assert repository.git.tags() == {"v1": head}


def test_delay_answers_later(github: GitHub, repository: Repository, client: Client) -> None:
    """And meanwhile others are answered."""
    github.faults.add(Fault(route="repository", kind="delay", seconds=0.2))
    start = time.monotonic()
    assert client("GET ~").status_code == 200
    assert time.monotonic() - start > 0.2


@pytest.mark.parametrize(("when", "made"), [("before", False), ("after", True)])
def test_reset_ends_the_connection(
    github: GitHub, repository: Repository, client: Client, when: Any, made: bool
) -> None:
    """Before the change or after it: the caller cannot know."""
    github.faults.add(Fault(route="create-ref", kind="reset", when=when))
    body = {"ref": "refs/tags/v1", "sha": repository.git.branches()["main"]}
    with pytest.raises(requests.ConnectionError, match="reset"):
        client("POST ~/git/refs", json=body)
    assert ("v1" in repository.git.tags()) is made


def test_truncated_promises_more_than_comes(
    github: GitHub, runs: list[int], client: Client
) -> None:
    """Content-Length is right, the body ends early."""
    github.faults.add(Fault(route="runs", kind="truncated", keep=0.5))
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        client("GET ~/actions/runs")
    assert github.requests[-1].faults == ("truncated",)


@pytest.mark.parametrize(
    ("body", "parsed"),
    [
        ("html", None),
        ("text", None),
        ("empty", None),
        ("list", [1, 2, 3]),
        ("object", {"hello": "world"}),
        ("null", "null"),
    ],
)
def test_nonsense_is_200_and_no_answer(
    github: GitHub, runs: list[int], client: Client, body: Any, parsed: Any
) -> None:
    """HTML, half a JSON, nothing, and JSON of another shape."""
    github.faults.add(Fault(route="runs", kind="nonsense", body=body))
    answer = client("GET ~/actions/runs")
    assert answer.status_code == 200
    if parsed is None:
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    else:
        assert answer.json() == (None if parsed == "null" else parsed)


def test_stale_hides_the_newest(github: GitHub, runs: list[int], client: Client) -> None:
    """The list and its count are as they were some runs ago."""
    github.faults.add(Fault(route="runs", call=1, kind="stale", hide=2))
    old = client.get("~/actions/runs")
    assert [run["id"] for run in old["workflow_runs"]] == runs[2:]
    assert old["total_count"] == 2
    assert _ids(client) == runs


def test_stale_shows_an_earlier_moment(
    github: GitHub, repository: Repository, runs: list[int], client: Client
) -> None:
    """Any route, refs too, as a snapshot knew it."""
    before = repository.snapshot()
    old = repository.git.branches()["main"]
    new = repository.commit({"a": "1"})
    repository.add_run(workflow="ci.yml", commit=new)
    repository.conclude(repository.runs[0], "failure")
    github.faults.add(Fault(kind="stale", call=(1, 2), snapshot=before))
    assert client.get("~/git/ref/heads/main")["object"]["sha"] == old
    assert {run["conclusion"] for run in client.get("~/actions/runs")["workflow_runs"]} == {
        "success"
    }
    assert client.get("~/git/ref/heads/main")["object"]["sha"] == new


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_wrong_order_has_the_same_items(
    github: GitHub, runs: list[int], client: Client, order: Any
) -> None:
    """All of them, elsewhere; and the same disorder each time."""
    github.faults.add(Fault(route="runs", kind="wrong-order", order=order))
    found = _ids(client)
    assert found != runs
    assert sorted(found) == sorted(runs)
    assert _ids(client) == found


def test_filter_ignored_brings_everything(
    github: GitHub, repository: Repository, runs: list[int], client: Client
) -> None:
    """As if no filter had been given."""
    github.faults.add(Fault(route="runs", call=1, kind="filter-ignored"))
    assert _ids(client, head_sha="f" * 40) == runs
    assert _ids(client, head_sha="f" * 40) == []


def test_a_dropped_page_is_empty_and_counted(
    github: GitHub, runs: list[int], client: Client
) -> None:
    """The count gives it away."""
    github.faults.add(Fault(route="runs", kind="dropped-page", page=2))
    assert _ids(client, per_page=2, page=1) == runs[:2]
    second = client.get("~/actions/runs", per_page=2, page=2)
    assert (second["total_count"], second["workflow_runs"]) == (4, [])


@pytest.mark.parametrize("kind", ["stale", "wrong-order", "dropped-page"])
def test_a_fault_of_a_list_that_has_nothing_to_lose_is_in_vain(
    github: GitHub, runs: list[int], client: Client, kind: Any
) -> None:
    """A fault that changed nothing proves nothing."""
    github.faults.add(Fault(route="runs", kind=kind))
    assert _ids(client, head_sha="f" * 40) == []
    _ids(client)
    assert [firing.in_vain for firing in github.faults.fired] == [True, False]


def test_a_count_can_lie(github: GitHub, runs: list[int], client: Client) -> None:
    """In either direction."""
    github.faults.add(Fault(route="runs", kind="total-count", total=1))
    answer = client.get("~/actions/runs")
    assert (answer["total_count"], len(answer["workflow_runs"])) == (1, 4)


@pytest.mark.parametrize("status", [403, 429])
def test_the_secondary_rate_limit_says_when_to_come_again(
    github: GitHub, runs: list[int], client: Client, status: int
) -> None:
    """Retry-After, and no word of a count."""
    fault = Fault(route="runs", kind="secondary-rate-limit", status=status, retry_after=7)
    github.faults.add(fault)
    answer = client("GET ~/actions/runs")
    assert answer.status_code == status
    assert "secondary rate limit" in answer.json()["message"]
    assert answer.headers["Retry-After"] == "7"
    assert answer.headers["x-ratelimit-remaining"] != "0"


def test_the_primary_rate_limit_says_when_it_begins_anew(
    github: GitHub, runs: list[int], client: Client
) -> None:
    """Nothing remaining, and a moment to wait for."""
    github.faults.add(Fault(route="runs", kind="primary-rate-limit", retry_after=60))
    before = int(time.time())
    answer = client("GET ~/actions/runs")
    after = int(time.time())
    assert answer.status_code == 403
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert before + 60 <= int(answer.headers["x-ratelimit-reset"]) <= after + 60


def test_lag_hides_what_was_just_made(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """For the next reads of one route; others see it, and a further change hides anew."""
    github.faults.add(Fault(route="ref", kind="lag", reads=2))
    body = {"ref": "refs/tags/v1", "sha": repository.git.branches()["main"]}
    client("POST ~/git/refs", json=body)
    assert client.get("~/tags")[0]["name"] == "v1"
    seen = [client("GET ~/git/ref/tags/v1").status_code for _ in range(3)]
    assert seen == [404, 404, 200]
    client("DELETE ~/git/refs/tags/v1")
    seen = [client("GET ~/git/ref/tags/v1").status_code for _ in range(3)]
    assert seen == [200, 200, 404]


def test_a_partial_upload_leaves_half_a_file(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """PAINS C25: 502, and a name that is taken by what nobody can load."""
    github.faults.add(Fault(route="upload-asset", call=1, kind="partial-upload"))
    release = repository.add_release("v1", draft=True)
    path = f"/api/uploads/repos/acme/app/releases/{release.id}/assets?name=a.bin"
    assert client(f"POST {path}", data=b"0123456789").status_code == 502
    (half,) = client.get(f"~/releases/{release.id}/assets")
    assert (half["state"], half["size"], half["digest"]) == ("starter", 5, None)
    assert client(f"POST {path}", data=b"0123456789").status_code == 422
    client(f"DELETE ~/releases/assets/{half['id']}")
    assert client(f"POST {path}", data=b"0123456789").status_code == 201


def test_wrong_bytes_differ_by_one_bit(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """Of the same length, so that only a digest tells."""
    repository.add_release("v1", assets={"a.bin": b"right"})
    github.faults.add(Fault(route="download", call=1, kind="wrong-bytes"))
    page = "GET /acme/app/releases/download/v1/a.bin"
    assert client(page).content == b"sight"
    assert client(page).content == b"right"


def test_meanwhile_something_else_happens(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """PAINS A16: the tag moves between two reads."""
    old = repository.git.branches()["main"]
    new = repository.commit({"a": "1"})
    repository.tag("v1", old)

    def move() -> None:
        repository.tag("v1", new)

    github.faults.add(Fault(route="ref", call=1, kind="meanwhile", when="after", callback=move))
    seen = [client.get("~/git/ref/tags/v1")["object"]["sha"] for _ in range(2)]
    assert seen == [old, new]


@pytest.mark.parametrize(("when", "left"), [("before", 1), ("after", 2)])
def test_stop_at_counts_changes_and_ends_whoever_made_them(
    github: GitHub, repository: Repository, client: Client, when: Any, left: int
) -> None:
    """The second change: stopped before it, or just after it; reads do not count."""
    stopped: list[int] = []

    def stop() -> None:
        stopped.append(len(repository.git.tags()))

    github.faults.add(Fault(call=2, kind="stop-at", when=when, callback=stop))
    head = repository.git.branches()["main"]
    client("GET ~")
    client("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": head})
    client("GET ~")
    with pytest.raises(requests.ConnectionError):
        client("POST ~/git/refs", json={"ref": "refs/tags/v2", "sha": head})
    assert stopped == [left]
    assert len(repository.git.tags()) == left


def test_a_fault_that_found_nothing_to_do_did_not_fire(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """A disorder of what is no list is none."""
    github.faults.add(Fault(route="repository", kind="wrong-order"))
    client("GET ~")
    assert github.faults.fired == []


def test_a_fault_is_a_value() -> None:
    """It can be compared, changed, and made from data."""
    fault = Fault(**json.loads('{"route": "runs", "call": 1, "kind": "delay", "seconds": 1}'))
    assert fault == Fault(route="runs", call=1, kind="delay", seconds=1)
    assert replace(fault, call=None).strikes(99)
