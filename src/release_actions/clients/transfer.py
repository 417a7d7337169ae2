"""Files to and from GitHub, as streams: memory stays as it is, whatever their size."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests

from release_actions import __version__
from release_actions.clients.progress import Progress
from release_actions.clients.rest import Json, Rest
from release_actions.errors import UpstreamError
from release_actions.values import fold

TIMEOUT = (30, 300)  # seconds to connect, and between two pieces
PIECE = 2**20  # bytes
REDIRECTS = (301, 302, 303, 307, 308)


class Sending:
    """A file as the body of one request: as long as was told, or the request breaks off."""

    def __init__(self, path: Path, size: int, progress: Progress) -> None:
        self._file = path.open("rb")
        self._size = size
        self._left = size
        self._progress = progress

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while piece := self.read(PIECE):
            yield piece

    def read(self, most: int = -1) -> bytes:
        """The next piece, never beyond the size that was told."""
        piece = self._file.read(min(self._left, max(most, 0) or PIECE))
        if self._left and not piece:
            raise OSError("the file became shorter while it was sent")
        self._left -= len(piece)
        self._progress.advance(len(piece))
        return piece

    def close(self) -> None:
        self._file.close()

    @property
    def sent(self) -> int:
        """How many bytes have been given to the connection."""
        return self._size - self._left


def upload(rest: Rest, url: str, path: Path, size: int, kind: str, progress: Progress) -> Json:
    """POST a file to an address of this GitHub's own, and what it answers."""
    asked = f"POST {urlsplit(url).path}?{urlsplit(url).query}"
    if not of_this_github(rest.api_url, url):
        host = fold(urlsplit(url).netloc, 80)
        raise UpstreamError(
            f"{asked}: its host {host} is not this GitHub's own: no token goes there"
        )
    body = _opened(path, size, progress)
    try:
        with _send(rest, "POST", url, asked, token=True, data=body, kind=kind) as answer:
            return _json(answer, asked)
    except UpstreamError:
        progress.advance(-body.sent)
        raise
    finally:
        body.close()


def _opened(path: Path, size: int, progress: Progress) -> Sending:
    try:
        return Sending(path, size, progress)
    except OSError as error:
        raise UpstreamError(f"{path}: it cannot be read: {fold(str(error), 100)}") from error


def download(rest: Rest, path: str, take: Callable[[bytes], Any]) -> None:
    """GET bytes, piece by piece. The token goes to the API alone, and not where that leads."""
    asked, url, token = f"GET {path}", f"{rest.api_url}{path}", True
    for _ in range(5):
        with _send(rest, "GET", url, asked, token=token) as answer:
            if answer.status_code not in REDIRECTS:
                _pieces(answer, asked, take)
                return
            url, token = _led(answer, url, asked), False
    raise UpstreamError(f"{asked}: it leads from place to place", passing=True)


def of_this_github(api_url: str, url: str) -> bool:
    """Whether the token may go there: the API's own host, or the uploads host beside it.

    https://api.github.com and https://uploads.github.com; GitHub Enterprise Server has one host
    for all. The scheme is the API's own, so that https never becomes http.
    """
    api, other = urlsplit(api_url), urlsplit(url)
    if "@" in other.netloc or other.scheme != api.scheme or not other.hostname:
        return False
    beside = re.sub(r"^api\.", "uploads.", str(api.hostname))
    return other.netloc == api.netloc or (
        other.hostname == beside and _port(other) == _port(api) and beside != api.hostname
    )


def _port(address: SplitResult) -> int:
    return address.port or {"https": 443, "http": 80}.get(address.scheme, 0)


def _led(answer: requests.Response, before: str, asked: str) -> str:
    """Where a redirection leads: anywhere, without the token, but never from https to http."""
    url = requests.compat.urljoin(before, answer.headers.get("Location", ""))
    schemes = ("https",) if before.startswith("https:") else ("https", "http")
    if urlsplit(url).scheme not in schemes:
        raise UpstreamError(f"{asked}: it leads to {fold(url, 80)}", passing=True)
    return str(url)


def _pieces(answer: requests.Response, asked: str, take: Callable[[bytes], Any]) -> None:
    got = 0
    try:
        for piece in answer.iter_content(PIECE):
            got += len(piece)
            take(piece)
    except (requests.RequestException, OSError) as error:
        raise UpstreamError(f"{asked}: broke off: {fold(str(error), 100)}", passing=True) from error
    promised = answer.headers.get("Content-Length", "")
    if promised.isdigit() and not answer.headers.get("Content-Encoding") and int(promised) != got:
        raise UpstreamError(f"{asked}: {got} of {promised} bytes came", passing=True)


def _send(
    rest: Rest,
    verb: str,
    url: str,
    asked: str,
    *,
    token: bool,
    data: Sending | None = None,
    kind: str = "",
) -> requests.Response:
    rest.requests += 1
    headers: dict[str, str] = {
        "Accept": "application/vnd.github+json" if data else "application/octet-stream",
        "Accept-Encoding": "identity",
        "User-Agent": f"release-actions/{__version__}",
    } | ({"Content-Type": kind} if kind else {})
    try:
        answer = requests.request(
            verb,
            url,
            headers=headers,
            data=data,
            auth=_Bearer(rest.token if token else ""),
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        )
    except (requests.RequestException, OSError, ValueError) as error:
        why = fold(rest.covered(str(error)), 200)
        raise UpstreamError(f"{asked}: no answer: {why}", passing=True) from error
    led = data is None and answer.status_code in REDIRECTS
    if answer.status_code >= 300 and not led:
        raise rest.refusal(asked, answer.status_code, _lower(answer.headers), _body(answer))
    return answer


class _Bearer(requests.auth.AuthBase):
    """The token, or none: and never what a .netrc has for the host."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _body(answer: requests.Response) -> Json:
    """The reason in a refusal, as far as there is one."""
    try:
        return answer.json()
    except (requests.RequestException, OSError, ValueError):
        return {}


def _json(answer: requests.Response, asked: str) -> Json:
    try:
        return answer.json()
    except (requests.RequestException, OSError, ValueError) as error:
        why = fold(str(error), 100)
        raise UpstreamError(f"{asked}: cannot be read: {why}", passing=True) from error
