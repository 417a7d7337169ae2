"""Play one system, struck by one named fault, and tell how it ended."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rehearsal import services
from rehearsal.ending import end_state
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Run
from rehearsal.played import Played
from rehearsal.rehearse import failed_steps
from rehearsal.run import Setup, play_run
from rehearsal.stories import World
from rehearsal.transcript import Told
from rehearsal.unkind.arming import Armed
from rehearsal.unkind.elsewhere import Elsewhere
from rehearsal.unkind.ends import differences, public
from rehearsal.unkind.kinds import NamedFault, Scene
from rehearsal.unkind.systems import SYSTEMS, System

Watch = Callable[[Told], None]
Perform = Callable[[Run, World, Setup, Watch], Played]


@dataclass(frozen=True)
class EndedFault:
    """How a system ended that was struck by a fault."""

    fault: NamedFault
    did: str
    """The end in the words of `Must`, or what else happened."""
    rules: tuple[str, ...]
    fired: tuple[str, ...]
    """Each strike that took effect: what it was, and which call it struck."""
    complaints: tuple[str, ...]
    """What is not as it must be; none: it ended as it must."""
    seconds: float
    lines: tuple[str, ...] = ()
    """The last lines of the steps that failed."""

    @property
    def ok(self) -> bool:
        """Whether it ended as it must."""
        return not self.complaints


@dataclass
class Player:
    """Plays faults one after the other; what a system comes to undisturbed is played once."""

    setup: Setup
    watch: Watch = lambda told: None
    perform: Perform = play_run
    _undisturbed: dict[str, dict[str, Any]] = field(default_factory=dict)

    def undisturbed(self, system: System) -> dict[str, Any]:
        """The end of a system in a kind world.

        :raises RehearsalError: if it does not end well there, so nothing could be told by it.
        """
        if system.name not in self._undisturbed:
            with self._world(system, f"kind-{system.name}") as world:
                played = self._play(system.start(world), world)
                state = end_state(world)
                if not played.ok or state["disagreements"]:
                    tail = " | ".join([*_tail(played)[-5:], *state["disagreements"]])
                    raise RehearsalError(f"{system.name} does not end well undisturbed: {tail}")
                self._undisturbed[system.name] = state
        return self._undisturbed[system.name]

    def strike(self, named: NamedFault) -> EndedFault:
        """Play its system in a world of its own, with the fault in it."""
        system = SYSTEMS[named.system]
        recovers = named.must.how in ("recovered", "recovered by a re-run")
        kind = self.undisturbed(system) if recovers else {}
        started = time.monotonic()
        with self._world(system, named.name) as world, Elsewhere(world.folder) as elsewhere:
            run = system.start(world)
            before = public(world)
            scene = Scene(world, run, lambda other: self._play(other, world))
            armed = Armed(scene, named.strikes, elsewhere)
            played = self._play(run, world)
            fired = armed.fired()
            did, complaints = self._judged(named, armed, played, public(world) - before, kind)
            complaints += [*armed.broken(), *elsewhere.complaints]
            complaints += world.github.crashes + world.services.crashes
        rules, tail = Ended(played).rules, _tail(played)
        seconds = time.monotonic() - started
        return EndedFault(named, did, rules, fired, tuple(complaints), seconds, tail)

    def _judged(
        self,
        named: NamedFault,
        armed: Armed,
        played: Played,
        made: frozenset[str],
        kind: dict[str, Any],
    ) -> tuple[str, list[str]]:
        """How it ended, and what is not as it must be; a re-run is played where one must help."""
        ended, must, scene = Ended(played), named.must, armed.scene
        did, more = ended.how, list[str]()
        if must.how == "recovered":
            did = "recovered" if did == "released" else did
            more = _unequal(kind, scene.world, named)
        elif must.how == "recovered by a re-run":
            armed.disarm()
            did, more = self._again(named, scene, ended, kind)
        else:
            more = _too_much(made - armed.theirs, named)
        if did != must.how:
            return did, [f"it was {did}", *more]
        if must.rule and ended.rules[:1] != (must.rule,):
            return did, [f"the rule was {', '.join(ended.rules) or 'none'}", *more]
        return did, more

    def _again(
        self, named: NamedFault, scene: Scene, first: Ended, kind: dict[str, Any]
    ) -> tuple[str, list[str]]:
        """What was wrong is over, and all jobs run again."""
        if first.how == "released":
            return "recovered", []
        if named.mend:
            named.mend(scene)
        world = scene.world
        run = world.repository.rerun(scene.run, status="queued", conclusion=None)
        second = Ended(self._play(run, world))
        if second.how != "released":
            return f"{second.how} by the re-run too: {', '.join(second.rules)}", []
        return "recovered by a re-run", _unequal(kind, world, named)

    def _play(self, run: Run, world: World) -> Played:
        played = self.perform(run, world, self.setup, self.watch)
        world.repository.conclude(run, "success" if played.ok else "failure")
        if played.timed_out or played.unseen:
            raise RehearsalError(f"It hung, or jobs were not played: {played.trouble}")
        return played

    @contextmanager
    def _world(self, system: System, name: str) -> Iterator[World]:
        folder = self.setup.scratch.folder(f"unkind-{name}")
        with (
            GitHub(folder / "github") as github,
            services.opened(system.services, folder) as beside,
        ):
            world = World(github, folder, self.setup.library, beside)
            system.begin(world)
            yield world
        shutil.rmtree(folder, ignore_errors=True)


class Ended:
    """How a run ended: `released`, `refused`, `could not tell`, or `stopped` by another's step."""

    def __init__(self, played: Played) -> None:
        steps = [step for _, step in failed_steps(played)]
        outcomes = {step.outputs.get("outcome") for step in steps}
        self.rules = tuple(
            dict.fromkeys(
                remark.title
                for step in steps
                for remark in step.annotations
                if remark.level == "error" and "/" in remark.title
            )
        )
        if played.ok:
            self.how = "released"
        elif outcomes and outcomes <= {"failed", "missing"}:
            self.how = "refused"
        elif outcomes == {"unknown"}:
            self.how = "could not tell"
        else:
            self.how = "stopped"


def _unequal(kind: dict[str, Any], world: World, named: NamedFault) -> list[str]:
    return differences(kind, world, named.besides)


def _too_much(ours: frozenset[str], named: NamedFault) -> list[str]:
    """What our run made public though it was refused; or did not, though it must have."""
    if named.must.published:
        return [] if ours else ["nothing is public, though something must be by then"]
    return [f"public all the same: {one}" for one in sorted(ours)]


def _tail(played: Played) -> tuple[str, ...]:
    """The last lines of what failed."""
    return tuple(line for _, step in failed_steps(played) for line in step.lines[-12:])
