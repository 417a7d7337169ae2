"""The record that each action leaves of its verdict: a JSON object, bounded and typed. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

FOLDER = "release-actions-records"  # below RUNNER_TEMP
LARGEST = 32 * 1024 * 1024  # bytes; one of 50,000 findings has some twenty million
OUTCOMES = ("ok", "failed", "missing", "unknown")
_FOUND = (*OUTCOMES, "due")


class NotRecordError(ValueError):
    """These bytes are no record of a verdict."""


@dataclass(frozen=True)
class Record:
    """What an action said: where, when, and how much of it was bad."""

    action: str
    outcome: str
    job: str
    run: int | None
    attempt: int
    started: str
    bad: tuple[str, ...]
    """Its bad findings that decide, as `subject: detail`."""
    dry_run: bool = False


def parse(content: bytes) -> Record:
    """:raises NotRecordError: for anything that no action of ours has written."""
    try:
        return _record(json.loads(content))
    except NotRecordError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise NotRecordError(f"it has not the shape of one ({error!r})") from error


def _record(told: Any) -> Record:
    if told["schema"] != 1 or told["outcome"] not in OUTCOMES:
        raise NotRecordError("it has another schema, or an outcome that there is not")
    run, findings = told["run"], _list(told["findings"])
    if any(finding["outcome"] not in _FOUND for finding in findings):
        raise NotRecordError("a finding of it has an outcome that there is not")
    deciding = [one for one in findings if one["outcome"] in OUTCOMES[1:] and not one["advisory"]]
    bad = [f"{finding['subject']}: {finding['detail']}" for finding in deciding]
    errors = [str(error) for error in _list(told["errors"])]
    if told["outcome"] == "ok" and (bad or errors or not findings):
        raise NotRecordError("it says ok, and what it found does not")
    attempt, dry_run = run.get("attempt"), told["dry-run"]
    if type(attempt) not in (int, type(None)) or type(dry_run) is not bool:
        raise NotRecordError("its attempt is no number, or its dry run neither true nor false")
    return Record(
        action=str(told["action"]),
        outcome=told["outcome"],
        job=str(run.get("job") or ""),
        run=run.get("id"),
        attempt=attempt or 1,
        started=str(told["started"]),
        bad=(*errors, *bad),
        dry_run=dry_run,
    )


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("a list was to be there")
    return value
