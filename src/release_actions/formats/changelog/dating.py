"""Date exactly one section; every other line stays as it is, byte for byte."""

from __future__ import annotations

import re
from dataclasses import replace

from release_actions.formats.changelog.lines import Line, joined, line_end
from release_actions.formats.changelog.references import relink
from release_actions.formats.changelog.sections import Changelog, IsoDay, Problem, Section
from release_actions.formats.versions import Version


def candidate(log: Changelog, version: Version | None) -> Section | Problem:
    """The one section to date, dated already or not."""
    if version is None:
        return _open(log)
    if log.of(version):
        found = log.only(version)
        if isinstance(found, Section) and log.date(found) is None:
            return _not_twice(log, found)
        return found
    if log.layout == "wasmtime":
        return Problem("no-section", 0, f"there is no section for {version}")
    return _unreleased(log)


def _open(log: Changelog) -> Section | Problem:
    """Without a version: the only one that waits for its date."""
    if log.layout == "keep-a-changelog":
        return Problem("version-needed", 0, "`[Unreleased]` does not say which version it becomes")
    waiting = [s for s in log.sections if s.status is not None and log.date(s) is None]
    if not waiting:
        return Problem("no-unreleased", 0, "no section says Unreleased")
    if len(waiting) > 1:
        told = " and ".join(f"{s.label} (line {log.number(s)})" for s in waiting)
        return Problem("unreleased-twice", log.number(waiting[1]), f"{told} say Unreleased")
    return waiting[0]


def _unreleased(log: Changelog) -> Section | Problem:
    found = log.unreleased
    if not found:
        return Problem("no-unreleased", 0, "there is no `[Unreleased]` section")
    if len(found) > 1:
        numbers = " and ".join(str(log.number(section)) for section in found)
        return Problem(
            "unreleased-twice", log.number(found[1]), f"Unreleased stands at lines {numbers}"
        )
    if not log.entries(found[0]):
        return Problem("empty-section", log.number(found[0]), "`[Unreleased]` says nothing")
    return found[0]


def _not_twice(log: Changelog, section: Section) -> Section | Problem:
    """A section that waits for its date, and beside it an `[Unreleased]` that says something."""
    more = [other for other in log.unreleased if log.entries(other)]
    if more and log.layout == "keep-a-changelog":
        found = (
            f"{section.label} has no date, and Unreleased (line {log.number(more[0])}) is filled"
        )
        return Problem("unreleased-twice", log.number(section), found)
    return section


def stamp(log: Changelog, section: Section, version: Version, day: IsoDay) -> bytes | Problem:
    """The file with this undated section dated."""
    if log.layout == "wasmtime":
        return _status(log, section, day)
    if section.unreleased:
        return _released(log, section, version, day)
    return _dated(log, section, day)


def _status(log: Changelog, section: Section, day: IsoDay) -> bytes | Problem:
    """`Unreleased.` becomes `Released 2026-05-13.`, as W14 has it."""
    at = section.status
    if at is None or not log.lines[at].said.startswith("Unreleased"):
        found = "neither `Unreleased` nor `Released YYYY-MM-DD` stands under it"
        return Problem("undated", log.number(section), found)
    line = log.lines[at]
    text = f"Released {day}{line.text.removeprefix('Unreleased')}"
    return joined((*log.lines[:at], replace(line, text=text), *log.lines[at + 1 :]))


def _dated(log: Changelog, section: Section, day: IsoDay) -> bytes | Problem:
    """`## [1.2.3]`, or with `- Unreleased` or `- TBD` behind it, is given its date."""
    line, rest = log.lines[section.start], section.rest
    if not re.fullmatch(r"[ \t]*(?:[-–—][ \t]*)?\(?[A-Za-z]*\)?", rest):
        found = f"its heading says `{rest.strip()}`, which is neither a date nor a word for none"
        return Problem("undated", log.number(section), found)
    text = line.text.rstrip()
    text = f"{text.removesuffix(rest)} - {day}"
    lines = (*log.lines[: section.start], replace(line, text=text), *log.lines[section.start + 1 :])
    return joined(lines)


def _released(log: Changelog, section: Section, version: Version, day: IsoDay) -> bytes | Problem:
    """What was unreleased gets a heading of its own; `[Unreleased]` above it is empty."""
    last = next((s for s in log.sections if s.version), None)
    if last is not None and last.version is not None and last.version.parts >= version.parts:
        return Problem("not-newer", log.number(last), f"the newest section is {last.label}")
    heading = log.lines[section.start]
    end = heading.end or line_end(log.lines)
    lead = f"## {_spelled(log, section, version)} - {day}"
    before = log.lines[: section.start]
    after = relink(log, section, version, end)
    if isinstance(after, Problem):
        return after
    new = (replace(heading, end=end), Line(0, "", end), Line(0, lead, end))
    return joined((*before, *new, *after))


def _spelled(log: Changelog, section: Section, version: Version) -> str:
    """As the newest heading of a version spells it: with brackets or not, with a `v` or not."""
    model = next((s for s in log.sections if s.version), section)
    text = f"v{version}" if model.version and model.label.startswith("v") else str(version)
    return f"[{text}]" if model.bracketed else text
