"""What can go wrong between a program and a service, as data.

A fault names a route, the calls of that route it strikes, and what happens to them:

    Fault(route="runs", call=1, kind="status", status=502)
    Fault(route="ref", call=(2, 4), kind="delay", seconds=0.5)
    Fault(route="*", kind="stop-at", call=3, when="after", callback=kill)

Calls are counted from one, for each fault by itself, from the moment it was added.
A `stop-at` counts the mutating calls alone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import socket

Kind = Literal[
    "status",  # `status` (and `message`) instead of the answer
    "delay",  # the answer, `seconds` later
    "reset",  # the connection is reset; `when` says whether the call was carried out
    "truncated",  # the body ends after `keep` of its bytes; Content-Length told them all
    "nonsense",  # 200, and a body that is no answer: `body`
    "stale",  # a list without its newest `hide` items, or the world as `snapshot` knew it
    "wrong-order",  # a list `order`: reversed or shuffled
    "filter-ignored",  # a list whose filters were dropped
    "dropped-page",  # page number `page` of a list is empty
    "total-count",  # a list says that it has `total` items
    "secondary-rate-limit",  # `status` 403 or 429 with Retry-After: `retry_after`
    "primary-rate-limit",  # 403, no requests left, to be had again in `retry_after` seconds
    "lag",  # after each change the next `reads` reads see the world as it was before
    "partial-upload",  # half of a file arrives, and 502 is answered
    "wrong-bytes",  # a file is served with one bit changed
    "redirect",  # `status` (302) and Location: `location`
    "meanwhile",  # `callback` is called `when` the call is made, which then goes on
    "stop-at",  # `callback` is called `when` ("before" or "after") the change is made
]
Side = Literal["before", "after"]
#: Told of a call, who is at the other end, and the side; whether it ended the caller.
Witness = Callable[["Struck", "socket.socket", Side], bool]
Body = Literal["html", "text", "empty", "list", "object", "null"]

#: What each kind of nonsense looks like. The last three are JSON of another shape than asked.
NONSENSE: dict[Body, tuple[str, bytes]] = {
    "html": ("text/html; charset=utf-8", b"<!DOCTYPE html><title>Unicorn!</title><h1>Oops</h1>"),
    "text": ("application/json; charset=utf-8", b'{"id": 1, "name": '),
    "empty": ("application/json; charset=utf-8", b""),
    "list": ("application/json; charset=utf-8", b"[1, 2, 3]"),
    "object": ("application/json; charset=utf-8", b'{"hello": "world"}'),
    "null": ("application/json; charset=utf-8", b"null"),
}


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing that goes wrong; the fields below `kind` are its parameters."""

    kind: Kind
    route: str = "*"
    call: int | tuple[int, int] | None = None
    status: int | None = None
    message: str | None = None
    location: str = ""
    seconds: float = 0.0
    when: Literal["before", "after"] = "before"
    keep: float = 0.5
    body: Body = "html"
    hide: int = 1
    snapshot: Any = field(default=None, compare=False, repr=False)
    order: Literal["reversed", "shuffled"] = "reversed"
    page: int = 1
    total: int = 0
    retry_after: int = 1
    reads: int = 1
    callback: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    def strikes(self, call: int) -> bool:
        """Whether this fault is for the call with this number."""
        match self.call:
            case None:
                return True
            case int(number):
                return call == number
            case (first, last):
                return first <= call <= last


@dataclass(frozen=True)
class Firing:
    """A fault that took effect: when, at which call of its route, and what was asked."""

    fault: Fault
    call: int
    method: str
    path: str
    at: datetime
    in_vain: bool = False
    """There was nothing for it to change: an empty list has no newest items."""


class Struck:
    """The faults that strike one call; taking one makes it happen, and says that it did."""

    def __init__(
        self,
        faults: Faults,
        waiting: list[tuple[Fault, int]],
        asked: str,
        *,
        route: str = "",
        mutating: bool = False,
    ) -> None:
        self._faults = faults
        self._waiting = waiting
        self._method, _, self._path = asked.partition(" ")
        self.taken: list[Fault] = []
        self.asked = asked
        self.route = route
        self.mutating = mutating
        #: How it is about to be answered, once it has been carried out.
        self.status = 0

    def witnessed(self, connection: socket.socket, when: Side) -> bool:
        """Let whoever watches this service see the call; whether its caller was ended."""
        witness = self._faults.witness
        return witness is not None and witness(self, connection, when)

    def waits(self, kind: Kind) -> bool:
        """Whether a fault of this kind strikes and was not taken yet."""
        return any(fault.kind == kind for fault, _ in self._waiting)

    def take(self, kind: Kind, where: Callable[[Fault], bool] | None = None) -> Fault | None:
        """The first fault of this kind (of which `where` holds), if one strikes."""
        for fault, call in self._waiting:
            if fault.kind == kind and (where is None or where(fault)):
                at = datetime.now(UTC)
                self._faults.fired.append(Firing(fault, call, self._method, self._path, at))
                self.taken.append(fault)
                return fault
        return None

    def in_vain(self, fault: Fault) -> None:
        """The fault that was just taken changed nothing."""
        fired = self._faults.fired
        last = max(n for n, firing in enumerate(fired) if firing.fault is fault)
        fired[last] = replace(fired[last], in_vain=True)


class Faults:
    """The faults of one service, and what they did."""

    def __init__(self) -> None:
        self._counts: list[tuple[Fault, list[int]]] = []
        self._lock = threading.Lock()
        self.fired: list[Firing] = []
        #: Sees each call right before and right after it is carried out.
        self.witness: Witness | None = None

    def add(self, *faults: Fault) -> None:
        """Let these happen from now on."""
        with self._lock:
            self._counts += [(fault, [0]) for fault in faults]

    def clear(self) -> None:
        """Let nothing go wrong any more; what fired stays known."""
        with self._lock:
            self._counts.clear()

    def active(self, kind: Kind) -> bool:
        """Whether a fault of this kind waits for its calls."""
        with self._lock:
            return any(fault.kind == kind for fault, _ in self._counts)

    def strike(self, *, route: str, method: str, path: str, mutating: bool) -> Struck:
        """Count this call for each fault that watches its route, and hold those that strike it."""
        with self._lock:
            waiting = []
            for fault, count in self._counts:
                watched = fault.route in ("*", route)
                if not watched or (fault.kind == "stop-at" and not mutating):
                    continue
                count[0] += 1
                if fault.strikes(count[0]):
                    waiting.append((fault, count[0]))
            asked = f"{method} {path}"
            return Struck(self, waiting, asked, route=route, mutating=mutating)
