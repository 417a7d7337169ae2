"""One answer over HTTP: its body read to the end within bounds, or what its refusal says."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import requests

from release_actions.clients.clock import Clock
from release_actions.errors import UpstreamError
from release_actions.values import fold

LONGEST = 1800.0  # seconds for one answer: a server that drips holds nobody for ever
PIECE = 2**20  # bytes


class AnswerError(UpstreamError):
    """The service answered, and it was neither yes nor one of the statuses that mean absent."""

    def __init__(self, message: str, status: int, said: str, *, after: float | None = None) -> None:
        passing = status in (408, 429) or status >= 500
        super().__init__(message, passing=passing, after=after)
        self.status = status
        self.said = said


def read_whole(
    answer: requests.Response,
    asked: str,
    take: Callable[[bytes], object],
    limit: int,
    clock: Clock,
) -> None:
    """Give the whole body to `take`, piece by piece, or say why it is not the whole."""
    promised = answer.headers.get("Content-Length", "")
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise UpstreamError(f"{asked}: it came compressed, which was not asked for")
    if promised.isdigit() and int(promised) > limit:
        raise UpstreamError(f"{asked}: {promised} bytes; {limit} are read at most")
    got, end = 0, clock.now() + LONGEST
    for piece in _body(answer, asked):
        got += len(piece)
        if got > limit:
            raise UpstreamError(f"{asked}: more than {limit} bytes, which are read at most")
        if clock.now() > end:
            raise UpstreamError(f"{asked}: not over after {LONGEST:.0f} s", passing=True)
        take(piece)
    if promised.isdigit() and int(promised) != got:
        raise UpstreamError(f"{asked}: {got} of {promised} bytes came", passing=True)


def _body(answer: requests.Response, asked: str) -> Iterator[bytes]:
    pieces = answer.iter_content(PIECE)
    while True:
        try:
            piece = next(pieces, None)
        except (requests.RequestException, OSError) as error:
            why = fold(str(error), 100)
            raise UpstreamError(f"{asked}: broke off: {why}", passing=True) from error
        if piece is None:
            return
        yield piece


def refusal(asked: str, answer: requests.Response, cover: str = "") -> AnswerError:
    """What an answer that is no success comes to; `cover` is a secret not to be told."""
    try:
        text = b"".join(_some(answer)).decode(errors="replace")
    except UpstreamError:
        text = ""
    said = text.replace(cover, "***") if cover else text
    after = answer.headers.get("Retry-After", "")
    message = f"{asked}: answered {answer.status_code}: {fold(said, 200) or 'no reason given'}"
    return AnswerError(
        message, answer.status_code, said, after=float(after) if after.isdigit() else None
    )


def _some(answer: requests.Response, most: int = 16384) -> Iterator[bytes]:
    got = 0
    for piece in _body(answer, "the reason"):
        yield piece[: most - got]
        got += len(piece)
        if got >= most:
            return
