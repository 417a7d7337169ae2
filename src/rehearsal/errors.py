"""Why a rehearsal could not be held, as opposed to how it went."""

from __future__ import annotations

from collections.abc import Sequence


class RehearsalError(Exception):
    """Something that a rehearsal needs is absent or unusable: what it is, and what to do."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What to tell, one problem a line."""
        return (str(self),)


class UnplayableError(RehearsalError):
    """Parts of a workflow that this machine cannot play: all of them, before anything runs."""

    def __init__(self, problems: Sequence[str]) -> None:
        self._problems = tuple(problems)
        super().__init__("; ".join(problems))

    @property
    def lines(self) -> tuple[str, ...]:
        return self._problems
