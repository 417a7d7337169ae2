"""What can go wrong with a release's requests, and which of it a run survives.

The kinds of require-ci-green's table, for changes too, and those that only releases know.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from rehearsal.faults import Fault
from tests.actions.releasing import Scene, end_state
from tests.actions.require_ci_green.play import Played
from tests.actions.require_ci_green.survivable import KINDS, Kind

#: What can strike every request.
GENERAL = tuple(kind for kind in KINDS if not kind.routes)
#: What can strike a list: it is whole by its count, or by what the release itself shows.
LISTS = (
    Kind("dropped page", {"kind": "dropped-page"}, "yes", "no", "", ("releases", "assets")),
    Kind("stale list", {"kind": "stale"}, "yes", "no", "", ("releases", "assets")),
    Kind("list in reversed order", {"kind": "wrong-order"}, "yes", "yes", "", ("releases",)),
    Kind("files in reversed order", {"kind": "wrong-order"}, "yes", "yes", "", ("assets",)),
)
UPLOADS = (Kind("partial upload", {"kind": "partial-upload"}, "yes", "no", "", ("upload-asset",)),)
#: What can be read and is not so. The rest is an error each time, as three of it show.
LIES = (
    *LISTS,
    *(kind for kind in GENERAL if kind.id in ("status 404", "nonsense: list", "nonsense: object")),
)
ERRORS = tuple(k for k in GENERAL if k.id in ("status 403", "status 502", "primary rate limit"))
OK, ERROR, FAILED, MISSING = 0, 1, 10, 11


@dataclass(frozen=True)
class Request:
    """One request of an undisturbed play: its route, and which call of that route it was."""

    route: str
    call: int
    mutating: bool


@dataclass(frozen=True)
class Course:
    """A world that can be set back, what is played in it, and how it ends undisturbed."""

    scene: Scene
    begin: Callable[[], None]
    play: Callable[[], Played]
    requests: tuple[Request, ...]
    end: dict[str, Any]

    @classmethod
    def run(cls, scene: Scene, begin: Callable[[], None], play: Callable[[], Played]) -> Course:
        begin()
        played = play()
        assert played.exit == OK, played.log
        calls: Counter[str] = Counter()
        requests = []
        for record in played.requests:
            calls[record.route] += 1
            number = calls[record.route]
            requests.append(Request(record.route, number, record.mutating))
        return cls(scene, begin, play, tuple(requests), end_state(scene))

    def struck(self, *faults: Fault) -> Played:
        """From the beginning, with faults, all of which must take effect."""
        self.begin()
        known = self.scene.github.faults
        known.add(*faults)
        before = len(known.fired)
        played = self.play()
        known.clear()
        fired = {id(firing.fault) for firing in known.fired[before:]}
        assert {id(fault) for fault in faults} <= fired, f"{faults} struck nothing"
        return played

    def honest(self, played: Played, what: str, *, again: bool = True) -> None:
        """A yes means that the end is the undisturbed one; and a second run always comes there."""
        assert played.exit in (OK, ERROR, FAILED, MISSING), f"{what}: {played.log}"
        assert "a bug in release-actions" not in played.log, f"{what}: {played.log}"
        if played.exit == OK:
            assert end_state(self.scene) == self.end, what
        elif again:
            second = self.play()
            assert second.exit == OK, f"{what}, again: {played.log}\n{second.log}"
            assert end_state(self.scene) == self.end, f"{what}, again"

    def each(self, kind: Kind, *, mutating: bool | None = None) -> Iterator[Request]:
        """Every request that the kind can strike; what has no body cannot end early."""
        for request in self.requests:
            struck = kind.on(request.route) and mutating in (None, request.mutating)
            bodiless = request.route.startswith("delete-")
            if struck and not (bodiless and kind.id == "truncated"):
                yield request

    def once_each(self, kind: Kind, requests: Iterable[Request]) -> list[Fault]:
        """A fault for each of these, once; a request that is asked again shifts the later ones."""
        shift: Counter[str] = Counter()
        faults = []
        for request in requests:
            faults.append(kind.strike(request.route, request.call + shift[request.route]))
            shift[request.route] += kind.again
        return faults
