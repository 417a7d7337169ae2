"""How far a run has come, and what of it is replayed: jobs that ended well, with their outputs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rehearsal.deriving import TOLD
from rehearsal.errors import UnplayableError
from rehearsal.marked_yaml import Marked, read
from rehearsal.played import PlayedJob
from rehearsal.workflow import Job, read_workflow

_CALLED = re.compile(r"\$\{\{\s*jobs\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}")


@dataclass(frozen=True)
class Record:
    """How far a run has come, by the jobs at the top of its file."""

    ended: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Those that ended well, and the outputs that they had."""
    skipped: frozenset[str] = frozenset()


def record(file: Path, jobs: Sequence[PlayedJob]) -> Record:
    """What there is to be replayed of these jobs: all legs of a job must have ended well."""
    ended, skipped = {}, set[str]()
    for job in read_workflow(file).jobs:
        legs = [played for played in jobs if played.path[0] == job.id]
        ends = {leg.conclusion for leg in legs}
        if ends == {"skipped"}:
            skipped.add(job.id)
        # What another repository's workflow said is nowhere to be read: it runs anew.
        elif ends and ends <= {"success", "skipped"} and not _is_foreign(job):
            ended[job.id] = _outputs(file, job, legs)
    return Record(ended, frozenset(skipped))


def _is_foreign(job: Job) -> bool:
    return job.uses is not None and not job.uses.text.startswith("./")


def _outputs(file: Path, job: Job, legs: Sequence[PlayedJob]) -> dict[str, str]:
    """What the jobs that need this one were told."""
    called = _called_outputs(file, job) if job.uses else {}
    own = [_said(leg) for leg in legs if leg.path == (job.id,)]
    if own or not called:
        declared: Collection[str] = called or job.outputs
        _require_told(file, job, declared, {name for told in own for name in told})
        # Of several legs the last one that said something is heard.
        merged = {name: value for told in own for name, value in told.items() if value}
        return {name: merged.get(name, "") for name in declared}
    below = {leg.path[1]: leg for leg in legs if len(leg.path) == 2}
    told = {name: _of_called(text, below) for name, text in called.items()}
    _require_told(file, job, called, {name for name, text in told.items() if text is not None})
    return {name: text or "" for name, text in told.items()}


def _said(leg: PlayedJob) -> Mapping[str, str]:
    """The outputs of a job: those of its steps, or what it said at its end of all."""
    return next((step.outputs for step in leg.steps if step.id == TOLD), leg.outputs)


def _of_called(template: str, below: Mapping[str, PlayedJob]) -> str | None:
    """An output of a called workflow by those of its jobs; None if it is not made of them alone."""
    found = _CALLED.fullmatch(template)
    leg = below.get(found[1]) if found else None
    if found is None or leg is None:
        return None
    return "" if leg.conclusion == "skipped" else leg.outputs.get(found[2])


def _called_outputs(file: Path, job: Job) -> dict[str, str]:
    """The outputs of a workflow of the same repository, as it writes them."""
    assert job.uses is not None
    found: Marked | None = read(file.parents[2] / job.uses.text)
    for key in ("on", "workflow_call", "outputs"):
        found = found.get(key) if found else None
    return {name: told.text_of("value") for name, told in found.items()} if found else {}


def _require_told(file: Path, job: Job, declared: Iterable[str], told: Collection[str]) -> None:
    for name in declared:
        if name not in told:
            raise UnplayableError(
                [
                    f"{file.name}:{job.line}: job `{job.id}`: its output `{name}` cannot be"
                    " replayed: nothing says what it was."
                ]
            )


def downstream(file: Path, jobs: Collection[str]) -> frozenset[str]:
    """These jobs, and all that need one of them, however far."""
    found = set(jobs)
    every = read_workflow(file).jobs
    while more := {job.id for job in every if found & set(job.needs)} - found:
        found |= more
    return frozenset(found)


def upstream(file: Path, job: str) -> frozenset[str]:
    """All that this job needs, however far."""
    needs = {one.id: set(one.needs) for one in read_workflow(file).jobs}
    found, waiting = set[str](), list(needs.get(job, ()))
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += needs[name]
    return frozenset(found)


def again(file: Path, done: Record) -> Record:
    """What is replayed when the failed jobs run again: no job that needs one of those."""
    failed = {job.id for job in read_workflow(file).jobs} - done.ended.keys() - done.skipped
    anew = downstream(file, failed)
    return Record({name: told for name, told in done.ended.items() if name not in anew})
