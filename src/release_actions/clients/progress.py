"""How far a long transfer is: a line now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable

from release_actions.clients.clock import Clock

EVERY = 10.0  # seconds


class Progress:
    """Bytes sent of all that were begun; `say` is the run's own, and silent until it is set."""

    def __init__(self, clock: Clock) -> None:
        self.say: Callable[[str], None] = lambda line: None
        self._clock = clock
        self._lock = threading.Lock()
        self._told = clock.now()
        self._files = 0
        self._whole = 0
        self._sent = 0
        self._how = "sent"

    def begin(self, size: int, how: str = "sent") -> None:
        """So many more bytes are to be sent, or whatever is done to them."""
        with self._lock:
            self._how = how
            self._files += 1
            self._whole += size

    def advance(self, size: int) -> None:
        """So many of them are; negative where they have to be sent again."""
        with self._lock:
            self._sent += size
            if self._clock.now() - self._told < EVERY:
                return
            self._told = self._clock.now()
            whole = in_bytes(self._whole)
            line = f"{self._how} {in_bytes(self._sent)} of {whole} in {self._files} files"
        self.say(line)


def in_bytes(size: int) -> str:
    """A size for people: 512 B, 1.5 KiB, 4.0 GiB."""
    amount, unit = float(size), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            break
        amount /= 1024
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
