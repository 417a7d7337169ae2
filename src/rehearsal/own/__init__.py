"""The caller's own release workflow, from their clone, unmodified, against the loopback world.

1. Their repository is looked at, and whatever cannot be played is told: nothing has run yet.
2. It is laid into the world; what starts the workflow happens; the run, and those it starts, play.
3. What became of the world is told, job by job and registry by registry.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rehearsal import ending, ledger, library, services
from rehearsal.asking import Asked
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.github import GitHub, Run
from rehearsal.own import approvals, laying, needed, outcome, permits, secrets, starting
from rehearsal.own.looking import Looked, look_at
from rehearsal.own.outcome import Ended
from rehearsal.own.telling import Teller
from rehearsal.registries.upstream import Upstream
from rehearsal.rehearse import EndedStory
from rehearsal.run import Setup, play_run
from rehearsal.scratch import Scratch
from rehearsal.stories import Journey, Proof, Story, World

#: Where dependencies are read.
CRATES_IO = "https://index.crates.io"
#: How many runs one run may set off, before it is taken for a circle.
_MOST = 12


def play(asked: Asked) -> int:
    """Play it; 0 if it was released, 1 if not."""
    with Scratch() as scratch:
        looked = look_at(asked, scratch)
        teller = Teller(asked)
        teller.begins(looked, asked)
        tool_cache = scratch.folder("tool-cache")
        laid_out = looked.stage.players[looked.ANYBODY]
        if looked.pins:
            teller.watcher.preparing("the library and its locked environment")
            library.warm(laid_out, tool_cache)
        setup = Setup(scratch, laid_out, tool_cache)
        ended = _played(asked, looked, setup, teller)
        teller.ends(ended, looked)
        if asked.keep:
            from rehearsal.command import keep

            keep(scratch.path, asked.keep)
    return 0 if ended.ok else 1


def stop(asked: Asked) -> int:
    """Stop it at one mutating call, or everywhere, and run it again; 0 if it recovers."""
    from rehearsal import stops

    with Scratch() as scratch:
        journey = journey_of(asked, look_at(asked, scratch))
        if asked.stop_at is not None:
            return stops.stop_at([journey], asked.stop_at, asked)
        return stops.everywhere([journey], asked.part, asked)


def journey_of(asked: Asked, looked: Looked) -> Journey:
    """The caller's release as a journey of one story, that can be stopped anywhere."""

    def begin(world: World) -> None:
        _lay(asked, looked, world)
        laying.conclude_ci(looked.checkout, world)
        laying.check_out(looked.checkout, world)

    def act(world: World) -> Run:
        run = starting.begin(looked.start, looked.checkout, world)
        laying.conclude_others({run.id}, world)
        return run

    name = looked.path.rpartition("/")[2]
    story = Story(
        name, f"{looked.path}: {looked.start.told(looked.checkout)}", act, "done", last=""
    )
    return Journey(
        name,
        begin,
        (story,),
        services=needed.services(looked.cast),
        proofs=(Proof(story),),
        repository=looked.checkout.name,
        branch=looked.checkout.default,
    )


def _lay(asked: Asked, looked: Looked, world: World) -> None:
    """The caller's repository and settings in a world that nothing has happened in yet."""
    ours = library.settled(world.library, world.folder / "library", world.services)
    world.players |= {Looked.ANYBODY: ours, **asked.players}
    world.as_linux, world.without = asked.as_linux, asked.without
    world.timeout = asked.timeout
    world.variables.update(asked.variables)
    for name, value in asked.variables.items():
        world.repository.set_variable(name, value)
    secrets.admit(asked.secrets, world)
    if world.services.crates:
        world.services.crates.upstream = Upstream(CRATES_IO)
    approvals.declare(looked.checkout, world.repository)
    laying.lay(looked.checkout, looked.start, world)


@contextmanager
def _world(asked: Asked, looked: Looked, setup: Setup, teller: Teller) -> Iterator[World]:
    """The loopback world with the caller's repository in it, and nothing that happened yet."""
    folder, checkout = setup.scratch.folder("own"), looked.checkout
    with (
        GitHub(folder / "github") as github,
        services.opened(needed.services(looked.cast), folder) as beside,
    ):
        world = World(github, folder, setup.library, beside, checkout.name, checkout.default)
        _lay(asked, looked, world)
        yield world
        if beside.crates and beside.crates.upstream and beside.crates.upstream.down:
            teller.offline(beside.crates.upstream.down)
        crashes = [*github.crashes, *beside.crashes]
        if crashes:
            raise RehearsalError(f"The loopback world broke: {crashes[0]}")


def _played(asked: Asked, looked: Looked, setup: Setup, teller: Teller) -> Ended:
    with _world(asked, looked, setup, teller) as world:
        green = laying.conclude_ci(looked.checkout, world)
        run = starting.begin(looked.start, looked.checkout, world)
        beside = laying.conclude_others({run.id}, world)
        waits = approvals.asked(looked.cast, world.repository, run.ref)
        teller.starts(green, beside, waits)
        before = ending.end_state(world)
        stories, unplayed = _runs(run, world, setup, teller)
        after = ending.end_state(world)
        permitted = permits.permits(
            looked.cast,
            (call for story in stories for call in story.calls),
            # What a job that broke off did not use tells nothing.
            (j.id for story in stories[:1] for j in story.played.jobs if j.conclusion == "success"),
        )
        return outcome.of(stories, unplayed, waits, permitted, before, after)


def _runs(
    first: Run, world: World, setup: Setup, teller: Teller
) -> tuple[list[EndedStory], list[str]]:
    """The run, and each that a step of it starts; with those that cannot be played, and why."""
    stories: list[EndedStory] = []
    unplayed: list[str] = []
    waiting = [first]
    while waiting:
        run = waiting.pop(0)
        teller.plays(run)
        try:
            stories.append(_run(run, world, setup, teller))
        except UnplayableError as error:
            world.repository.conclude(run, "failure")
            unplayed += [f"{run.path} (started by {run.event}): {line}" for line in error.lines]
        world.without = ()  # Those are jobs of the first.
        if len(stories) + len(unplayed) > _MOST:
            raise RehearsalError(f"More than {_MOST} runs were started: they start each other.")
        for other in world.repository.runs:
            if other.status != "completed" and other not in waiting:
                if other.event == "push" and other.ref.startswith("refs/heads/"):
                    # A branch that a step pushed to: its CI is not what is rehearsed.
                    world.repository.conclude(other, "success")
                    teller.green(other)
                else:
                    waiting.append(other)
    return stories, unplayed


def _run(run: Run, world: World, setup: Setup, teller: Teller) -> EndedStory:
    started, before = time.monotonic(), len(ledger.calls(world))
    played = play_run(run, world, setup, teller.watcher.told)
    world.repository.conclude(run, "success" if played.ok else "failure")
    calls = tuple(ledger.calls(world)[before:])
    return outcome.story(run, played, calls, time.monotonic() - started, world)
