"""What a section promises about compatibility: its class, and a way over each break (O35)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from release_actions.formats.changelog.lines import Line, level
from release_actions.formats.changelog.sections import Changelog, Problem, Section
from release_actions.formats.versions import Version

CLASSES = ("patch-compatible", "minor-breaking")
ITEM = re.compile(r"[*+-][ \t]")
BREAKING = re.compile(r"\bBREAKING\b")
MIGRATION = re.compile(r"\bmigrat", re.IGNORECASE)


def stated(log: Changelog, section: Section) -> frozenset[str]:
    """The classes that the section names."""
    text = "\n".join(line.said for line in log.inside(section))
    return frozenset(name for name in CLASSES if re.search(rf"(?<![\w-]){name}(?![\w-])", text))


def problems(log: Changelog, section: Section, version: Version) -> Iterator[Problem]:
    """What the section leaves out, or where it contradicts itself."""
    number, named = log.number(section), stated(log, section)
    if len(named) != 1:
        found = "it names both classes" if named else "it names no class"
        yield Problem("class-unstated", number, f"{found}; wanted: {' or '.join(CLASSES)}")
        return
    (name,) = named
    breaks = [item for item in _items(log, section) if BREAKING.search(item[1])]
    if name == "patch-compatible" and breaks:
        yield Problem("class-contradicted", breaks[0][0], "it is patch-compatible, and breaks")
    if name == "minor-breaking" and not breaks:
        yield Problem(
            "class-contradicted", number, "it is minor-breaking, and no entry is BREAKING"
        )
    if name == "minor-breaking" and version.parts.patch > 0:
        yield Problem("class-contradicted", number, f"{version} is a patch, and minor-breaking")
    yield from _without_a_way(log, section, breaks)


def _without_a_way(
    log: Changelog, section: Section, breaks: list[tuple[int, str]]
) -> Iterator[Problem]:
    """Breaks whose own entry tells no migration, less the entries of a `### Migration`."""
    bare = [number for number, text in breaks if not MIGRATION.search(text)]
    ways = _ways(log, section)
    for number in bare[ways:] if ways < len(bare) else ():
        found = "no migration note, neither in this entry nor under a heading Migration"
        yield Problem("migration-missing", number, found)


def _items(log: Changelog, section: Section) -> list[tuple[int, str]]:
    """The entries of the section's lists: the number of the first line, and the text."""
    found: list[tuple[int, str]] = []
    for line in log.inside(section):
        if ITEM.match(line.said) or level(line):
            found.append((line.number, line.said))
        elif found:
            number, text = found[-1]
            found[-1] = number, f"{text}\n{line.text if line.kind == 'code' else line.said}"
    return [item for item in found if ITEM.match(item[1])]


def _ways(log: Changelog, section: Section) -> int:
    """How many notes stand under headings about migration: list entries, else paragraphs."""
    under: list[Line] = []
    about = False
    for line in log.inside(section):
        if level(line):
            about = bool(MIGRATION.search(line.said))
        elif about:
            under.append(line)
    items = sum(1 for line in under if ITEM.match(line.said))
    paragraphs = sum(1 for blank, _ in groupby(under, lambda line: line.blank) if not blank)
    return items or paragraphs
