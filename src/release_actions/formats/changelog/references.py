"""The link references at the bottom: `[unreleased]: …/compare/v1.2.2...HEAD`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from release_actions.formats.changelog.lines import Line
from release_actions.formats.changelog.sections import REFERENCE, Changelog, Problem, Section
from release_actions.formats.versions import Version

COMPARES = re.compile(r"(?P<before>.*/compare/)(?P<base>.+?)(?P<dots>\.{2,3})(?P<head>[^.]\S*)")


@dataclass(frozen=True)
class Reference:
    """One definition of a link, and where it stands."""

    index: int
    label: str
    target: str


def references(lines: tuple[Line, ...]) -> tuple[Reference, ...]:
    """Every definition of a link in these lines."""
    found = []
    for index, line in enumerate(lines):
        if match := REFERENCE.match(line.said):
            found.append(Reference(index, match["label"], match["target"]))
    return tuple(found)


def relink(
    log: Changelog, section: Section, version: Version, end: str
) -> tuple[Line, ...] | Problem:
    """The lines below the `[Unreleased]` heading, their references right for the new version.

    `[unreleased]` compares with the new tag from now on, and above the last version's reference
    stands the new one's. Where no reference names Unreleased there is nothing to mend.
    """
    below = log.lines[section.start + 1 :]
    if "](" in log.heading(section):
        number = log.number(section)
        return Problem("links-unclear", number, "the heading has a link, which would be wrong then")
    named = [r for r in references(below) if r.label.casefold() == "unreleased"]
    if not named:
        return below
    number = below[named[-1].index].number
    if len(named) > 1:
        return Problem("links-unclear", number, "[unreleased] is defined more than once")
    (old,) = named
    match = COMPARES.fullmatch(old.target)
    last = next((s for s in log.sections if s.version), None)
    if match is None or last is None or str(last.version) not in match["base"]:
        found = f"[unreleased] is {old.target}: no comparison with the tag of the last version"
        return Problem("links-unclear", number, found)
    tag = match["base"].replace(str(last.version), version)
    label = f"v{version}" if last.label.startswith("v") else str(version)
    if any(r.label.casefold() == label.casefold() for r in references(log.lines)):
        return Problem("links-unclear", number, f"[{label}] is defined already")
    return _linked(below, old, label, match, tag, end)


def _linked(
    below: tuple[Line, ...], old: Reference, label: str, match: re.Match[str], tag: str, end: str
) -> tuple[Line, ...]:
    line = below[old.index]
    before, dots = match["before"], match["dots"]
    mended = line.text.replace(old.target, f"{before}{tag}{dots}{match['head']}")
    added = line.text.replace(f"[{old.label}]:", f"[{label}]:", 1)
    added = added.replace(old.target, f"{before}{match['base']}{dots}{tag}")
    new = (replace(line, text=mended, end=line.end or end), Line(0, added, line.end))
    return (*below[: old.index], *new, *below[old.index + 1 :])
