"""re-actors/alls-green: one answer about all jobs that are needed."""

from __future__ import annotations

import json
import re

from rehearsal.standins.runner import RefusedError, output


def play(inputs: dict[str, str]) -> None:
    """Fail unless each job succeeded, or did what it is allowed to do."""
    jobs = json.loads(inputs["jobs"])
    if not jobs:
        raise RefusedError("Invalid input jobs matrix: it is empty. Give `toJSON(needs)`.")
    failures, skips = _names(inputs["allowed-failures"]), _names(inputs["allowed-skips"])
    bad = []
    for name, job in jobs.items():
        result = job["result"]
        good = result == "success" or (result == "skipped" and name in skips)
        good = good or (result in ("failure", "cancelled", "skipped") and name in failures)
        print(f"{name} -> {result}{'' if good else ' (not allowed)'}")
        if not good:
            bad.append(f"{name} -> {result}")
    output("success", "false" if bad else "true")
    output("failure", "true" if bad else "false")
    output("result", "failure" if bad else "success")
    if bad:
        raise RefusedError(f"Some of the required to succeed jobs failed: {', '.join(bad)}")


def _names(text: str) -> list[str]:
    """A list in JSON, or names between commas and line ends."""
    if text.startswith("["):
        return [str(name) for name in json.loads(text)]
    return [name for name in re.split(r"[\s,]+", text) if name]
