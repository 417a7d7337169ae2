"""actions/cache/restore."""

from __future__ import annotations

from rehearsal.standins.caches import look
from rehearsal.standins.runner import output


def play(inputs: dict[str, str]) -> None:
    """Restore, and tell which cache it was."""
    output("cache-primary-key", inputs["key"])
    found = look(inputs)
    output("cache-matched-key", found.key if found else "")
