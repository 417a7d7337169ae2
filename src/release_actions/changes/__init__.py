"""The effects a verdict may ask for, as values. They happen only where no finding is bad."""

from __future__ import annotations

from typing import ClassVar, Protocol

from release_actions.world import World


class Change(Protocol):
    """One effect: a frozen value, so that the loop knows what it has made already.

    `str()` is its line in the summary. `make` is safe to repeat, and raises RefusedError where
    the service says why not. A reversible one may be made beside others; an irreversible one
    is made alone, right after every stage has looked again.
    """

    reversible: ClassVar[bool]

    def __str__(self) -> str: ...
    def make(self, world: World) -> None: ...
