"""Each action, and each door to it, passes once and refuses once in smoke.yml."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
JUDGE = "python3 tools/smoke.py said"
MAY = {"if", "continue-on-error"}


def unpaired(actions: set[str], short: set[str], workflow: Mapping[str, Any]) -> Iterator[str]:
    """What is amiss. A pair is a step `NAME`, and a step `NAME-refuses` that may fail; `by-name`
    is the door by name. Both stand in one job, whose last step expects how each ends.
    """
    if not actions:
        yield "there are no actions to pair"
    doors = {
        name: [f"./actions/{name}", *([f"./{name}"] if name in short else [])] for name in actions
    }
    steps = [(job, step) for job in workflow["jobs"].values() for step in job["steps"]]
    for name, ways in sorted({**doors, "by-name": ["./"]}.items()):
        yield from _step(steps, name, ways, refuses=False)
        yield from _step(steps, f"{name}-refuses", ways, refuses=True)
        for way in set(ways) - {step.get("uses") for _, step in steps}:
            yield f"nothing goes through {way}"


def _step(
    steps: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    id: str,
    ways: Sequence[str],
    *,
    refuses: bool,
) -> Iterator[str]:
    found = [
        (job, step) for job, step in steps if step.get("id") == id and step.get("uses") in ways
    ]
    if len(found) != 1:
        yield f"{id}: {len(found)} steps use {' or '.join(ways)}; expected is one"
    for job, step in found:
        if step.get("continue-on-error", False) is not refuses:
            yield f"{id}: `continue-on-error` must be {str(refuses).lower()}"
        if not judged(job, id, ok=not refuses):
            ends = "refuses" if refuses else "passes"
            yield f"{id}: the last step of its job does not expect that it {ends}"


def judged(job: Mapping[str, Any], id: str, *, ok: bool) -> bool:
    """Whether the step that holds all outcomes of the job against lines has one for this step.

    It is no judge where it, or the whole job, may be left out or may fail.
    """
    judges = [step for step in job["steps"] if step.get("run") == JUDGE and not MAY & step.keys()]
    if MAY & job.keys():
        return False
    lines = [line.split() for step in judges for line in step["env"]["EXPECTED"].splitlines()]
    return any(line[:1] == [id] and (line[1:2] == ["ok"]) is ok for line in lines)


def main() -> int:
    """0 where each action of this library has its pair."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/smoke.yml").read_text(encoding="utf-8"))
    actions = {path.parent.name for path in ROOT.glob("actions/*/action.yml")}
    short = {path.parent.name for path in ROOT.glob("*/action.yml")}
    found = [f"smoke.yml: {wrong}" for wrong in unpaired(actions, short, workflow)]
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
