"""`--stop-at N` and `--stop-everywhere`: whether a release recovers wherever its machine dies."""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.proofs import Call, Proved, Stop, holds
from rehearsal.rehearse import prepared
from rehearsal.run import Setup
from rehearsal.show import Show, Silent
from rehearsal.stopping import Known, Prover, opened
from rehearsal.stops_told import Telling, as_data, for_report, tell
from rehearsal.stories import Proof
from rehearsal.terminal import Terminal

if TYPE_CHECKING:
    from rehearsal.asking import Asked
    from rehearsal.stories import Journey

#: Fewer stops than these are not worth a second world, which must play the whole run first.
_WORTH = 4
Choose = Callable[[Sequence[Stop]], Sequence[Stop]]
Play = Callable[[Prover, Stop], None]


def stop_at(journeys: Sequence[Journey], number: int, asked: Asked) -> int:
    """Stop each of these at one call alone; 0 if they recover."""
    runs = sum(len(proofs_of(journey)) for journey in journeys)
    return _play(journeys, at(number, runs), asked)


def everywhere(journeys: Sequence[Journey], fraction: tuple[int, int], asked: Asked) -> int:
    """Stop each of these everywhere, or at a fixed fraction of its stops; 0 if all recover."""
    return _play(journeys, part(*fraction), asked)


def at(number: int, runs: int = 1) -> Choose:
    """Both sides of one call, in each of so many runs that comes so far; one of them must."""
    calls: list[int] = []

    def choose(stops: Sequence[Stop]) -> Sequence[Stop]:
        calls.append(len(stops) // 2)
        if len(calls) == runs and not 1 <= number <= max(calls):
            last = max(calls)
            raise UnplayableError([f"--stop-at {number}: the run has {last} mutating calls."])
        return [stop for stop in stops if stop.call.number == number]

    return choose


def part(first: int, every: int) -> Choose:
    """Every n-th stop, from the i-th on: first those before a call, then those after one."""

    def choose(stops: Sequence[Stop]) -> Sequence[Stop]:
        # Each call has two sides, so that an even n would always hit the same of them.
        in_turn = sorted(stops, key=lambda stop: stop.side, reverse=True)
        chosen = in_turn[first - 1 :: every]
        return [stop for stop in stops if stop in chosen]

    return choose


def proofs_of(journey: Journey) -> tuple[Proof, ...]:
    """Its runs that are stopped: those it names, or the first that must end well."""
    if journey.proofs:
        return journey.proofs
    well = [n for n, story in enumerate(journey.stories) if story.ending in ("released", "done")]
    return tuple(Proof(journey.stories[n], journey.stories[:n]) for n in well[:1])


def _play(journeys: Sequence[Journey], choose: Choose, asked: Asked) -> int:
    without = [f"`{journey.name}`" for journey in journeys if not proofs_of(journey)]
    if without:
        raise UnplayableError([f"{', '.join(without)}: no run of it can be stopped and recovered."])
    terminal = Terminal(sys.stdout)
    told = None if asked.json else Telling(terminal)
    proved: list[Proved] = []
    with prepared(Silent() if asked.json else Show(terminal)) as setup:
        for journey in journeys:
            for proof in proofs_of(journey):
                proved.append(prove(journey, proof, setup, choose, told))
        if asked.keep:
            from rehearsal.command import keep

            keep(setup.scratch.path, asked.keep)
    if asked.report:
        from rehearsal import report

        seconds = sum(one.seconds for one in proved)
        told_stops = [stop for one in proved for stop in for_report(one)]
        report.write(asked.report, stops=told_stops, seconds=seconds)
    if asked.json:
        print(json.dumps({"systems": [as_data(one) for one in proved]}, indent=2))
    else:
        tell(proved)
    return 0 if holds(proved) else 1


# Playing


def prove(
    journey: Journey,
    proof: Proof,
    setup: Setup,
    choose: Choose,
    told: Telling | None = None,
) -> Proved:
    """Play a run undisturbed, then let it die at each chosen place and go on."""
    started = time.monotonic()
    known, name = Known(), f"{journey.name}-{proof.story.name}".replace(" ", "-")
    proved = Proved(f"{journey.name}: {proof.story.name}")
    if told:
        told.begins(proved.name)
    with opened(journey, proof, setup, name, known) as prover:
        proved.calls = prover.begin()
        proved.undisturbed = prover.seconds
        stops = [Stop(call, side) for call in proved.calls for side in ("before", "after")]
        chosen = choose(stops)
        waiting = _queued(chosen)
        if told:
            told.has(proved, len(chosen))

        def play(prover: Prover, stop: Stop) -> None:
            if told:
                told.playing(stop)
            stopped = prover.stop(stop)
            proved.stops.append(stopped)
            if told:
                told.stopped(stopped)

        beside = _Beside(journey, proof, setup, f"{name}-beside", known, proved.calls)
        if len(chosen) >= _WORTH and (os.cpu_count() or 1) > 1:
            beside.start(waiting, play)
        try:
            _work(prover, waiting, play)
        finally:
            # Where this world broke, the other one plays its stop to the end, and no more.
            _work(prover, waiting, lambda prover, stop: None)
            beside.finish()
        if lost := len(chosen) - len(proved.stops):
            raise RehearsalError(f"{lost} of {len(chosen)} stops were not played")
    proved.stops.sort(key=lambda one: (one.stop.call.number, one.stop.side != "before"))
    proved.seconds = time.monotonic() - started
    return proved


Waiting = queue.SimpleQueue[Sequence[Stop]]


def _queued(stops: Sequence[Stop]) -> Waiting:
    """The stops, those of one moment together: right after a call and right before the next."""
    waiting = Waiting()
    for _, together in groupby(stops, key=lambda s: s.call.number + (s.side == "after")):
        waiting.put(tuple(together))
    return waiting


def _work(prover: Prover, waiting: Waiting, play: Play) -> None:
    while not waiting.empty():
        try:
            together = waiting.get_nowait()
        except queue.Empty:
            return
        for stop in together:
            play(prover, stop)


class _Beside:
    """A second world, in a thread of its own: most of a run is waiting for processes."""

    def __init__(
        self,
        journey: Journey,
        proof: Proof,
        setup: Setup,
        name: str,
        known: Known,
        calls: tuple[Call, ...],
    ) -> None:
        self._journey, self._proof, self._setup = journey, proof, setup
        self._name, self._known, self._calls = name, known, calls
        self._thread: threading.Thread | None = None
        self._trouble: Exception | None = None

    def start(self, waiting: Waiting, play: Play) -> None:
        """Take part in the work."""
        self._thread = threading.Thread(target=self._play, args=(waiting, play), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the last of it; what went wrong there goes wrong here."""
        if self._thread:
            self._thread.join()
        if self._trouble:
            raise self._trouble

    def _play(self, waiting: Waiting, play: Play) -> None:
        try:
            with opened(self._journey, self._proof, self._setup, self._name, self._known) as prover:
                if _plain(prover.begin()) != _plain(self._calls):
                    raise RehearsalError("Played twice, the run does not make the same calls")
                _work(prover, waiting, play)
        except Exception as error:
            self._trouble = error


def _plain(calls: Sequence[Call]) -> list[tuple[str, str, str]]:
    """The calls without what differs in two worlds: ids in paths, the order of those of a job."""
    return sorted((call.job, call.service, call.asked.partition(" ")[0]) for call in calls)
