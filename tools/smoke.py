"""What smoke.yml needs beside the actions: a wheel that nobody has, and who must have said what.

    smoke.py wheel FOLDER           write release_actions_smoke-1.0.0, the same bytes each time
    smoke.py said                   hold STEPS, `toJSON(steps)` of this job, against EXPECTED

A line of EXPECTED is `STEP OUTCOME [OUTPUT=VALUE…]`; `OUTPUT=*` is any value but none, and a step
that is none of ours has the outcome `-`. A later step is shown no exit code; `outcome` is its
class: ok is 0, failed 10, missing 11, unknown 1 or 2.
"""

from __future__ import annotations

import json
import os
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

NAME, VERSION = "release_actions_smoke", "1.0.0"
NOT_OURS = "-"


def main(arguments: Sequence[str]) -> int:
    """0 where all is as it must be; 1 where a step said something else; 2 for a wrong call."""
    match arguments:
        case ["wheel", folder]:
            wheel(Path(folder))
            return 0
        case ["said"]:
            wrong = list(said(json.loads(os.environ["STEPS"]), os.environ["EXPECTED"]))
            print(*wrong, sep="\n")
            return 1 if wrong else 0
    print(__doc__, file=sys.stderr)
    return 2


def wheel(folder: Path) -> None:
    """The smallest wheel there is."""
    info = f"{NAME}-{VERSION}.dist-info"
    files = {
        f"{NAME}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "",
    }
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{NAME}-{VERSION}-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)


def said(steps: Mapping[str, Any], expected: str) -> Iterator[str]:
    """Each step that ended otherwise, was not expected, or did not come."""
    lines = [line.split() for line in expected.splitlines() if line.strip()]
    # Act gives a step without an id its number; no id begins with a digit.
    named = {name for name in steps if not name[0].isdigit()}
    for name in sorted(named - {name for name, *_ in lines}):
        yield f"{name}: nothing says how it must end"
    if not lines:
        yield "nothing is expected of any step"
    for name, outcome, *outputs in lines:
        if name not in steps:
            yield f"{name}: it did not run"
        else:
            yield from _ended(name, steps[name], outcome)
            yield from _put_out(name, steps[name], outputs)


def _ended(name: str, step: Mapping[str, Any], outcome: str) -> Iterator[str]:
    wanted = "success" if outcome in ("ok", NOT_OURS) else "failure"
    if step["outcome"] != wanted:
        yield f"{name}: the step ended with {step['outcome']}, and not {wanted}"
    if outcome != NOT_OURS:
        yield from _put_out(name, step, [f"outcome={outcome}"])


def _put_out(name: str, step: Mapping[str, Any], outputs: Sequence[str]) -> Iterator[str]:
    for output, _, value in (pair.partition("=") for pair in outputs):
        got = step["outputs"].get(output, "")
        if got != value and not (value == "*" and got):
            yield f"{name}: {output} is {got!r}, and not {value!r}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
