"""The smallest world that can be looked at and changed, and a clock that a test turns."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from release_actions.action import Action
from release_actions.clients.clock import Clock
from release_actions.run import Ended, Loop
from release_actions.values import Sha
from release_actions.verdict import Finding, Outputs, Verdict, due, ok
from release_actions.world import World
from tests.hanging import HANG

COMMIT = Sha("a" * 40)


class StillClock(Clock):
    """Time passes by sleeping alone, and exactly so long as was asked."""

    def __init__(self) -> None:
        self.time = 0.0
        self.slept: list[float] = []
        self.jittered: list[float] = []

    def now(self) -> float:
        return self.time

    def utc(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC) + timedelta(seconds=self.time)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds

    def jitter(self, seconds: float) -> float:
        self.jittered.append(seconds)
        return seconds


@dataclass
class Shelf:
    """Things that stand there, those that will be seen after some looks, and all that happened."""

    seen: set[str] = field(default_factory=set)
    lag: int = 0
    coming: dict[str, int] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    meet: threading.Barrier | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self) -> frozenset[str]:
        self.happened.append("look")
        self.seen |= {name for name, looks in self.coming.items() if looks <= 0}
        self.coming = {n: looks - 1 for n, looks in self.coming.items() if n not in self.seen}
        return frozenset(self.seen)

    def put(self, name: str) -> None:
        if self.meet:
            self.meet.wait(HANG)
        with self.lock:
            self.happened.append(f"put {name}")
            if name in self.errors:
                raise self.errors[name]
            self.coming[name] = self.lag


@dataclass(frozen=True)
class Put:
    """A reversible Change."""

    reversible: ClassVar[bool] = True
    name: str
    shelf: Shelf = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"put {self.name}"

    def make(self, world: World) -> None:
        self.shelf.put(self.name)


@dataclass(frozen=True)
class Seal(Put):
    """One that is not."""

    reversible: ClassVar[bool] = False


@dataclass(frozen=True)
class Inputs:
    """An action's inputs, as few as can be."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told(Outputs):
    count: int = 0


Judge = Callable[[frozenset[str]], list[Finding]]


def action_on(shelf: Shelf, judge: Judge, *, wait: str = "0s") -> Action[Inputs, frozenset[str]]:
    """An action that looks at the shelf, and judges so."""

    def decide(inputs: Inputs, facts: frozenset[str]) -> Verdict:
        return Verdict(judge(facts), Told(len(facts)))

    return Action(Inputs, lambda inputs, world: shelf.look(), decide, Told, wait=wait)


def wanting(*changes: Put) -> Judge:
    """Each of these things is ok if it is there, else due."""

    def judge(facts: frozenset[str]) -> list[Finding]:
        return [
            ok("there", change.name, "it is there")
            if change.name in facts
            else due("there", change.name, "it is not there", change)
            for change in changes
        ]

    return judge


@dataclass
class Running:
    """One run, with what it said and how long it slept."""

    ended: Ended
    said: list[str]
    clock: StillClock


def run(action: Action[Inputs, frozenset[str]], *, dry: bool = False, wait: float = 0) -> Running:
    clock, said = StillClock(), list[str]()
    loop = Loop(action, Inputs(), World(clock=clock), said.append)
    return Running(loop.run(dry_run=dry, wait=wait), said, clock)
