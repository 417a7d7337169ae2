"""An answer is whole, or it is an error that names the request."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

from release_actions.clients.rest import CAP, Refusal, Rest, segment
from release_actions.errors import UpstreamError
from tests.clients.canned import Answer, Canned, serving
from tests.shelf import StillClock

TOKEN = "ghs_secret"


def rest(canned: Canned, base: str = "", clock: StillClock | None = None) -> Rest:
    return Rest(TOKEN, canned.url + base, clock or StillClock())


def name(json: Any) -> str:
    return str(json["name"])


def page(*ids: int, total: int | None = None, next: str = "") -> Answer:
    body: Any = [{"id": number, "name": f"n{number}"} for number in ids]
    if total is not None:
        body = {"total_count": total, "things": body}
    return Answer(body, headers={"Link": f'<{next}>; rel="next", <x>; rel="last"'} if next else {})


def fails(canned: Canned, base: str = "") -> UpstreamError:
    with pytest.raises(UpstreamError) as caught:
        rest(canned, base).get("/x", name)
    assert "GET /x" in str(caught.value)
    return caught.value


# One answer


def test_an_answer_is_read_and_the_request_is_ours() -> None:
    with serving(Answer({"name": "a"})) as canned:
        client = rest(canned)
        assert client.get("/x", name, ref="a b") == "a"
        assert canned.asked == ["GET /x?ref=a+b"]
        assert client.requests == 1
    assert canned.headers[0]["authorization"].endswith(TOKEN)
    assert canned.headers[0]["user-agent"].startswith("release-actions/")


def test_without_a_token_none_is_sent() -> None:
    with serving(Answer({"name": "a"})) as canned:
        assert Rest("", canned.url, StillClock()).get("/x", name) == "a"
    assert "authorization" not in canned.headers[0]


@pytest.mark.parametrize(
    "bad",
    [
        Answer(status=502, body={}),
        Answer(status=500, body=b"<html>"),
        Answer(status=408, body={}),
        Answer(b"<!DOCTYPE html>"),
        Answer(b""),
        Answer(b'{"name": '),
        Answer(b"null"),
        Answer([1, 2]),
        Answer({"hello": "world"}),
        Answer({"name": "a"}, short=100),
        Answer(status=204),
        Answer(status=304),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_read_is_asked_again_and_then_an_error(bad: Answer) -> None:
    with serving(bad, Answer({"name": "a"})) as canned:
        assert rest(canned).get("/x", name) == "a"
    with serving(bad) as canned:
        assert fails(canned).passing
        assert len(canned.asked) == 4


def test_nobody_there_is_an_error_that_names_the_request() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = Rest(TOKEN, f"http://127.0.0.1:{port}", StillClock())
    with pytest.raises(UpstreamError, match="GET /x: no answer") as caught:
        client.get("/x", name)
    assert TOKEN not in str(caught.value)


def test_silence_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release_actions.clients.rest.TIMEOUT", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = Rest(TOKEN, f"http://127.0.0.1:{silent.getsockname()[1]}", StillClock())
        with pytest.raises(UpstreamError, match="GET /x: no answer"):
            client.get("/x", name)


@pytest.mark.parametrize(
    ("status", "headers", "body", "says"),
    [
        (401, {}, {"message": "Bad credentials"}, "absent, wrong or expired"),
        (403, {"x-accepted-github-permissions": "contents=read"}, {}, "permission `contents=read`"),
        (403, {}, {"message": "no"}, "permission `unknown`"),
        (404, {}, {"message": "Not Found"}, "or the token may not see it"),
        (410, {}, [], "GitHub answered 410: no reason given"),
        (302, {"Location": "http://e.example/"}, {}, "GitHub answered 302"),
        (307, {"Location": "http://e.example/"}, {}, "GitHub answered 307"),
        (308, {"Location": "http://e.example/"}, {}, "GitHub answered 308"),
    ],
)
def test_a_no_is_told_with_its_reason_and_not_asked_again(
    status: int, headers: dict[str, str], body: object, says: str
) -> None:
    with serving(Answer(body, status, headers)) as canned:
        error = fails(canned)
        assert len(canned.asked) == 1
    assert says in str(error)
    assert isinstance(error, Refusal)
    assert (error.status, error.passing) == (status, False)


def test_a_token_that_is_said_back_is_covered_before_it_is_cut() -> None:
    with serving(Answer({"message": "x" * 195 + TOKEN + "\n::error::y"}, 410)) as canned:
        text = str(fails(canned))
    assert "ghs_" not in text
    assert "\n" not in text


def test_a_404_may_be_a_fact_and_nothing_else_may() -> None:
    with serving(Answer({}, 404)) as canned:
        assert rest(canned).get_or_none("/x", name) is None
    with serving(Answer({}, 401)) as canned, pytest.raises(Refusal):
        rest(canned).get_or_none("/x", name)


@pytest.mark.parametrize("there", ["http://e.example/x", "https://127.0.0.1/x", "{url}/x"])
def test_a_redirection_elsewhere_or_in_a_circle_is_an_error(there: str) -> None:
    with serving(Answer({}, 301, {"Location": there})) as canned:
        fails(canned)


# Limits


@pytest.mark.parametrize(
    ("status", "headers", "message", "slept"),
    [
        (429, {"Retry-After": "7"}, "", [7]),
        (403, {"Retry-After": "7"}, "You have exceeded a secondary rate limit.", [7]),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "{at}"}, "", [30]),
        (429, {}, "", [60]),
    ],
)
def test_a_rate_limit_is_kept(
    status: int, headers: dict[str, str], message: str, slept: list[float]
) -> None:
    clock = StillClock()
    at = str(int(clock.utc().timestamp()) + 30)
    told = {name: value.replace("{at}", at) for name, value in headers.items()}
    limited = Answer({"message": message}, status, told)
    with serving(limited, Answer({"name": "a"})) as canned:
        assert rest(canned, clock=clock).get("/x", name) == "a"
    assert clock.slept == slept


def test_a_limit_that_lasts_too_long_ends_it_and_says_for_how_long() -> None:
    with serving(Answer({}, 429, {"Retry-After": "3000"})) as canned:
        error = fails(canned)
        assert len(canned.asked) == 1
    assert (error.passing, error.after) == (True, 3000)


def test_a_limit_that_was_set_back_already_is_waited_for_a_second() -> None:
    clock = StillClock()
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}
    with serving(Answer({}, 403, headers), Answer({"name": "a"})) as canned:
        rest(canned, clock=clock).get("/x", name)
    assert clock.slept == [1]


# What is remembered


def test_what_did_not_change_is_not_sent_again() -> None:
    first = Answer({"name": "a"}, headers={"ETag": '"1"'})
    with serving(first, Answer(status=304), Answer({"name": "b"})) as canned:
        client = rest(canned)
        assert [client.get("/x", name) for _ in range(3)] == ["a", "a", "b"]
    assert [headers.get("if-none-match") for headers in canned.headers] == [None, '"1"', '"1"']


# Lists


def whole(canned: Canned, key: str, base: str = "") -> tuple[str, ...]:
    return rest(canned, base).pages("/things", key, name, state="all")


def test_a_list_is_read_to_its_last_page() -> None:
    with serving(page(1, 2, total=3, next="{url}/things?page=2"), page(3, total=3)) as canned:
        assert whole(canned, "things") == ("n1", "n2", "n3")
    assert canned.asked == ["GET /things?per_page=100&state=all", "GET /things?page=2"]


def test_a_bare_list_is_read_by_its_links() -> None:
    with serving(page(1, next="{url}/things?page=2"), page(2)) as canned:
        assert whole(canned, "") == ("n1", "n2")


def test_an_empty_list_is_an_answer() -> None:
    with serving(page(total=0)) as canned:
        assert whole(canned, "things") == ()
    with serving(page()) as canned:
        assert whole(canned, "") == ()


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([page(1, total=2)], id="short"),
        pytest.param([page(1, 2, total=1)], id="long"),
        pytest.param(
            [page(1, 2, total=3, next="{url}/things?page=2"), page(2, total=3)], id="shifted"
        ),
        pytest.param(
            [page(1, total=2, next="{url}/things?page=2"), page(2, total=3)], id="recounted"
        ),
    ],
)
def test_a_list_that_does_not_add_up_is_read_again_and_then_an_error(pages: list[Answer]) -> None:
    good = page(7, total=1)
    with serving(*pages, good) as canned:
        assert whole(canned, "things") == ("n7",)
    with serving(*(pages * 4), good) as canned:
        with pytest.raises(UpstreamError, match="entries counted") as caught:
            whole(canned, "things")
        assert "GET /things?per_page=100&state=all" in str(caught.value)


def test_an_entry_that_stands_twice_is_one() -> None:
    with serving(page(1, 1, 2, total=2)) as canned:
        assert whole(canned, "things") == ("n1", "n2")


def test_beyond_the_cap_a_list_is_not_whole_and_is_not_asked_again() -> None:
    with serving(page(1, total=CAP + 1)) as canned:
        with pytest.raises(UpstreamError, match="more than 1000 entries"):
            whole(canned, "things")
        assert len(canned.asked) == 1


def test_pages_that_go_round_in_a_circle_end() -> None:
    with (
        serving(page(1, total=1, next="{url}/things?page=1")) as canned,
        pytest.raises(UpstreamError, match="circle"),
    ):
        whole(canned, "things")


@pytest.mark.parametrize(
    "body",
    [
        {"things": [], "total_count": None},
        {"things": {}, "total_count": 0},
        {"total_count": 0},
        [],
        {"things": [{"name": "a"}], "total_count": 1},
        {"things": [{"id": 1}], "total_count": 1},
        {"things": ["x"], "total_count": 1},
    ],
)
def test_a_list_of_another_shape_is_an_error(body: object) -> None:
    with serving(Answer(body)) as canned, pytest.raises(UpstreamError, match="cannot be read"):
        whole(canned, "things")


def test_what_should_be_a_list_and_is_an_object_is_an_error() -> None:
    with serving(Answer({})) as canned, pytest.raises(UpstreamError, match="no list"):
        whole(canned, "")


def test_the_token_follows_no_link_to_another_host() -> None:
    with serving(Answer([])) as foreign:
        with serving(page(1, next=f"{foreign.url}/things?page=2"), page(2)) as canned:
            assert whole(canned, "") == ("n1", "n2")
            assert canned.asked[1] == "GET /things?page=2"
        assert foreign.asked == []


def test_the_api_may_be_below_a_path_as_on_an_enterprise_server() -> None:
    pages = page(1, next="{url}/api/v3/things?page=2"), page(2)
    with serving(*pages) as canned:
        assert whole(canned, "", "/api/v3/") == ("n1", "n2")
    assert canned.asked == [
        "GET /api/v3/things?per_page=100&state=all",
        "GET /api/v3/things?page=2",
    ]


# Effects


def effect(canned: Canned) -> Any:
    return rest(canned).send("POST", "/x", {"a": 1})


def test_an_effect_is_asked_for_once_whatever_is_answered() -> None:
    answers: list[tuple[Answer, Callable[[UpstreamError], bool]]] = [
        (Answer({}, 502), lambda error: error.passing),
        (Answer({}, 429, {"Retry-After": "1"}), lambda error: error.after == 1),
        (Answer({"a": 1}, 201, short=50), lambda error: "no answer" in str(error)),
        (Answer({}, 307, {"Location": "{url}/y"}), lambda error: "307" in str(error)),
        (Answer({"message": "exists"}, 422), lambda error: "exists" in str(error)),
    ]
    for answer, holds in answers:
        with serving(answer) as canned:
            with pytest.raises(UpstreamError, match="POST /x") as caught:
                effect(canned)
            assert canned.asked == ["POST /x"]
        assert holds(caught.value)


def test_an_effect_gives_what_was_answered() -> None:
    with serving(Answer({"sha": "x"}, 201)) as canned:
        assert effect(canned) == {"sha": "x"}
    with serving(Answer(status=204)) as canned:
        assert effect(canned) is None


def test_a_name_in_a_path_is_quoted() -> None:
    assert segment("release/1.2 #?%") == "release/1.2%20%23%3F%25"
