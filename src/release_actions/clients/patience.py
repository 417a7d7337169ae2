"""Ask a service again where the same question may go well in a moment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from release_actions.clients.clock import Clock
from release_actions.errors import UpstreamError

T = TypeVar("T")

TRIES = 4
FIRST = 0.3  # seconds before the second try; doubles
LONGEST = 60.0  # a service that asks for more is a matter for `wait`, not for one request


def patiently(ask: Callable[[], T], clock: Clock) -> T:
    """The answer, after at most four tries; the last error otherwise.

    Only for questions. An effect that was not answered may have happened: who asks for one
    looks again instead.
    """
    for turn in range(TRIES):
        try:
            return ask()
        except UpstreamError as error:
            after = error.after or 0.0
            if not error.passing or after > LONGEST or turn == TRIES - 1:
                raise
            clock.sleep(max(after, clock.jitter(FIRST * 2**turn)))
    raise AssertionError("the last try returns or raises")
