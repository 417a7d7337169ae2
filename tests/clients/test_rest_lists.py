"""What is remembered and how far is read, request by request."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from release_actions.clients.clock import Clock
from release_actions.clients.rest import Rest
from release_actions.errors import UpstreamError

API = "https://api.example.org"


class Timeless(Clock):
    """A clock whose sleep costs nothing."""

    def sleep(self, seconds: float) -> None:
        pass


class Canned:
    """Answers in turn, and the headers of each request."""

    def __init__(self, rest: Rest, *answers: tuple[int, dict[str, str], str]) -> None:
        self._answers: Iterator[tuple[int, dict[str, str], str]] = iter(answers)
        self.asked: list[dict[str, str]] = []
        rest._requester.requestJson = self.answer  # type: ignore[method-assign, assignment]

    def answer(
        self, verb: str, url: str, parameters: Any, headers: dict[str, str], body: Any
    ) -> tuple[int, dict[str, str], str]:
        self.asked.append(headers)
        return next(self._answers)


@pytest.fixture
def rest() -> Rest:
    return Rest("", API, Timeless())


def test_what_is_no_json_is_not_remembered_by_its_etag(rest: Rest) -> None:
    etag = {"etag": '"1"'}
    canned = Canned(rest, (200, etag, "<html>"), (200, etag, '{"a": 1}'), (304, {}, ""))
    assert rest.get("/x", lambda answer: answer["a"]) == 1
    assert rest.get("/x", lambda answer: answer["a"]) == 1
    assert canned.asked == [{}, {}, {"If-None-Match": '"1"'}]


def test_a_list_that_is_too_long_ends_at_its_first_page(rest: Rest) -> None:
    canned = Canned(rest, (200, {}, json.dumps({"total_count": 1001, "runs": []})))
    with pytest.raises(UpstreamError, match="more than 1000"):
        rest.pages("/x", "runs", lambda entry: entry["id"])
    assert len(canned.asked) == 1
