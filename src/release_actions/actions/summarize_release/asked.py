"""What is asked, and what is told."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import dataclass
from typing import Self

from release_actions import actions
from release_actions.values import Lines, Repository
from release_actions.verdict import Outputs

RESULTS = ("success", "failure", "cancelled", "skipped")


SELF = "summarize-release"


class Actions(Lines):
    """Names of actions that can say something, each of them one of this library."""

    def __new__(cls, raw: str) -> Self:
        named = super().__new__(cls, raw)
        modules = pkgutil.iter_modules(actions.__path__)
        known = {module.name.replace("_", "-") for module in modules} - {SELF}
        if wrong := [name for name in named if name not in known]:
            import difflib  # only a misspelt name needs it

            close = difflib.get_close_matches(wrong[0], known, 1, 0.8)
            meant = f"did you mean `{close[0]}`?" if close else ", ".join(sorted(known))
            raise ValueError(f"actions of this library beside this one, a line each; {meant}")
        return named


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
        if not found:
            # The job waits for none, so that none of them counts.
            raise ValueError("the result of a job at least: name the jobs in this job's `needs:`")
        super().__init__(found)


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    records: Lines = Lines("")
    expect: Actions = Actions("")
    results: Results | None = None


@dataclass(frozen=True)
class Told(Outputs):
    count: int | None = None
