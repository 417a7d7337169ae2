"""Hold a rehearsal: play each journey against a world of its own, and compare the endings."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from rehearsal import library, services
from rehearsal.act import Event, Stage, cast_of, play
from rehearsal.casting import Cast
from rehearsal.consumer import clone
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Run
from rehearsal.github.pushing import NONE
from rehearsal.identities import identity_of
from rehearsal.journeys import JOURNEYS
from rehearsal.played import Played, PlayedJob, PlayedStep
from rehearsal.scratch import Scratch
from rehearsal.stories import REPOSITORY, Ending, Journey, Story, World
from rehearsal.transcript import Told
from rehearsal.workflow import read_workflow


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
        world = World(github, folder, setup.library, beside)
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
    before = len(world.github.requests)
    played = play_run(run, world, setup, watcher.told)
    world.repository.conclude(run, "success" if played.ok else "failure")
    return EndedStory(
        story=story,
        played=played,
        ending=_ending(played, story.last),
        rules=_rules(played),
        seconds=time.monotonic() - started,
        requests=len(world.github.requests) - before,
    )


def play_run(
    run: Run, world: World, setup: Setup, watch: Callable[[Told], None] = lambda told: None
) -> Played:
    """The run that GitHub started, played by act with the token that GitHub would give it."""
    github = world.github
    stage = Stage(
        scratch=setup.scratch,
        folder=world.folder,
        checkout=clone(
            world.repository.path, run.commit, world.folder / f"clone-{run.id}-{run.attempt}"
        ),
        repository=REPOSITORY,
        api_url=github.api_url,
        server_url=github.server_url,
        api_socket=github.socket_path,
        players={library.NAME: setup.library},
        secrets=world.secrets,
        variables=world.variables,
        inputs=run.inputs,
        environment={**world.services.environment(), **world.environment},
        tool_cache=setup.tool_cache,
        timeout=120,
    )
    event = Event(
        name=run.event,
        ref=run.ref,
        commit=run.commit,
        payload=_payload(run),
        run_id=run.id,
        run_attempt=run.attempt,
    )
    workflow = stage.checkout / run.path
    cast = cast_of(workflow, event, stage)
    for part in cast.parts:
        if part.permissions is not None:
            github.jobs.declare(job=part.job.id, permissions=part.permissions, run_id=run.id)
    if sigstore := world.services.sigstore:
        name = read_workflow(workflow).name
        who = identity_of(workflow, name, event, stage, cast, world.repository)
        told = {**sigstore.begin(who), "BASH_ENV": str(_kept_from(cast, world.folder))}
        stage = replace(stage, environment={**stage.environment, **told})
    return play(workflow, event, stage, watch)


def _kept_from(cast: Cast, folder: Path) -> Path:
    """What each step's bash reads first: a job without `id-token: write` has no issuer to ask.

    Act has one environment for all jobs, and a runner has one for each.
    """
    may = [p.job.id for p in cast.parts if (p.permissions or {}).get("id-token") == "write"]
    file = folder / "bash-env"
    file.write_text(
        "unset BASH_ENV\n"
        f'case " {" ".join(may)} " in *" $GITHUB_JOB "*) ;;\n'
        "*) unset ACTIONS_ID_TOKEN_REQUEST_TOKEN ACTIONS_ID_TOKEN_REQUEST_URL ;; esac\n"
    )
    return file


def _payload(run: Run) -> dict[str, Any]:
    owner, _, name = REPOSITORY.partition("/")
    repository = {
        "name": name,
        "full_name": REPOSITORY,
        "owner": {"login": owner, "name": owner},
        "default_branch": "main",
        "private": False,
        "fork": False,
    }
    both = {"repository": repository, "sender": {"login": "octocat"}}
    told: dict[str, Any] = {"ref": run.ref}
    match run.event:
        case "schedule":
            told = {"schedule": run.schedule}
        case "workflow_dispatch":
            told |= {"inputs": run.inputs, "workflow": run.path}
        case "push":
            new = run.before == NONE
            told |= {"before": run.before, "after": run.commit, "created": new}
            told |= {"deleted": False, "forced": False, "pusher": {"name": "octocat"}}
    return told | both


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


def _ending(played: Played, last: str = "publish") -> Ending:
    done = [job.conclusion for job in played.jobs if job.id == last]
    if played.ok and not last and played.jobs:
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
