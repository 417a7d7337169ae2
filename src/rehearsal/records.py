"""The verdicts of a run: the record that each action of this library leaves for a later step.

They lie below RUNNER_TEMP, which act removes with the job. So what is there is a link into a
folder of ours, one for each job, made by the first bash of the job: no step sees a difference.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rehearsal.played import Played, PlayedJob, PlayedStep
from release_actions.formats import verdict_record

_FOLDER = "records"
_LAST = re.compile(r"\[INFO\] (?P<action>[\w-]+): (?P<outcome>\w+) \(exit \d+")

Record = Mapping[str, Any]

#: What the reports read of a record, and of each finding in it: what is otherwise is nobody's.
_SHAPE = {
    "action": str, "outcome": str, "exit": int, "run": dict, "findings": list, "changes": dict,
    "errors": list, "inputs": dict, "outputs": dict, "requests": int, "dry-run": bool,
}  # fmt: skip
_FINDING = {
    "rule": str, "subject": str, "outcome": str, "detail": str, "fix": str, "advisory": bool,
    "file": str, "line": int,
}  # fmt: skip


def keep(files: Path, before: str = "") -> Path:
    """The file that each bash reads first, and then the one that it was to read before."""
    (files / _FOLDER).mkdir(exist_ok=True)
    told = verdict_record.FOLDER
    script = files / "bash-env"
    # RUNNER_TEMP is act's own folder of the job, and `tmp` in it. With `bash -e` nothing may fail.
    script.write_text(
        "unset BASH_ENV\n"
        f'if [ -d "${{RUNNER_TEMP:-}}" ] && [ ! -e "$RUNNER_TEMP/{told}" ]; then (\n'
        f"  job=${{RUNNER_TEMP%/*}}; ours={shlex.quote(str(files / _FOLDER))}/${{job##*/}}\n"
        f'  mkdir -p "$ours" && ln -s "$ours" "$RUNNER_TEMP/{told}"\n'
        ") 2>/dev/null || :; fi\n" + (f". {shlex.quote(before)}\n" if before else "")
    )
    return script


def attach(played: Played, files: Path) -> Played:
    """The run, each step with the records that it left."""
    jobs = list(played.jobs)
    for records in _of_jobs(files / _FOLDER):
        for number, job in enumerate(jobs):
            if found := _told_by(job, records):
                jobs[number] = found
                break
    return replace(played, jobs=tuple(jobs))


def _of_jobs(folder: Path) -> Iterator[Sequence[Record]]:
    for job in sorted(folder.iterdir()) if folder.is_dir() else ():
        if records := tuple(_read(sorted(job.glob("*.json")))):
            yield records


def _read(files: Iterable[Path]) -> Iterator[Record]:
    for file in files:
        try:
            record = json.loads(file.read_bytes())
        except (ValueError, RecursionError):  # The step was ended while it wrote.
            continue
        # Any step may write there.
        if _has(record, _SHAPE) and all(_has(one, _FINDING) for one in record["findings"]):
            yield record


def _has(value: object, shape: Mapping[str, type]) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), kind) for name, kind in shape.items()
    )


def _told_by(job: PlayedJob, records: Sequence[Record]) -> PlayedJob | None:
    """The job with these records at the steps that told the same in their logs; None: another's.

    A matrix has legs of one name: each takes the first folder that fits and is not taken.
    """
    if records[0]["run"].get("job") != job.path[-1]:
        return None
    if any(step.records for step in job.steps):
        return None
    left, steps = list(records), []
    for step in job.steps:
        own: list[Record] = []
        for told in _verdicts(step):
            if left and told == (left[0]["action"], left[0]["outcome"]):
                own.append(left.pop(0))
        steps.append(replace(step, records=tuple(own)))
    return None if left else replace(job, steps=tuple(steps))


def _verdicts(step: PlayedStep) -> Iterator[tuple[str, str]]:
    for line in step.lines:
        if found := _LAST.match(line):
            yield found["action"], found["outcome"]
