"""The record that each action leaves of its verdict: a JSON object, bounded and typed. No I/O."""

from __future__ import annotations

import json
from dataclasses import dataclass

LARGEST = 32 * 1024 * 1024  # bytes; one of 50,000 findings has some twenty million
OUTCOMES = ("ok", "failed", "missing", "unknown")


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
        told = json.loads(content)
        if told["schema"] != 1 or told["outcome"] not in OUTCOMES:
            raise NotRecordError("it has another schema, or an outcome that there is not")
        run = told["run"]
        bad = [
            f"{finding['subject']}: {finding['detail']}"
            for finding in told["findings"]
            if finding["outcome"] in OUTCOMES[1:] and not finding["advisory"]
        ]
        return Record(
            action=str(told["action"]),
            outcome=told["outcome"],
            job=str(run.get("job") or ""),
            run=run.get("id"),
            attempt=int(run.get("attempt") or 1),
            started=str(told["started"]),
            bad=(*map(str, told["errors"]), *bad),
            dry_run=told["dry-run"] is True,
        )
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        if isinstance(error, NotRecordError):
            raise
        raise NotRecordError(f"it has not the shape of one ({error!r})") from error
