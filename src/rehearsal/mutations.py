"""Every call of a run that changes the world: counted, kept a moment of, or not survived.

One counter for all services. Pushes of git count; artifacts, identity tokens, certificates and
the entries of the log do not: they are no part of any end state.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rehearsal.faults import Side
from rehearsal.peers import calling_environment
from rehearsal.processes import end_carriers

if TYPE_CHECKING:
    import socket

    from rehearsal.faults import Faults, Struck
    from rehearsal.stories import World

#: GITHUB_WORKSPACE: no two jobs of a run share it, nor two legs of a matrix.
_PLACE = "GITHUB_WORKSPACE"


@dataclass
class Mutation:
    """One call that changes the world, as it was made."""

    job: str
    """GITHUB_JOB."""
    place: int
    """Among those of its job, from one."""
    service: str
    asked: str
    route: str
    moment: Path
    """The world right before it."""
    at: float  # time.time()
    carried_out: bool = False
    """Whether it was answered by success: what is refused changes nothing."""


class Recorder:
    """Sees a run make its calls, and keeps the world as it was right before each."""

    def __init__(self, world: World, run_id: int, folder: Path) -> None:
        self.mutations: list[Mutation] = []
        self.untold = ""
        """A call of which nobody can tell whose it is: it could not be stopped."""
        self._world, self._run_id, self._folder = world, str(run_id), folder
        self._lock = threading.Lock()
        self._open: dict[int, Mutation] = {}

    def met(self, service: str, struck: Struck, connection: socket.socket, when: Side) -> bool:
        """A call is about to be carried out, or was."""
        if not struck.mutating:
            return False
        if when == "after":
            if made := self._open.pop(id(struck), None):
                made.carried_out = struck.status < 400
            return False
        told = calling_environment(connection)
        if not told:
            self.untold = f"whose call it is cannot be told: {service} {struck.asked}"
        if told.get("GITHUB_RUN_ID") != self._run_id:
            return False
        with self._lock:
            moment = self._folder / str(len(self.mutations) + 1)
            self._world.snapshot(moment)
            job = told["GITHUB_JOB"]
            place = 1 + sum(one.job == job for one in self.mutations)
            made = Mutation(job, place, service, struck.asked, struck.route, moment, time.time())
            self.mutations.append(made)
            self._open[id(struck)] = made
        return False


class Death:
    """Ends the machine of one job right before or right after one of its calls.

    All that the job has started is killed, and whatever it still starts, as nothing starts on a
    machine that is gone. The other jobs go on.
    """

    def __init__(self, world: World, run_id: int, job: str, place: int, side: Side) -> None:
        self.came = False
        self.asked = ""
        """The call that it came at."""
        self._world, self._run_id, self._job = world, str(run_id), job
        self._place, self._side = place, side
        self._met = 0
        self._dead: str | None = None
        self._awaited: int | None = None
        self._lock = threading.Lock()

    def met(self, service: str, struck: Struck, connection: socket.socket, when: Side) -> bool:
        """A call is about to be carried out, or was; whether its caller is no more."""
        if self._dead is None and not struck.mutating:
            return False
        told = calling_environment(connection)
        with self._lock:
            struck_down = self._dead is None and self._strikes(told, struck, when)
            if struck_down:
                self.asked = struck.asked
            if struck_down or (self._dead is not None and told.get(_PLACE) == self._dead):
                self._end(told[_PLACE])
                return True
            return False

    def _strikes(self, told: Mapping[str, str], struck: Struck, when: Side) -> bool:
        """Whether this is the call, and this the side of it."""
        if (told.get("GITHUB_RUN_ID"), told.get("GITHUB_JOB")) != (self._run_id, self._job):
            return False
        if when == "before":
            self._met += 1
            if self._met == self._place:
                self._awaited = id(struck)
        return self._awaited == id(struck) and self._side == when

    def _end(self, place: str) -> None:
        self._dead, self.came = place, True
        # A step that had not begun yet must not begin, whatever it would do.
        with self._world.bash_env.open("a") as file:
            file.write(f'[ "${_PLACE}" != "{place}" ] || kill -KILL $$\n')
        end_carriers(_PLACE, place)


@contextmanager
def watched(world: World, witness: Recorder | Death) -> Iterator[None]:
    """Let it see every call of every service, for as long as this lasts."""
    each: dict[str, Faults] = {"github": world.github.faults}
    each |= {
        name: service.faults for name, service in world.services.all.items() if name != "sigstore"
    }
    for name, faults in each.items():
        faults.witness = partial(witness.met, name)
    try:
        yield
    finally:
        for faults in each.values():
            faults.witness = None
