"""Hold a rehearsal: play each story against a world of its own, and compare the endings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from rehearsal import library
from rehearsal.act import Event, Stage, cast_of, play
from rehearsal.consumer import clone
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Run
from rehearsal.played import Played, PlayedJob, PlayedStep
from rehearsal.scratch import Scratch
from rehearsal.stories import REPOSITORY, STORIES, TAG, Ending, Story, World
from rehearsal.transcript import Told


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


@dataclass(frozen=True)
class EndedStory:
    """How a story ended."""

    story: Story
    played: Played
    ending: Ending
    rules: tuple[str, ...]
    seconds: float
    requests: int

    @property
    def ok(self) -> bool:
        """Whether it ended as it must."""
        expected = (self.story.rule,) if self.story.rule else ()
        return (self.ending, self.rules) == (self.story.ending, expected)


@dataclass(frozen=True)
class Setup:
    """What all stories share: the library as a runner has it, and its environment."""

    scratch: Scratch
    library: Path
    tool_cache: Path


def choose(names: Sequence[str]) -> tuple[Story, ...]:
    """The stories of these names; all of them if none is named; KeyError for an unknown one."""
    known = {story.name: story for story in STORIES}
    unknown = [name for name in names if name not in known]
    if unknown:
        told = ", ".join(f"`{name}`" for name in unknown)
        raise KeyError(f"there is no story {told}. Known: {', '.join(known)}.")
    return tuple(known[name] for name in names) or STORIES


@contextmanager
def prepared(watcher: Watcher) -> Iterator[Setup]:
    """A scratch folder with the library in it, ready to be used by every step."""
    with Scratch() as scratch:
        tool_cache = scratch.folder("tool-cache")
        watcher.preparing("the library and its locked environment")
        laid_out = library.make(scratch.path / "library")
        library.warm(laid_out, tool_cache)
        yield Setup(scratch, laid_out, tool_cache)


def perform(story: Story, setup: Setup, watcher: Watcher) -> EndedStory:
    """Play one story, in a world that nothing has happened in yet."""
    watcher.begins(story)
    started = time.monotonic()
    folder = setup.scratch.folder(story.name)
    with GitHub(folder / "github") as github:
        world = World(github, folder)
        world.consumer.copy("app", library.pin(setup.library))
        world.commit("Begin 1.2.0")
        run = story.act(world)
        before = len(github.requests)
        played = play_run(run, world, setup, watcher.told)
        requests = len(github.requests) - before
        if github.crashes:
            raise RehearsalError(f"The loopback GitHub broke: {github.crashes[0]}")
    ended = EndedStory(
        story=story,
        played=played,
        ending=_ending(played),
        rules=_rules(played),
        seconds=time.monotonic() - started,
        requests=requests,
    )
    watcher.ended(ended)
    return ended


def play_run(
    run: Run, world: World, setup: Setup, watch: Callable[[Told], None] = lambda told: None
) -> Played:
    """The run that GitHub started, played by act with the token that GitHub would give it."""
    github = world.github
    stage = Stage(
        scratch=setup.scratch,
        folder=world.folder,
        checkout=clone(world.repository.path, run.commit, world.folder / "clone"),
        repository=REPOSITORY,
        api_url=github.api_url,
        server_url=github.server_url,
        players={library.NAME: setup.library},
        secrets={"GITHUB_TOKEN": github.job_token(REPOSITORY)},
        tool_cache=setup.tool_cache,
        timeout=120,
    )
    event = Event(
        name="push",
        ref=f"refs/tags/{TAG}",
        commit=run.commit,
        payload=_payload(run),
        run_id=run.id,
    )
    workflow = stage.checkout / run.path
    for part in cast_of(workflow, event, stage).parts:
        if part.permissions is not None:
            github.jobs.declare(job=part.job.id, permissions=part.permissions, run_id=run.id)
    return play(workflow, event, stage, watch)


def _payload(run: Run) -> dict[str, Any]:
    owner, _, name = REPOSITORY.partition("/")
    return {
        "ref": f"refs/tags/{TAG}",
        "before": "0" * 40,
        "after": run.commit,
        "created": True,
        "deleted": False,
        "forced": False,
        "repository": {
            "name": name,
            "full_name": REPOSITORY,
            "owner": {"login": owner, "name": owner},
            "default_branch": "main",
            "private": False,
        },
        "pusher": {"name": "octocat"},
        "sender": {"login": "octocat"},
    }


def failed_steps(played: Played) -> Iterator[tuple[PlayedJob, PlayedStep]]:
    """The steps that made their jobs fail."""
    for job in played.jobs:
        for step in job.steps:
            if step.conclusion in ("failure", "cancelled"):
                yield job, step


def _rules(played: Played) -> tuple[str, ...]:
    """The rules that refused: an annotation has its rule for a title."""
    titles = (
        remark.title
        for _, step in failed_steps(played)
        for remark in step.annotations
        if remark.level == "error"
    )
    return tuple(dict.fromkeys(title for title in titles if "/" in title))


def _ending(played: Played) -> Ending:
    publish = [job.conclusion for job in played.jobs if job.id == "publish"]
    if played.ok and publish == ["success"]:
        return "released"
    if played.unseen or played.timed_out or publish != ["skipped"]:
        return "broken"
    outcomes = {step.outputs.get("outcome") for _, step in failed_steps(played)}
    if not outcomes:
        return "broken"
    return "refused" if outcomes == {"failed"} else "could not tell"
