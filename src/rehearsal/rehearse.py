"""Hold a rehearsal: play each journey against a world of its own, and compare the endings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from rehearsal import ending, ledger, library, services
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub
from rehearsal.journeys import JOURNEYS
from rehearsal.ledger import Called
from rehearsal.played import Played, PlayedJob, PlayedStep
from rehearsal.run import Setup, play_run
from rehearsal.scratch import Scratch
from rehearsal.stories import Ending, Journey, Story, World
from rehearsal.transcript import Told

_REPEATING = "summarize-release/"


class Watcher(Protocol):
    """Who is told how it goes."""

    def preparing(self, what: str) -> None:
        """Something that takes a while begins."""

    def begins(self, story: Story) -> None:
        """A story begins."""

    def told(self, told: Told) -> None:
        """Something happened in it."""

    def ended(self, ended: EndedStory) -> None:
        """It ended."""

    def shown(self, rows: Sequence[tuple[str, ...]]) -> None:
        """What is there at the end of a journey, under a head."""


@dataclass(frozen=True)
class EndedStory:
    """How a story ended."""

    story: Story
    played: Played
    ending: Ending
    rules: tuple[str, ...]
    seconds: float
    requests: int
    calls: tuple[Called, ...] = ()
    """Every request of every service while its run was played."""
    end: Mapping[str, Any] = field(default_factory=dict)
    """What is there afterwards, as `ending.end_state` tells it."""
    digests: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it ended as it must."""
        expected = (self.story.rule,) if self.story.rule else ()
        return (self.ending, self.rules) == (self.story.ending, expected)


def choose(names: Sequence[str]) -> tuple[Journey, ...]:
    """The journeys of these names; all of them if none is named; KeyError for an unknown one."""
    known = {journey.name: journey for journey in JOURNEYS}
    unknown = [name for name in names if name not in known]
    if unknown:
        told = ", ".join(f"`{name}`" for name in unknown)
        raise KeyError(f"there is no story {told}. Known: {', '.join(known)}.")
    return tuple(known[name] for name in names) or JOURNEYS


@contextmanager
def prepared(watcher: Watcher) -> Iterator[Setup]:
    """A scratch folder with the library in it, ready to be used by every step."""
    with Scratch() as scratch:
        tool_cache = scratch.folder("tool-cache")
        watcher.preparing("the library and its locked environment")
        laid_out = library.make(scratch.path / "library")
        library.warm(laid_out, tool_cache)
        yield Setup(scratch, laid_out, tool_cache)


def perform(journey: Journey, setup: Setup, watcher: Watcher) -> Iterator[EndedStory]:
    """Play its stories, in a world that nothing has happened in yet."""
    folder = setup.scratch.folder(journey.name)
    with (
        GitHub(folder / "github") as github,
        services.opened(journey.services, folder) as beside,
    ):
        world = World(github, folder, setup.library, beside, journey.repository, journey.branch)
        journey.begin(world)
        for story in journey.stories:
            ended = _perform(story, world, setup, watcher)
            if github.crashes:
                raise RehearsalError(f"The loopback GitHub broke: {github.crashes[0]}")
            if beside.crashes:
                raise RehearsalError(f"A loopback service broke: {beside.crashes[0]}")
            watcher.ended(ended)
            yield ended
            if not ended.ok:
                return
        if journey.shown:
            _conclude(journey, journey.shown(world), watcher)


def _conclude(journey: Journey, rows: Sequence[tuple[str, ...]], watcher: Watcher) -> None:
    """Show what is there at the end; whatever else than what must be there is an error."""
    watcher.shown(rows)
    found = tuple(" ".join((ref, *versions)) for ref, _, *versions in rows[1:])
    if found != journey.end:
        wrong = [f"{line} is there" for line in found if line not in journey.end]
        wrong += [f"{line} is not there" for line in journey.end if line not in found]
        raise RehearsalError(f"{journey.name} did not end as it must: {'; '.join(wrong)}")


def _perform(story: Story, world: World, setup: Setup, watcher: Watcher) -> EndedStory:
    watcher.begins(story)
    started = time.monotonic()
    run = story.act(world)
    before = len(ledger.calls(world))
    played = play_run(run, world, setup, watcher.told)
    seconds = time.monotonic() - started
    world.repository.conclude(run, "success" if played.ok else "failure")
    calls = ledger.calls(world)[before:]
    return EndedStory(
        story=story,
        played=played,
        ending=_ending(played, story.last),
        rules=_rules(played),
        seconds=seconds,
        requests=len(calls),
        calls=tuple(calls),
        end=ending.end_state(world),
        digests=ending.digests(world),
    )


def failed_steps(played: Played) -> Iterator[tuple[PlayedJob, PlayedStep]]:
    """The steps that made their jobs fail."""
    for job in played.jobs:
        for step in job.steps:
            if step.conclusion in ("failure", "cancelled"):
                yield job, step


def _rules(played: Played) -> tuple[str, ...]:
    """The rules that refused: an annotation has its rule for a title; a summary repeats them."""
    titles = dict.fromkeys(
        remark.title
        for _, step in failed_steps(played)
        for remark in step.annotations
        if remark.level == "error" and "/" in remark.title
    )
    return tuple(t for t in titles if not t.startswith(_REPEATING)) or tuple(titles)


def ending_of(story: Story, played: Played) -> tuple[Ending, tuple[str, ...]]:
    """How a run of this story ended, and by which rules."""
    return _ending(played, story.last), _rules(played)


def _ending(played: Played, last: str = "publish") -> Ending:
    done = [job.conclusion for job in played.jobs if job.id == last]
    if played.ok and not last and any(job.conclusion == "success" for job in played.jobs):
        return "done"
    if played.ok and done == ["success"]:
        return "released"
    ended = (["skipped"], ["failure"]) if last else ([],)
    if played.unseen or played.timed_out or done not in ended:
        return "broken"
    outcomes = {step.outputs.get("outcome") for _, step in failed_steps(played)}
    if not outcomes:
        return "broken"
    if outcomes == {None}:
        return "stopped"
    return "refused" if outcomes == {"failed"} else "could not tell"
