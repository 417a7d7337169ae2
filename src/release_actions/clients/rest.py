"""GitHub's REST API through PyGithub: whole answers, or an error that names the request."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import requests

from release_actions import __version__
from release_actions.clients.clock import Clock
from release_actions.clients.lazily import lazily
from release_actions.clients.patience import patiently
from release_actions.clients.refusals import meaning
from release_actions.errors import RefusedError, UpstreamError
from release_actions.values import fold

# jwt, and with it cryptography, is for GitHub Apps: 20 ms, and no token of a step needs it.
with lazily("github", "jwt"):
    from github import GithubException
    from github.Auth import Token
    from github.Requester import Requester


T = TypeVar("T")
Json = Any  # what json.loads gives; each question reads it into a type
CAP = 1000  # GitHub shows no more of a filtered list of runs, and does not say so
TIMEOUT = 30  # seconds


class Refusal(UpstreamError):
    """GitHub answered, and the answer was no."""

    def __init__(
        self, message: str, status: int, body: Json, permissions: str, **kind: Any
    ) -> None:
        super().__init__(message, **kind)
        self.status = status
        self.body = body
        self.permissions = permissions


class Rest:
    """One connection: reads are tried again, remembered by ETag and counted; effects are not."""

    def __init__(self, token: str, api_url: str, clock: Clock) -> None:
        self.clock = clock
        self.token = token
        self.api_url = api_url.rstrip("/")
        self._known: dict[str, tuple[str, Json, Mapping[str, str]]] = {}
        self.requests = 0
        # PyGithub keeps the next request in its one connection, and Changes are made side by side.
        self._one_at_a_time = threading.Lock()
        self._requester = Requester(
            auth=Token(token) if token else None,
            base_url=self.api_url,
            timeout=TIMEOUT,
            user_agent=f"release-actions/{__version__}",
            per_page=100,
            verify=True,
            retry=None,  # patience is ours: it must stay within `wait`, and be seen
            pool_size=None,
        )

    def get(self, path: str, read: Callable[[Json], T], **query: str | int) -> T:
        """What `read` makes of the answer."""
        url = f"{path}?{urlencode(query)}" if query else path

        def ask() -> T:
            return _reading(url, read, self._ask(url)[0])

        return patiently(ask, self.clock)

    def get_or_none(self, path: str, read: Callable[[Json], T], **query: str | int) -> T | None:
        """The same, and None where GitHub says 404."""
        try:
            return self.get(path, read, **query)
        except Refusal as refusal:
            if refusal.status == 404:
                return None
            raise

    def pages(
        self,
        path: str,
        key: str,
        read: Callable[[Json], T],
        *,
        identity: str = "id",
        **query: str | int,
    ) -> tuple[T, ...]:
        """A whole list, each entry once: every page, and as many entries as GitHub counts.

        `key` names the list inside the answer ("" where the answer is the list); `identity` is
        what tells one entry from another.
        """
        first = f"{path}?{urlencode({'per_page': 100} | query)}"
        return patiently(lambda: self._whole(first, key, read, identity), self.clock)

    def _whole(
        self, first: str, key: str, read: Callable[[Json], T], identity: str
    ) -> tuple[T, ...]:
        found: dict[Any, T] = {}
        totals: set[int] = set()
        url: str | None = first
        seen: set[str] = set()
        while url:
            asked = url
            if asked in seen:
                raise UpstreamError(f"GET {asked}: the pages go round in a circle", passing=True)
            seen.add(asked)
            answer, headers = self._ask(asked)
            entries, total = _reading(asked, lambda json: _entries(json, key), answer)
            if total is not None:
                if total > CAP:
                    raise UpstreamError(
                        f"GET {first}: more than {CAP} entries, and GitHub lists no more"
                    )
                totals.add(total)
            for entry in entries:
                found[_reading(asked, lambda json: json[identity], entry)] = _reading(
                    asked, read, entry
                )
            url = self._next(headers)
        if key and totals != {len(found)}:
            told = " and ".join(map(str, sorted(totals))) or "no number of"
            raise UpstreamError(
                f"GET {first}: {told} entries counted, {len(found)} listed", passing=True
            )
        return tuple(found.values())

    def count(self, path: str) -> int:
        """How many entries a list without a count has: pages of one entry are numbered."""

        def ask() -> int:
            url = f"{path}?per_page=1"
            answer, headers = self._ask(url)
            entries, _ = _reading(url, lambda json: _entries(json, ""), answer)
            last = re.search(r'[?&]page=(\d+)[^>]*>;\s*rel="last"', headers.get("link", ""))
            return int(last[1]) if last else len(entries)

        return patiently(ask, self.clock)

    def _next(self, headers: Mapping[str, str]) -> str | None:
        """The address of the next page, as the Link header gives it (RFC 8288)."""
        match = re.search(r'<([^>]+)>;\s*rel="next"', headers.get("link", ""))
        if not match:
            return None
        # Only path and query: a token never follows an address to another host.
        parts = urlsplit(match[1])
        base = urlsplit(self._requester.base_url).path.rstrip("/")
        return f"{parts.path.removeprefix(base)}?{parts.query}"

    def send(self, verb: str, path: str, body: Json) -> Json:
        """One effect, asked for once."""
        return self._request(verb, path, {}, body)[0]

    def effect(self, verb: str, path: str, body: Json) -> Json:
        """One effect; where GitHub says why not, that reason is a finding of its own."""
        try:
            return self.send(verb, path, body)
        except Refusal as refusal:
            raise explained(refusal) from refusal

    def _ask(self, url: str) -> tuple[Json, Mapping[str, str]]:
        etag, known, told = self._known.get(url, ("", None, {}))
        headers = {"If-None-Match": etag} if etag else {}
        answer, heads, status = self._request("GET", url, headers, None)
        if status == 304 and etag:
            return known, told
        if (new := heads.get("etag")) and answer is not None:  # what is no JSON is not remembered
            self._known[url] = (new, answer, heads)
        return answer, heads

    def _request(
        self, verb: str, url: str, headers: dict[str, str], body: Json
    ) -> tuple[Json, Mapping[str, str], int]:
        asked = f"{verb} {url}"
        try:
            with self._one_at_a_time:
                self.requests += 1
                status, heads, text = self._requester.requestJson(verb, url, None, headers, body)
        # RuntimeError: PyGithub's own, for a redirection to another host or in a circle.
        except (requests.RequestException, GithubException, OSError, RuntimeError) as error:
            why = fold(self.covered(str(error)), 200)
            raise UpstreamError(f"{asked}: no answer: {why}", passing=True) from error
        # A redirected effect was not carried out.
        if status >= 300 and status != 304:
            raise self.refusal(asked, status, heads, _json(text, {}))
        return (None if status in (204, 304) else _json(text, None)), heads, status

    def refusal(self, asked: str, status: int, heads: Mapping[str, str], body: Json) -> Refusal:
        """What an answer other than a success comes to."""
        said = self.covered(str(body.get("message", ""))) if isinstance(body, dict) else ""
        needed = heads.get("x-accepted-github-permissions", "")
        limited = status == 429 or (
            status == 403
            and ("rate limit" in said.lower() or heads.get("x-ratelimit-remaining") == "0")
        )
        message = f"{asked}: GitHub answered {status}: {fold(said, 200) or 'no reason given'}"
        if status == 401:
            message += "; the token is absent, wrong or expired"
        elif status == 403 and not limited:
            message += f"; the token needs the permission `{fold(needed, 100) or 'unknown'}`"
        elif status == 404:
            message += "; it is not there, or the token may not see it"
        return Refusal(
            message,
            status,
            body,
            needed,
            passing=limited or status >= 500 or status == 408,
            after=self._after(heads) if limited else None,
        )

    def covered(self, text: str) -> str:
        """Before it is cut: the half of a token could not be told from other text."""
        return text.replace(self.token, "***") if self.token else text

    def _after(self, heads: Mapping[str, str]) -> float:
        """Seconds to leave GitHub alone: Retry-After, else until the limit is set back."""
        if heads.get("retry-after", "").isdigit():
            return float(heads["retry-after"])
        if (
            heads.get("x-ratelimit-remaining") == "0"
            and heads.get("x-ratelimit-reset", "").isdigit()
        ):
            return max(1.0, float(heads["x-ratelimit-reset"]) - self.clock.utc().timestamp())
        return 60.0  # GitHub's advice where it names no time


def explained(refusal: Refusal) -> Refusal | RefusedError:
    """What GitHub said no to, and what to do about it; the refusal itself where it says not why."""
    if refusal.passing or refusal.status not in (403, 404, 409, 422):
        return refusal
    needed = refusal.permissions
    said = "refusing to allow workflow" if "workflows" in needed else ""
    said = said or (str(refusal.body.get("message")) if isinstance(refusal.body, dict) else "")
    if found := meaning(said):
        return RefusedError(found[0], str(refusal), fix=found[1])
    fix = "Do what GitHub says there."
    if refusal.status not in (403, 404):
        return RefusedError("refused", str(refusal), fix=fix)
    # GitHub names a permission beside every refusal, also where the token has it.
    fix = f"Give the job's token `{needed}`." if needed else fix
    return RefusedError("no-permission", str(refusal), fix=fix)


def segment(name: str) -> str:
    """A name as part of a path; a slash in a branch stays one, as GitHub's refs want it."""
    return quote(name, safe="/")


def _json(text: Any, otherwise: Json) -> Json:
    try:
        return json.loads(text) if text else otherwise
    except ValueError:
        return otherwise


def _entries(answer: Json, key: str) -> tuple[list[Json], int | None]:
    if not key:
        if not isinstance(answer, list):
            raise TypeError("no list")
        return answer, None
    if not isinstance(answer[key], list):
        raise TypeError(f"no list `{key}`")
    return answer[key], int(answer["total_count"])


def _reading(asked: str, read: Callable[[Json], T], answer: Json) -> T:
    try:
        return read(answer)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        why = f"{type(error).__name__}: {fold(str(error), 100)}"
        raise UpstreamError(f"GET {asked}: cannot be read: {why}", passing=True) from error
