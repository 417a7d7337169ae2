"""actions/cache. A composite action has no step after the job's last one, so nothing is saved."""

from __future__ import annotations

from rehearsal.standins.caches import look


def play(inputs: dict[str, str]) -> None:
    """Restore what an earlier job of this run has saved, if there is anything."""
    look(inputs)
