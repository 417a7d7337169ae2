"""What is asked, and what is told."""

from __future__ import annotations

import json
from dataclasses import dataclass

from release_actions.values import Lines, Repository
from release_actions.verdict import Outputs

RESULTS = ("success", "failure", "cancelled", "skipped")


class Results(dict[str, str]):
    """The results of jobs, as `toJSON(needs)` gives them: {"gate": {"result": "success", …}, …}."""

    def __init__(self, raw: str) -> None:
        try:
            told = json.loads(raw)
            found = {str(job): str(about["result"]) for job, about in told.items()}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise ValueError("a JSON object, as toJSON(needs) gives it") from None
        if wrong := [result for result in found.values() if result not in RESULTS]:
            raise ValueError(f"results of {', '.join(RESULTS)}, and not {wrong[0]}")
        super().__init__(found)


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    records: Lines = Lines("")
    expect: Lines = Lines("")
    results: Results | None = None


@dataclass(frozen=True)
class Told(Outputs):
    count: int | None = None
