"""What starts the caller's workflow, and how that is brought about in the loopback world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rehearsal.asking import Asked
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.github import Run
from rehearsal.github.running import RunFields, add_run
from rehearsal.github.workflow_files import starts_on_push, starts_on_release, triggers
from rehearsal.own.checkout import Checkout, ask
from rehearsal.own.versions import tag_of
from rehearsal.stories import World

Event = Literal["push", "release", "workflow_dispatch", "schedule"]
#: In which order they are tried: what a release is started by, before what anything is.
EVENTS: tuple[Event, ...] = ("push", "release", "workflow_dispatch", "schedule")


@dataclass(frozen=True)
class Start:
    """One event."""

    event: Event
    path: str
    """Of the workflow, in its repository."""
    tag: str = ""
    """That is pushed first, or that the release has; none for a branch's push and a schedule."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    cron: str = ""

    def told(self, checkout: Checkout) -> str:
        """What happens, in words."""
        match self.event:
            case "push" if self.tag:
                return f"the tag {self.tag} is pushed"
            case "push":
                return f"{checkout.head} is pushed"
            case "release":
                return f"the release {self.tag} is published"
            case "workflow_dispatch":
                at = f"the tag {self.tag}" if self.tag else checkout.head
                given = ", ".join(f"{name}={value}" for name, value in self.inputs.items())
                return f"it is started by hand on {at}" + (f" with {given}" if given else "")
            case "schedule":
                return f"the hour of its schedule comes ({self.cron})"


def chosen(path: str, document: dict[Any, Any], checkout: Checkout, asked: Asked) -> Start:
    """The event that starts a workflow: the one that was asked for, else the first that can.

    :raises UnplayableError: where it starts on nothing that can be played, or lacks something.
    """
    on = triggers(document)
    event = asked.event or next((one for one in EVENTS if one in on), "")
    if event not in on:
        told = ", ".join(on) or "nothing"
        what = f"not on `{event}`" if event else f"none of which is played: {', '.join(EVENTS)} are"
        raise UnplayableError([f"{path}: it starts on {told}, and {what}."])
    if asked.inputs and event != "workflow_dispatch":
        raise UnplayableError(
            [f"--input is for a workflow that is started by hand, and this one by `{event}`."]
        )
    match event:
        case "push" if _by_tag(document, asked):
            return Start("push", path, tag_of(checkout, document, asked.tag))
        case "push" if not starts_by_push(document, checkout.head):
            raise UnplayableError(
                [
                    f"{path}: a push of {checkout.head} does not start it, by its `on: push:`."
                    " Check out a branch that does."
                ]
            )
        case "push":
            return Start("push", path)
        case "release" if not starts_on_release(document, prerelease=False, draft=False):
            raise UnplayableError([f"{path}: a release that is published does not start it."])
        case "release":
            return Start("release", path, tag_of(checkout, document, asked.tag))
        case "workflow_dispatch":
            inputs = _inputs(path, (on[event] or {}).get("inputs") or {}, asked.inputs)
            tag = tag_of(checkout, document, asked.tag) if asked.tag else ""
            return Start("workflow_dispatch", path, tag, inputs)
        case _:
            crons = [str(one.get("cron", "")) for one in on["schedule"] or []]
            if not crons:
                raise UnplayableError([f"{path}: its `schedule:` has no cron line."])
            return Start("schedule", path, cron=crons[0])


def _by_tag(document: dict[Any, Any], asked: Asked) -> bool:
    """Whether a tag may start it: its filters for tags say so, or no filter says otherwise."""
    filters = triggers(document)["push"] or {}
    return bool(asked.tag) or "tags" in filters or not any("branches" in name for name in filters)


def _inputs(path: str, declared: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, str]:
    """Each input as GitHub would take it: given, or by its default."""
    there = ", ".join(declared) or "none"
    problems = [
        f"--input {name}: {path} has no input of this name. It has: {there}."
        for name in given
        if name not in declared
    ]
    values: dict[str, str] = {}
    for name, about in declared.items():
        about = about or {}
        default = about.get("default", False if about.get("type") == "boolean" else None)
        value = given.get(name, _text(default))
        if about.get("required") and not value:
            problems.append(f"{path}: its input `{name}` is required: --input {name}=VALUE.")
        options = [_text(option) for option in about.get("options") or []]
        if options and value and value not in options:
            problems.append(f"--input {name}={value}: allowed: {', '.join(options)}.")
        if about.get("type") == "boolean" and value not in ("", "true", "false"):
            problems.append(f"--input {name}={value}: allowed: true, false.")
        values[name] = value
    if problems:
        raise UnplayableError(problems)
    return values


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def begin(start: Start, checkout: Checkout, world: World) -> Run:
    """Bring the event about; the run that it starts."""
    if start.tag:
        _push_tag(start.tag, checkout, world)
    repository = world.repository
    match start.event:
        case "workflow_dispatch":
            ref = f"refs/tags/{start.tag}" if start.tag else f"refs/heads/{checkout.head}"
            return repository.dispatch(start.path, ref, **start.inputs)
        case "schedule":
            runs = repository.on_schedule(start.cron)
        case "release":
            repository.add_release(start.tag)
            return _queued(start, checkout, world, f"refs/tags/{start.tag}")
        case "push" if not start.tag:
            return _queued(start, checkout, world, f"refs/heads/{checkout.head}")
        case "push":
            runs = repository.runs
    found = [run for run in runs if run.path == start.path and run.status == "queued"]
    if not found:
        raise RehearsalError(
            f"{start.path} did not start, though {start.told(checkout)}:"
            " do its filters under `on:` shut that out?"
        )
    return found[-1]


def _queued(start: Start, checkout: Checkout, world: World, ref: str) -> Run:
    """A run that nothing in the loopback world starts by itself."""
    branch = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    told: RunFields = {"event": start.event, "branch": branch, "ref": ref, "status": "queued"}
    if start.event == "push":
        told["before"] = checkout.git("rev-list", "--max-count=2", "HEAD").split()[-1]
    with world.github.lock:
        return add_run(world.repository, workflow=start.path, commit=checkout.commit, **told)


def _push_tag(tag: str, checkout: Checkout, world: World) -> None:
    """Push the tag as a maintainer does: the one that is there, or an annotated one of ours."""
    consumer = world.consumer
    fetch = ("fetch", "--quiet", "--no-tags", str(checkout.folder))
    ask(consumer.folder, *fetch, "HEAD")
    if tag in checkout.tags:
        ref = f"refs/tags/{tag}"
        ask(consumer.folder, *fetch, f"+{ref}:{ref}")
        consumer.git("push", "--quiet", "origin", ref)
    else:
        consumer.tag(tag, checkout.commit)


def starts_by_push(document: dict[Any, Any], branch: str) -> bool:
    """Whether a workflow runs when this branch is pushed."""
    return starts_on_push(document, f"refs/heads/{branch}")
