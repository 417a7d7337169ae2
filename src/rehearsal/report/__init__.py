"""The report of a rehearsal: one HTML page that needs nothing else, and the same as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rehearsal.rehearse import EndedStory
from rehearsal.report import telling
from rehearsal.report.model import Report, Stop, Strike
from rehearsal.report.page import page
from release_actions import __version__


def report(
    stories: Sequence[EndedStory] = (),
    *,
    faults: Sequence[Strike] = (),
    stops: Sequence[Stop] = (),
    besides: Sequence[str] = (),
    seconds: float | None = None,
) -> Report:
    """All that was rehearsed, as values; `seconds` is how long it took, by default the sum."""
    each = [one.seconds for one in stories]
    each += [one.seconds for one in faults] + [one.seconds for one in stops]
    took = sum(each) if seconds is None else seconds
    return Report(
        program=f"release-actions {__version__}",
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(took, 3),
        stories=tuple(telling.story(ended) for ended in stories),
        faults=tuple(faults),
        stops=tuple(stops),
        besides=tuple(besides),
    )


def document(told: Report) -> dict[str, Any]:
    """The same as one JSON object."""
    return {"ok": told.ok, **asdict(told)}


def put(file: Path, told: Report) -> None:
    """Write the page of a report."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(page(told), encoding="utf-8")


def write(
    file: Path,
    stories: Sequence[EndedStory] = (),
    *,
    faults: Sequence[Strike] = (),
    stops: Sequence[Stop] = (),
    besides: Sequence[str] = (),
    seconds: float | None = None,
) -> None:
    """Write the page of what was rehearsed."""
    put(file, report(stories, faults=faults, stops=stops, besides=besides, seconds=seconds))
