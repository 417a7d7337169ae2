"""One run, played undisturbed, then stopped wherever one likes, and recovered.

What is before the stopped job is not played again: the world is put back to the moment of that
job's first call, and the jobs that had ended are replayed from their records. From there on all
is real: the job runs, its machine dies right before or right after the call, the other jobs go
on, and a person runs the failed jobs, or all jobs, again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rehearsal import replay, services
from rehearsal.consumer import clone
from rehearsal.deriving import derive
from rehearsal.ending import differences, end_state, packaged
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Run
from rehearsal.mutations import Death, Mutation, Recorder, watched
from rehearsal.played import Played
from rehearsal.proofs import Call, How, Recovery, Stop, Stopped
from rehearsal.rehearse import ending_of, failed_steps
from rehearsal.run import Setup, play_run
from rehearsal.stories import Journey, Proof, Story, World

#: The last lines of a step that failed.
_TAIL = 8


@dataclass(frozen=True)
class _Situation:
    """Where somebody finds a run that was stopped."""

    moment: Path
    done: replay.Record
    published: bool
    fingerprint: str
    asked: str
    """The call at which it was stopped."""


@dataclass
class Known:
    """What was recovered from already, by the state it was in: shared by several worlds."""

    recoveries: dict[str, Recovery] = field(default_factory=dict)


class Prover:
    """One world, in which one run is stopped again and again."""

    def __init__(self, proof: Proof, world: World, setup: Setup, known: Known) -> None:
        self.proof = proof
        self.world = world
        self.seconds = 0.0
        self._setup, self._known = setup, known
        self._folder = world.folder / "stops"
        self._moments = 0

    # The undisturbed run

    def begin(self) -> tuple[Call, ...]:
        """Play it; the calls that changed the world, job by job in the order of the file."""
        world = self.world
        for story in self.proof.lead:
            self._lead(story)
        run = self.proof.story.act(world)
        self._run = run.id
        self._file = clone(world.repository.path, run.commit, self._folder / "file") / run.path
        self._started = self._state()
        started = time.monotonic()
        recorder = Recorder(world, run.id, self._folder / "undisturbed")
        with watched(world, recorder):
            self._played = self._play(run)
        self.seconds = time.monotonic() - started
        self._end = self._state()
        if wrong := [*self._wrong(self._played), *self._end["disagreements"]]:
            raise RehearsalError(f"Undisturbed, it does not end as it must: {'; '.join(wrong)}")
        self._mutations = {(one.job, one.place): one for one in recorder.mutations}
        calls = self._calls(recorder.mutations)
        if trouble := recorder.untold or self._uncompared(calls):
            raise RehearsalError(f"Nothing can be proved: {trouble}")
        return calls

    def _lead(self, story: Story) -> None:
        played = self._play(story.act(self.world))
        if ending_of(story, played)[0] != story.ending:
            raise RehearsalError(f"What leads there, `{story.name}`, does not end as it must")

    def _calls(self, mutations: list[Mutation]) -> tuple[Call, ...]:
        """In an order that is the same in every world, whichever of two jobs was faster."""
        order = {job.path[-1]: number for number, job in enumerate(self._played.jobs)}
        made = [one for one in mutations if one.carried_out]
        made.sort(key=lambda one: (order[one.job], one.place))
        return tuple(
            Call(number, one.job, one.place, one.service, one.asked)
            for number, one in enumerate(made, start=1)
        )

    def _uncompared(self, calls: Sequence[Call]) -> str:
        """Why equal ends would tell nothing: the run ends as it began."""
        if not calls or self._end != self._started:
            return ""
        return f"nothing that is compared changes by its {len(calls)} mutating calls"

    # A stop

    def stop(self, stop: Stop) -> Stopped:
        """Let the machine die there, and go on in each way from what is left."""
        started = time.monotonic()
        situation = self._die(stop)
        seconds = time.monotonic() - started
        if isinstance(situation, str):
            return Stopped(stop, seconds, (), situation)
        ways: list[tuple[How, bool]] = [("failed", False), ("all", False)]
        if situation.published:
            ways += [("failed", True), ("all", True)]
        recoveries = tuple(self._recover(situation, how, moved) for how, moved in ways)
        shutil.rmtree(situation.moment)
        # Calls that a step makes side by side come in another order each time.
        stop = replace(stop, call=replace(stop.call, asked=situation.asked))
        return Stopped(stop, seconds, recoveries)

    def _die(self, stop: Stop) -> _Situation | str:
        """Play the run from the first call of the stopped job on, until the job is no more.

        Or say why that came to nothing.
        """
        call = stop.call
        first = self._mutations[call.job, 1]
        self.world.restore(first.moment)
        done = self._done_before(first)
        self._forget_artifacts(call.job)
        death = Death(self.world, self._run, call.job, call.place, stop.side)
        with watched(self.world, death):
            played = self._play(self._find(), done)
        if not death.came:
            return "the run did not come to this call again"
        if all(job.conclusion == "success" for job in played.jobs if job.path[-1] == call.job):
            # Nobody would run it again, and what needs it went on: no machine is gone like that.
            return "its job ended well all the same: a step of it may fail"
        state = self._state()
        left = replay.again(self._file, replay.record(self._file, played.jobs))
        return _Situation(
            moment=self._moment(),
            done=left,
            published=_published(self._started, state),
            fingerprint=self._fingerprint(state, left),
            asked=death.asked,
        )

    def _done_before(self, first: Mutation) -> replay.Record:
        """What had ended when this job made its first call."""
        before = replay.upstream(self._file, first.job)
        whole = replay.record(self._file, self._played.jobs)
        ended = {
            name: told
            for name, told in whole.ended.items()
            if name in before
            or all(
                job.ended.timestamp() < first.at for job in self._played.jobs if job.path[0] == name
            )
        }
        return replace(whole, ended=ended)

    def _forget_artifacts(self, job: str) -> None:
        """What this job had uploaded before its first call, it will upload again."""
        begun = min(one.started.timestamp() for one in self._played.jobs if one.path[-1] == job)
        for archive in (self.world.artifacts / str(self._run)).glob("*/*"):
            if archive.stat().st_mtime >= begun:
                shutil.rmtree(archive.parent)

    def _fingerprint(self, state: Mapping[str, Any], left: replay.Record) -> str:
        """All that a recovery could depend on: equal ones go on equally."""
        repository = self.world.repository
        told = {
            "state": state,
            "runs": [[run.path, run.ref, run.attempt, run.status] for run in repository.runs],
            "attestations": sorted(list(one.digests) for one in repository.attestations),
            "artifacts": sorted(one.name for one in self.world.artifacts.glob("*/*")),
            "packaged": sorted(packaged(self.world.artifacts)),
            "left": sorted((name, sorted(said.items())) for name, said in left.ended.items()),
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    # The ways out

    def _recover(self, situation: _Situation, how: How, moved: bool) -> Recovery:
        key = f"{situation.fingerprint} {how} {moved}"
        if known := self._known.recoveries.get(key):
            return replace(known, same=True, seconds=0.0)
        started = time.monotonic()
        self.world.restore(situation.moment)
        expected = dict(self._end)
        there = {run.id for run in self.world.repository.runs}
        if moved:
            self.world.consumer.catch_up()
            self.world.commit("Go on while the release is down")
        # What that push started is theirs, and not the release's.
        theirs = {run.id for run in self.world.repository.runs} - there
        run = self.world.repository.rerun(self._find(), status="queued", conclusion=None)
        played = self._play(run, situation.done if how == "failed" else replay.Record())
        got = self._state(theirs)
        if moved:
            branch = self.world.consumer.git("symbolic-ref", "HEAD")
            expected, got = _without(branch, expected), _without(branch, got)
        found = (*self._wrong(played), *differences(expected, got))
        recovery = Recovery(how, moved, found, time.monotonic() - started)
        self._known.recoveries[key] = recovery
        return recovery

    # Playing

    def _state(self, theirs: Collection[int] = ()) -> dict[str, Any]:
        """How the world stands, with each run that was started: another tag, another dispatch."""
        ours = [run for run in self.world.repository.runs if run.id not in theirs]
        runs = [[run.path, run.ref, run.event] for run in ours]
        return {**end_state(self.world), "runs": sorted(runs)}

    def _find(self) -> Run:
        """The run: another object after each time that the world was put back."""
        return next(run for run in self.world.repository.runs if run.id == self._run)

    def _play(self, run: Run, done: replay.Record | None = None) -> Played:
        def derived(file: Path) -> None:
            derive(file, done.ended if done else {})

        folder, name = self.world.folder, f"{run.id}-{run.attempt}"
        for used in (folder / f"clone-{name}", folder / f"run-{name}"):
            shutil.rmtree(used, ignore_errors=True)
        played = play_run(run, self.world, self._setup, derive=derived)
        self.world.repository.conclude(run, "success" if played.ok else "failure")
        crashes = [*self.world.github.crashes, *self.world.services.crashes]
        if crashes:
            raise RehearsalError(f"A loopback service broke: {crashes[0]}")
        return played

    def _wrong(self, played: Played) -> Iterator[str]:
        """Why a run did not end as the story must."""
        story = self.proof.story
        ending, rules = ending_of(story, played)
        if ending == story.ending:
            return
        by = f" by {', '.join(rules)}" if rules else ""
        yield f"the run ended `{ending}`{by}, expected `{story.ending}`"
        yield from played.trouble
        for job, step in failed_steps(played):
            outcome = step.outputs.get("outcome", step.outcome)
            yield f"{job.id}, {step.name}: {outcome}, exit code {step.exit_code}"
            yield from (f"{job.id}, {step.name}: {one.message}" for one in step.annotations)
            yield from (f"{job.id}, {step.name}: {line}" for line in step.lines[-_TAIL:])

    def _moment(self) -> Path:
        self._moments += 1
        return self.world.snapshot(self._folder / "stopped" / str(self._moments))


@contextmanager
def opened(
    journey: Journey, proof: Proof, setup: Setup, name: str, known: Known
) -> Iterator[Prover]:
    """A new world for a proof, with nothing in it but what the journey begins with."""
    folder = setup.scratch.folder(name)
    with (
        GitHub(folder / "github") as github,
        services.opened(journey.services, folder) as beside,
    ):
        world = World(github, folder, setup.library, beside, journey.repository, journey.branch)
        journey.begin(world)
        yield Prover(proof, world, setup, known)


def _published(started: Mapping[str, Any], state: Mapping[str, Any]) -> bool:
    """Whether the world has something now that nobody can take back."""
    public = [[one for one in told["releases"] if not one["draft"]] for told in (started, state)]
    registries = any(started[name] != state[name] for name in ("pypi", "crates"))
    return registries or public[0] != public[1]


def _without(branch: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """All but the branch that somebody else has moved."""
    refs = {name: told for name, told in state["refs"].items() if name != branch}
    return {**state, "refs": refs}
