"""What a workflow file says: its jobs, what they need, where they run and what they use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.marked_yaml import Marked, read

#: Every permission that a job may declare, for `read-all` and `write-all`.
PERMISSIONS = (
    *("actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token"),
    *("issues", "models", "packages", "pages", "pull-requests", "security-events", "statuses"),
)
_MATRIX = re.compile(r"^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$")


@dataclass(frozen=True)
class Uses:
    """A `uses:` as written, and where it stands."""

    text: str
    file: Path
    line: int

    @property
    def place(self) -> str:
        """The file and line, to tell somebody."""
        return f"{self.file.name}:{self.line}"


@dataclass(frozen=True)
class Step:
    """One step of a job, or of a composite action."""

    id: str
    name: str
    uses: Uses | None
    run: str
    arguments: Mapping[str, str]
    place: str = ""
    """Its file and line, to tell somebody."""


@dataclass(frozen=True)
class Job:
    """One job: either steps on a runner, or a call of another workflow."""

    id: str
    name: str
    line: int
    needs: tuple[str, ...]
    permissions: Mapping[str, str] | None
    runs_on: tuple[str, ...]
    uses: Uses | None
    container: str
    services: tuple[str, ...]
    environment: str
    outputs: Mapping[str, str]
    steps: tuple[Step, ...]
    nothing: tuple[str, ...] = ()
    """What its matrix gives no value to."""


@dataclass(frozen=True)
class Workflow:
    """One workflow file."""

    file: Path
    name: str
    events: tuple[str, ...]
    jobs: tuple[Job, ...]


@dataclass(frozen=True)
class ActionFile:
    """What an action.yml says of itself."""

    file: Path
    using: str
    line: int
    outputs: tuple[str, ...]
    steps: tuple[Step, ...]


def read_workflow(file: Path) -> Workflow:
    """The workflow in this file."""
    document = read(file)
    jobs = document.get("jobs")
    if jobs is None or not jobs.is_mapping:
        raise RehearsalError(f"{file}: a workflow has `jobs:`, and this file has none")
    default = _permissions(document)
    return Workflow(
        file=file,
        name=document.text_of("name") or file.name,
        events=_events(document),
        jobs=tuple(_job(name, job, default) for name, job in jobs.items()),
    )


def read_action(folder: Path) -> ActionFile | None:
    """The action in this folder; None if there is none."""
    file = next((folder / name for name in ACTION_FILES if (folder / name).is_file()), None)
    if file is None:
        return None
    document = read(file)
    runs = document.get("runs")
    if runs is None:
        raise RehearsalError(f"{file}: an action has `runs:`, and this file has none")
    outputs = document.get("outputs")
    return ActionFile(
        file=file,
        using=runs.text_of("using"),
        line=runs.line,
        outputs=tuple(name for name, _ in outputs.items()) if outputs else (),
        steps=_steps(runs),
    )


ACTION_FILES = ("action.yml", "action.yaml")


def _events(document: Marked) -> tuple[str, ...]:
    on = document.get("on")
    if on is None:
        return ()
    return tuple(name for name, _ in on.items()) if on.is_mapping else on.strings


def _permissions(part: Marked) -> Mapping[str, str] | None:
    """What stands under `permissions:`; None if it does not stand there at all."""
    declared = part.get("permissions")
    if declared is None:
        return None
    if declared.text in ("read-all", "write-all"):
        return dict.fromkeys(PERMISSIONS, declared.text.removesuffix("-all"))
    return {name: level.text for name, level in declared.items()}


def _job(name: str, job: Marked, default: Mapping[str, str] | None) -> Job:
    permissions = _permissions(job)
    container = job.get("container")
    services = job.get("services")
    environment = job.get("environment")
    return Job(
        id=name,
        name=job.text_of("name") or name,
        line=job.line,
        needs=needs.strings if (needs := job.get("needs")) else (),
        # A job's own permissions replace those of the workflow, they do not add to them.
        permissions=default if permissions is None else permissions,
        runs_on=_runs_on(job),
        uses=_uses(job),
        container=(container.text or container.text_of("image")) if container else "",
        services=tuple(service for service, _ in services.items()) if services else (),
        environment=(environment.text or environment.text_of("name")) if environment else "",
        outputs=job.mapping_of("outputs"),
        steps=_steps(job),
        nothing=tuple(name for name, values in _vectors(job) if not (values.text or values.parts)),
    )


def _vectors(job: Marked) -> Sequence[tuple[str, Marked]]:
    """The values that the legs of a matrix are made of, each by its name."""
    strategy = job.get("strategy")
    matrix = strategy.get("matrix") if strategy else None
    if matrix is None or not matrix.is_mapping:
        return ()
    return [(name, values) for name, values in matrix.items() if name not in ("include", "exclude")]


def _runs_on(job: Marked) -> tuple[str, ...]:
    """The labels a runner must have; those of every leg, if a matrix names them."""
    runs_on = job.get("runs-on")
    if runs_on is None:
        return ()
    if runs_on.is_mapping:
        labels = runs_on.get("labels")
        return labels.strings if labels else (runs_on.text_of("group"),)
    if found := _MATRIX.match(runs_on.text):
        return _matrix(job, found[1]) or runs_on.strings
    return runs_on.strings


def _matrix(job: Marked, name: str) -> tuple[str, ...]:
    """The values that a matrix gives to a name, those under `include:` too."""
    strategy = job.get("strategy")
    matrix = strategy.get("matrix") if strategy else None
    if matrix is None:
        return ()
    values = matrix.get(name)
    included = matrix.get("include")
    legs = included.parts if included else ()
    more = (leg.text_of(name) for leg in legs)
    return tuple(dict.fromkeys([*(values.strings if values else ()), *filter(None, more)]))


def _uses(part: Marked) -> Uses | None:
    uses = part.get("uses")
    return Uses(uses.text, uses.file, uses.line) if uses else None


def _steps(part: Marked) -> tuple[Step, ...]:
    steps = part.get("steps")
    return tuple(_step(number, step) for number, step in enumerate(steps.parts)) if steps else ()


def _step(number: int, step: Marked) -> Step:
    uses = _uses(step)
    run = step.text_of("run")
    return Step(
        # Act calls a step without an id by its number, from zero.
        id=step.text_of("id") or str(number),
        name=step.text_of("name") or (uses.text if uses else run.partition("\n")[0]),
        uses=uses,
        run=run,
        arguments=step.mapping_of("with"),
        place=f"{step.file.name}:{step.line}",
    )
