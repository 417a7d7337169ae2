"""Results as SARIF 2.1.0, as GitHub's code scanning reads it. No I/O."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 25_000  # results of one run that GitHub reads

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Result:
    """One thing found; line and column from 1, and 0 where it is the whole file."""

    rule: str
    level: Level
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def document(program: str, version: str, results: Iterable[Result], *, whole: bool = True) -> str:
    """The log of one run. `whole` is false where the run did not come to its end."""
    found = list(results)[:MOST]
    rules = sorted({result.rule for result in found})
    driver = {
        "name": program,
        "version": version,
        "rules": [{"id": rule, "name": rule} for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": whole}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, rules.index(result.rule)) for result in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _result(result: Result, index: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ruleId": result.rule,
        "ruleIndex": index,
        "level": result.level,
        "message": {"text": result.message},
    }
    if result.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": quote(result.file)}}
        if result.line:
            region = {"startLine": result.line}
            if result.column:
                region["startColumn"] = result.column
            place["region"] = region
        told["locations"] = [{"physicalLocation": place}]
    return told
