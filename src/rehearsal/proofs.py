"""What is proved of a release that is stopped and recovered, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from rehearsal.faults import Side

How = Literal["failed", "all"]


@dataclass(frozen=True)
class Call:
    """One call of the undisturbed run that changed the world; its number counts from one."""

    number: int
    job: str
    place: int
    """Among all that its job tried, refused ones too."""
    service: str
    asked: str


@dataclass(frozen=True)
class Stop:
    """Right before or right after a call."""

    call: Call
    side: Side


@dataclass(frozen=True)
class Recovery:
    """One way in which a person went on, and what differs at the end."""

    how: How
    moved: bool
    """Whether main had gone on in the meantime."""
    differences: tuple[str, ...]
    seconds: float
    same: bool = False
    """Whether the very same state had been recovered from already."""


@dataclass(frozen=True)
class Stopped:
    """A stop, and every way out of it."""

    stop: Stop
    seconds: float
    recoveries: tuple[Recovery, ...]
    missed: str = ""
    """Why it could not be proved, if it could not."""

    @property
    def ok(self) -> bool:
        """Whether every way leads to the end of the undisturbed run."""
        equal = all(not recovery.differences for recovery in self.recoveries)
        return equal and bool(self.recoveries) and not self.missed


@dataclass
class Proved:
    """One run, and all that was proved of it."""

    name: str
    calls: tuple[Call, ...] = ()
    stops: list[Stopped] = field(default_factory=list)
    undisturbed: float = 0.0
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether every stop was recovered from; a run without calls proves nothing."""
        return bool(self.calls) and all(stopped.ok for stopped in self.stops)


def holds(proved: Sequence[Proved]) -> bool:
    """Whether all of it is proved; of a short run, a part of all stops may have none."""
    return any(one.stops for one in proved) and all(one.ok for one in proved)
