"""Reads by HTTP from public services: no credentials, bounded in size and time, tried again.

Absence is None, and only the statuses that the caller names are absence. Everything else that is
not the whole answer is an UpstreamError that names the request.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urljoin, urlsplit
from uuid import uuid4

import requests

from release_actions import __version__
from release_actions.clients.answer import read_whole, refusal
from release_actions.clients.clock import Clock
from release_actions.clients.patience import patiently
from release_actions.errors import UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.values import fold

T = TypeVar("T")

#: Who asks, and where to complain: crates.io refuses an agent that names nobody.
AGENT = f"release-actions/{__version__} (https://github.com/org/release-actions)"
TIMEOUT = (10, 60)  # seconds to connect, and between two pieces
REDIRECTS = (301, 302, 303, 307, 308)
TEXT_LIMIT = 64 * 2**20  # bytes of an answer that is held in memory
FILE_LIMIT = 2 * 2**30  # bytes of one that is written to a file


@dataclass(frozen=True)
class Fetched:
    """A file that was downloaded to where it harms nobody, and the digest of what came."""

    path: Path
    size: int
    sha256: Sha256


class Web:
    """Reads, each tried again where that may help. Safe to share between threads."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.requests = 0
        self._own = threading.local()

    def read(
        self,
        url: str,
        read: Callable[[bytes], T],
        *,
        absent: Collection[int] = (404,),
        limit: int = TEXT_LIMIT,
        accept: str = "*/*",
    ) -> T | None:
        """What `read` makes of the answer, or None where it is absent.

        `read` raises ValueError (or what a wrong shape raises) for what it cannot read.
        """

        def ask() -> T | None:
            content = bytearray()
            if not self._stream(url, content.extend, absent, limit, accept=accept):
                return None
            try:
                return read(bytes(content))
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                why = f"{type(error).__name__}: {fold(str(error), 200)}"
                raise UpstreamError(f"GET {url}: cannot be read: {why}", passing=True) from error

        return patiently(ask, self.clock)

    def fetch(
        self,
        url: str,
        folder: Path,
        *,
        absent: Collection[int] = (404,),
        absent_there: Collection[int] = (),
        limit: int = FILE_LIMIT,
        moved: Callable[[int], object] = lambda size: None,
    ) -> Fetched | None:
        """The answer as a file of its own in the folder, or None where it is absent.

        `absent_there` are further statuses that mean absence where a redirection led to. Written
        as it comes and hashed on the way; what came of a try that broke off is removed. `moved` is
        told the size of each piece, and less than 0 for what came in vain.
        """

        def ask() -> Fetched | None:
            path = folder / f"{uuid4().hex}.part"
            found: Fetched | None = None
            try:
                folder.mkdir(parents=True, exist_ok=True)
                found = self._into(path, url, absent, limit, absent_there, moved)
            except OSError as error:
                raise UpstreamError(f"{folder}: cannot be written: {error.strerror}") from error
            finally:
                if found is None:
                    with contextlib.suppress(OSError):
                        path.unlink()
            return found

        return patiently(ask, self.clock)

    def _into(
        self,
        path: Path,
        url: str,
        absent: Collection[int],
        limit: int,
        absent_there: Collection[int],
        moved: Callable[[int], object],
    ) -> Fetched | None:
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as file:

            def take(piece: bytes) -> None:
                nonlocal size
                file.write(piece)
                digest.update(piece)
                size += len(piece)
                moved(len(piece))

            try:
                there = self._stream(url, take, absent, limit, absent_there)
            except BaseException:
                moved(-size)
                raise
        return Fetched(path, size, Sha256(digest.hexdigest())) if there else None

    def _stream(
        self,
        url: str,
        take: Callable[[bytes], object],
        absent: Collection[int],
        limit: int,
        absent_there: Collection[int] = (),
        *,
        accept: str = "*/*",
    ) -> bool:
        """Give the answer's pieces to `take`; False where there is none."""
        asked = f"GET {url}"
        with self._followed(url, asked, accept) as (there, answer):
            if answer.status_code in ((*absent, *absent_there) if there != asked else absent):
                return False
            asked = there
            if answer.status_code != 200:
                raise refusal(asked, answer)
            read_whole(answer, asked, take, limit, self.clock)
        return True

    @contextlib.contextmanager
    def _followed(
        self, url: str, asked: str, accept: str
    ) -> Iterator[tuple[str, requests.Response]]:
        """The answer at the end of all redirections, and what was asked, with where it led."""
        there = asked
        for _ in range(6):
            with self.send("GET", url, there, headers={"Accept": accept}) as answer:
                if answer.status_code not in REDIRECTS:
                    yield there, answer
                    return
                url = _led(url, answer.headers.get("Location", ""), there)
                there = f"{asked} (led to {fold(url, 200)})"
        raise UpstreamError(f"{asked}: it leads from place to place", passing=True)

    @contextlib.contextmanager
    def send(
        self,
        verb: str,
        url: str,
        asked: str,
        *,
        headers: Mapping[str, str] | None = None,
        data: bytes | None = None,
    ) -> Iterator[requests.Response]:
        """One request, followed nowhere and tried once; its body is not read yet."""
        self.requests += 1
        heads = {
            "User-Agent": AGENT,
            "Accept-Encoding": "identity",
            "Cache-Control": "no-cache",  # what is asked for may have come a moment ago
            **(headers or {}),
        }
        session = self._session()
        try:
            answer = session.request(
                verb,
                url,
                headers=heads,
                data=data,
                auth=_nobody,
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
        except (requests.RequestException, OSError, ValueError) as error:
            why = fold(_without(headers, str(error)), 200)
            raise UpstreamError(f"{asked}: no answer: {why}", passing=True) from error
        with answer:
            yield answer

    def _session(self) -> requests.Session:
        """This thread's own connections."""
        session: requests.Session | None = getattr(self._own, "session", None)
        if session is None:
            session = self._own.session = requests.Session()
        return session


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Never what a .netrc has for the host."""
    return request


def _without(headers: Mapping[str, str] | None, text: str) -> str:
    secret = (headers or {}).get("Authorization", "")
    return text.replace(secret, "***") if secret else text


def _led(before: str, location: str, asked: str) -> str:
    """Where a redirection leads: anywhere, but never from https to something else."""
    url = urljoin(before, location)
    schemes = ("https",) if before.startswith("https:") else ("https", "http")
    if not location or urlsplit(url).scheme not in schemes:
        raise UpstreamError(f"{asked}: it leads to {fold(url, 80)}", passing=True)
    return url
