"""The sections of a changelog, in the two layouts that we know.

Keep a Changelog 1.1 says `## [1.2.3] - 2026-05-13` (with or without brackets), and collects what
is next under `## [Unreleased]`. Wasmtime's RELEASES.md says `## 1.2.3`, and under it a line
`Unreleased.` or `Released 2026-05-13.`; a rule of dashes ends a section, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date as Calendar
from itertools import pairwise
from typing import Literal, Self

from release_actions.formats.changelog.lines import Line, cut, is_rule, level
from release_actions.formats.versions import Version

Layout = Literal["keep-a-changelog", "wasmtime"]

TITLE = re.compile(
    r"##[ \t]+(?:\[(?P<bracketed>[^\]]+)\](?:\([^)]*\)|\[[^\]]*\])?|(?P<bare>[^\s\[]\S*))"
    r"(?P<rest>.*?)[ \t]*"
)
DATED = re.compile(r"[ \t]+(?:[-–—][ \t]*)?(?:\((?P<in>[^()]*)\)|(?P<date>\d[\d-]*))")
STATUS = re.compile(r"Unreleased\b|Released?[ \t]+(?P<date>\d[\d-]*)")
REFERENCE = re.compile(r" {0,3}\[(?P<label>[^\]]+)\]:[ \t]*(?P<target>\S+)")
PLACEHOLDER = "no unreleased changes"  # O7: `_No unreleased changes._`


class IsoDay(str):
    """A day as YYYY-MM-DD, and one that the calendar has."""

    def __new__(cls, raw: str) -> Self:
        try:
            if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", raw):
                raise ValueError
            Calendar.fromisoformat(raw)
        except ValueError:
            raise ValueError("a day as YYYY-MM-DD that the calendar has") from None
        return super().__new__(cls, raw)


@dataclass(frozen=True)
class Problem:
    """What is wrong with a changelog: a rule, the line (0: the file), and what was found."""

    rule: str
    line: int
    found: str


@dataclass(frozen=True)
class Section:
    """A heading of the second level and what is under it, as indices into the file's lines."""

    start: int  # the heading
    end: int  # the first line that is no more of it
    label: str  # what the heading names: `Unreleased`, `1.2.3`, or anything else
    bracketed: bool
    rest: str  # what the heading says after that
    status: int | None  # the line under it that says Unreleased or Released

    @property
    def unreleased(self) -> bool:
        """Whether it collects what is not released yet."""
        return self.label.casefold() == "unreleased"

    @property
    def version(self) -> Version | None:
        return Version.of(self.label.removeprefix("v"))


@dataclass(frozen=True)
class Changelog:
    """A file, its layout and its sections in their order."""

    lines: tuple[Line, ...]
    layout: Layout
    sections: tuple[Section, ...]

    def of(self, version: Version) -> tuple[Section, ...]:
        """The sections of this version: one, if all is well."""
        return tuple(section for section in self.sections if section.version == version)

    def only(self, version: Version) -> Section | Problem:
        """The one section of this version."""
        found = self.of(version)
        if not found:
            return Problem("no-section", 0, f"there is no section for {version}")
        if len(found) > 1:
            numbers = " and ".join(str(self.number(section)) for section in found)
            return Problem(
                "section-twice", self.number(found[1]), f"{version} has sections at lines {numbers}"
            )
        return found[0]

    @property
    def unreleased(self) -> tuple[Section, ...]:
        """The sections that collect what is not released yet."""
        return tuple(section for section in self.sections if section.unreleased)

    def number(self, section: Section) -> int:
        """The number of the section's heading line."""
        return self.lines[section.start].number

    def heading(self, section: Section) -> str:
        """The heading's line, as text that can be told anywhere."""
        return tellable(self.lines[section.start].said.strip())

    def inside(self, section: Section) -> tuple[Line, ...]:
        """What is under the heading."""
        return self.lines[section.start + 1 : section.end]

    def date(self, section: Section) -> str | None:
        """The date that the section states, right or wrong; None where it states none."""
        if self.layout == "wasmtime":
            match = section.status and STATUS.match(self.lines[section.status].said)
            return match["date"] if match else None
        return _heading_date(section.rest)

    def entries(self, section: Section) -> tuple[Line, ...]:
        """The lines that say something: no headings, rules, comments, references, placeholder."""
        return tuple(
            self.lines[index]
            for index in range(section.start + 1, section.end)
            if index != section.status and self._says(index)
        )

    def _says(self, index: int) -> bool:
        line = self.lines[index]
        if line.blank or line.kind == "comment" or level(line) or is_rule(self.lines, index):
            return False
        if line.kind == "text" and REFERENCE.match(line.text):
            return False
        return line.text.strip().strip("_*.").casefold() != PLACEHOLDER


def tellable(text: str) -> str:
    """Without the bytes that are no UTF-8, which a file keeps and a report cannot."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _heading_date(rest: str) -> str | None:
    match = DATED.match(rest)
    found = match and (match["in"] or match["date"])
    return found if found and found[0].isdigit() else None


def read(content: bytes, layout: Layout | None = None) -> Changelog | Problem:
    """The changelog; a Problem where its layout was not given and cannot be told."""
    lines = cut(content)
    plain = tuple(_sections(lines, rules=False))
    if not plain:
        return Problem("no-sections", 0, "it has no heading of the second level (`## …`)")
    found = {layout} if layout else set(_signs(plain))
    if len(found) != 1:
        seen = "those of both layouts" if found else "none of either layout"
        return Problem("layout-unclear", 0, f"its headings have the marks of {seen}")
    (known,) = found
    ruled = tuple(_sections(lines, rules=True)) if known == "wasmtime" else plain
    return Changelog(lines, known, ruled)


def _signs(sections: tuple[Section, ...]) -> Iterator[Layout]:
    for section in sections:
        if section.unreleased or (section.version and _heading_date(section.rest)):
            yield "keep-a-changelog"
        if section.version and section.status is not None:
            yield "wasmtime"


def _sections(lines: tuple[Line, ...], *, rules: bool) -> Iterator[Section]:
    starts = [index for index, line in enumerate(lines) if level(line) in (1, 2)]
    for start, end in pairwise([*starts, len(lines)]):
        title = TITLE.fullmatch(lines[start].said) if level(lines[start]) == 2 else None
        if title is None:
            continue
        if rules:
            end = next((i for i in range(start + 1, end) if is_rule(lines, i)), end)
        first = next((i for i in range(start + 1, end) if not lines[i].blank), None)
        status = first if first is not None and STATUS.match(lines[first].said) else None
        label, bracketed = title["bracketed"] or title["bare"], bool(title["bracketed"])
        yield Section(start, end, label.strip(), bracketed, title["rest"], status)
