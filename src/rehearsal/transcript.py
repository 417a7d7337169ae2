"""What act tells while it plays, one JSON object a line, becomes jobs and steps.

Three habits of act are undone here. It shows outputs that an action does not declare; it tells
the last summary inside an action twice; and it hides a secret in messages alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from rehearsal.casting import Cast, Part
from rehearsal.played import Annotation, Conclusion, Planned, PlayedJob, PlayedStep

_TEMPLATE = re.compile(r"\$\{\{\s*steps\.([\w-]+)\.outputs\.([\w-]+)\s*\}\}")

_EXIT = re.compile(r"exit status (\d+)")
_JOB_FAILED = re.compile(r"Error: Job '.*' failed")


@dataclass(frozen=True)
class Told:
    """Something that just happened, for whoever watches."""

    kind: Literal["job-started", "job-ended", "step-started", "step-ended", "line"]
    job: str
    step: str = ""
    text: str = ""
    conclusion: Conclusion | None = None
    seconds: float = 0.0


@dataclass
class _Step:
    id: str
    name: str
    outcome: Conclusion | None = None
    tolerated: bool = False
    exit_code: int = 0
    seconds: float = 0.0
    lines: list[str] = field(default_factory=list)
    summaries: dict[tuple[str, ...], str] = field(default_factory=dict)
    annotations: list[Annotation] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended: datetime | None = None


@dataclass
class _Job:
    part: Part
    name: str
    matrix: Mapping[str, object]
    started: datetime
    conclusion: Conclusion | None = None
    ended: datetime | None = None
    steps: dict[str, _Step] = field(default_factory=dict)


class Transcript:
    """Everything that act told so far."""

    def __init__(self, cast: Cast, secrets: Iterable[str], watch: Callable[[Told], None]) -> None:
        self._cast = cast
        # As a runner does: a secret of several lines is hidden line by line, too.
        lines = {line for one in secrets for line in (one, *one.splitlines()) if line.strip()}
        self._secrets = sorted(lines, key=len, reverse=True)
        self._watch = watch
        self._jobs: dict[str, _Job] = {}
        self._seen: set[tuple[str, ...]] = set()
        self.trouble: list[str] = []

    def add(self, line: str) -> None:
        """Take one line of act's."""
        try:
            entry = json.loads(line)
        except ValueError:
            entry = None
        if not isinstance(entry, dict) or "msg" not in entry:
            self._complain(line)
        elif "jobID" not in entry:
            if entry.get("level") in ("error", "fatal", "panic"):
                self._complain(entry["msg"])
        else:
            self._in_job(entry)

    @property
    def begun(self) -> bool:
        """Whether some job has started, or was skipped."""
        return bool(self._jobs)

    def jobs(self) -> tuple[PlayedJob, ...]:
        """Each job as it went, in the order of the file; one that did not end was cancelled."""
        order = {part.path: number for number, part in enumerate(self._cast.parts)}
        jobs = sorted(self._jobs.values(), key=lambda job: (order[job.part.path], job.name))
        return tuple(self._played(job) for job in jobs)

    def unseen(self) -> tuple[str, ...]:
        """The jobs that were neither played nor skipped, nor called by one that was skipped."""
        return tuple(
            "/".join(part.path)
            for part in self._cast.parts
            if not part.job.uses
            and not any(part.path[:length] in self._seen for length in range(1, len(part.path) + 1))
        )

    def plan(self) -> tuple[Planned, ...]:
        """Every job that the workflow has, whatever became of it."""
        return tuple(
            Planned(
                path=part.path,
                name=part.job.name,
                needs=part.job.needs,
                uses=part.job.uses.text if part.job.uses else "",
                environment=part.job.environment,
                permissions=part.permissions,
            )
            for part in self._cast.parts
        )

    def _complain(self, text: str) -> None:
        told = self._masked(text).strip()
        # That a job failed is told by the job.
        if told and told not in self.trouble and not _JOB_FAILED.fullmatch(told):
            self.trouble.append(told)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _in_job(self, entry: dict[str, Any]) -> None:
        parts = self._parts(entry["job"].strip(), entry["jobID"])
        if not parts:
            return
        part = parts[0]
        name = self._masked(entry["job"].strip())
        job = self._jobs.get(name)
        result = entry.get("jobResult")
        if job is None:
            starts = entry.get("stepid") == ["--setup-job"]
            if part.job.uses and result == "skipped":
                self._seen.add(part.path)
            if part.job.uses or not (starts or result):
                return
            job = _Job(part, name, entry.get("matrix") or {}, datetime.now(UTC))
            self._jobs[name] = job
            self._seen.update(one.path for one in parts)
            self._watch(Told("job-started", name))
        if result:
            self._end(job, result)
        elif entry.get("stage") == "Main" and entry.get("stepID"):
            self._in_step(job, entry)

    def _parts(self, label: str, id: str) -> list[Part]:
        """The job that an entry is about.

        Act names the nearest caller alone: what is called by several that are called themselves
        cannot be told apart, and counts for each of them.
        """
        suited = [part for part in self._cast.parts if part.path[-1] == id]
        called = [part for part in suited if self._is_below_caller(label, part)]
        return called or [part for part in suited if len(part.path) == 1]

    def _is_below_caller(self, label: str, part: Part) -> bool:
        above = part.path[:-1]
        callers = (one.job for one in self._cast.parts if above and one.path == above)
        return any(
            re.match(rf"{re.escape(name)}(-\d+)?/", label)
            for caller in callers
            for name in (caller.id, caller.name)
        )

    def _end(self, job: _Job, result: str) -> None:
        job.conclusion = _conclusion(result)
        job.ended = datetime.now(UTC)
        seconds = (job.ended - job.started).total_seconds()
        self._watch(Told("job-ended", job.name, conclusion=job.conclusion, seconds=seconds))

    def _in_step(self, job: _Job, entry: dict[str, Any]) -> None:
        ids = tuple(entry["stepID"])
        step = job.steps.get(ids[0])
        if step is None:
            step = _Step(ids[0], self._masked(entry["step"]).partition("\n")[0])
            job.steps[ids[0]] = step
            if entry.get("stepResult") != "skipped":
                self._watch(Told("step-started", job.name, step.name))
        if command := entry.get("command"):
            self._command(step, ids, command, entry)
        elif entry.get("raw_output"):
            self._line(job, step, entry["msg"])
        elif found := _EXIT.fullmatch(entry["msg"]):
            step.exit_code = int(found[1])
        elif len(ids) == 1:
            self._outcome(job, step, entry)

    def _line(self, job: _Job, step: _Step, text: str) -> None:
        for line in self._masked(text).splitlines():
            step.lines.append(line)
            self._watch(Told("line", job.name, step.name, line))

    def _outcome(self, job: _Job, step: _Step, entry: dict[str, Any]) -> None:
        if entry["msg"] == "Failed but continue next step":
            step.tolerated = True
        if result := entry.get("stepResult"):
            step.outcome = _conclusion(result)
            step.ended = datetime.now(UTC)
            step.seconds = entry.get("executionTime", 0) / 1e9
            told = Told("step-ended", job.name, step.name, "", step.outcome, step.seconds)
            self._watch(told)

    def _command(
        self, step: _Step, ids: tuple[str, ...], command: str, entry: dict[str, Any]
    ) -> None:
        text = self._masked(str(entry.get("arg", "")))
        match command:
            case "error" | "warning" | "notice":
                properties = {
                    key: self._masked(str(value)) for key, value in entry["kvPairs"].items()
                }
                step.annotations.append(Annotation(command, text, properties))
                step.lines.append(self._masked(entry["raw"]).strip())
            case "add-mask":
                self._secrets.append(str(entry["arg"]))
            case "set-output" if len(ids) == 1:
                step.outputs[entry["name"]] = text
            case "summary":
                step.summaries[ids] = self._masked(entry["content"])
            case "group":
                step.lines.append(f"::group::{text}")

    def _played(self, job: _Job) -> PlayedJob:
        declared = {step.id: step for step in job.part.job.steps}
        steps = []
        for step in job.steps.values():
            uses = declared[step.id].uses if step.id in declared else None
            steps.append(_played_step(step, self._cast.outputs.get(uses.text) if uses else None))
        return PlayedJob(
            path=job.part.path,
            name=job.name,
            matrix=job.matrix,
            conclusion=job.conclusion or "cancelled",
            started=job.started,
            ended=job.ended or datetime.now(UTC),
            steps=tuple(steps),
            outputs=_job_outputs(job.part.job.outputs, {step.id: step for step in steps}),
        )


def _conclusion(result: str) -> Conclusion:
    match result:
        case "success" | "failure" | "skipped" | "cancelled":
            return result
        case _:
            return "failure"


def _played_step(step: _Step, declared: tuple[str, ...] | None) -> PlayedStep:
    outcome = step.outcome or "cancelled"
    # An entry for `a` repeats the last one for `a/b`.
    summaries = [
        text
        for ids, text in step.summaries.items()
        if not any(len(other) > len(ids) and other[: len(ids)] == ids for other in step.summaries)
    ]
    outputs = {
        name: value for name, value in step.outputs.items() if declared is None or name in declared
    }
    return PlayedStep(
        id=step.id,
        name=step.name,
        outcome=outcome,
        conclusion="success" if step.tolerated and outcome == "failure" else outcome,
        exit_code=step.exit_code,
        seconds=step.seconds,
        lines=tuple(step.lines),
        summary="".join(summaries),
        annotations=tuple(step.annotations),
        outputs=outputs,
        started=step.started,
        ended=step.ended,
    )


def _job_outputs(
    templates: Mapping[str, str], steps: Mapping[str, PlayedStep]
) -> Mapping[str, str]:
    """The outputs of a job that are made of its steps' outputs alone; act tells none itself."""
    told = {}
    for name, template in templates.items():
        rest = _TEMPLATE.sub("", template)
        if "${{" not in rest:
            told[name] = _TEMPLATE.sub(
                lambda found: (
                    steps[found[1]].outputs.get(found[2], "") if found[1] in steps else ""
                ),
                template,
            )
    return told
