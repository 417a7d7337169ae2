"""The marker: a line of its own in a commit's message that asks for a tag. Pure text.

1. A line is what ends in a line feed; a carriage return, spaces and tabs at its end do not count.
2. The line is the marker and nothing else, at its very beginning or behind the `* ` with which
   GitHub lists the commits of a squash merge. A quoted (`> `), indented or mentioned one is none.
3. Nor is one inside a code fence or an HTML comment, nor one in a message that takes another back:
   a revert repeats what it reverts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from release_actions.values import fold

LISTED = "* "  # how GitHub begins each commit in the message of a squash merge
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
TAKES_BACK = re.compile(
    r"(?:\* )?(?:Revert|Reapply) \"|(?:\* )?revert(?:\([^)]*\))?!?: "
    r"|This (?:reverts|reapplies) commit |Reverts (?:[\w.-]+/[\w.-]+)?#[0-9]+",
    re.IGNORECASE,
)
REVERTED = re.compile(r"This reverts (?:commit )?([0-9a-f]{7,64})\b", re.IGNORECASE)
TITLE = re.compile(r"(?:\* )?Revert \"(.*)\"(?: \(#[0-9]+\))?", re.IGNORECASE)


class Marker(str):
    """The text of the line."""

    def __new__(cls, raw: str) -> Self:
        if fold(raw) != raw or not raw or raw.startswith((">", "#", LISTED)):
            raise ValueError(
                "one line of text, such as [automatically-tag-and-release-this-commit], that does"
                " not begin with `>`, `#` or `* `"
            )
        return super().__new__(cls, raw)


DEFAULT = Marker("[automatically-tag-and-release-this-commit]")


def is_marked(message: str, marker: Marker) -> bool:
    """Whether a commit with this message asks for a tag."""
    first, *more = _sections(_shown(_lines(message)))
    if _takes_back(first):
        return False
    wanted = (str(marker), LISTED + marker)
    return any(line in wanted for part in (first, *more) if not _takes_back(part) for line in part)


def _lines(message: str) -> list[str]:
    # Not splitlines(): it would end a line at characters that only look like nothing.
    return [line.rstrip(" \t\r") for line in message.strip("\r\n").split("\n")]


def _sections(lines: Iterable[str]) -> list[list[str]]:
    """The lines cut before each `* `: the commits that a squash merge lists."""
    sections: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(LISTED) and sections != [[]]:
            sections.append([])
        sections[-1].append(line)
    return sections


def _takes_back(section: list[str]) -> bool:
    return any(TAKES_BACK.match(line) for line in section)


def _shown(lines: Iterable[str]) -> Iterator[str]:
    """The lines outside of code fences and HTML comments; what is not closed goes on to the end."""
    fence, comment = "", False
    for line in lines:
        opening = FENCE.match(line)
        if fence:
            closes = opening and opening[1].startswith(fence) and not line.strip(" `~")
            fence = "" if closes else fence
        elif comment:
            comment = "-->" not in line
        elif opening:
            fence = opening[1]
        elif "<!--" in line:
            comment = "-->" not in line.rpartition("<!--")[2]
        else:
            yield line


@dataclass(frozen=True)
class Reverted:
    """What a message takes back: commits by their ids (or how they begin), and by subject."""

    ids: tuple[str, ...]
    subjects: tuple[str, ...]

    def names(self, id: str, subject: str) -> bool:
        """Whether this earlier commit is among them."""
        return _bare(subject) in self.subjects or any(id.startswith(told) for told in self.ids)


def reverted(message: str) -> Reverted:
    """The earlier commits that this one takes back, by its own words."""
    lines = list(_shown(_lines(message)))
    ids = (REVERTED.match(line) for line in lines)
    titles = (TITLE.fullmatch(line) for line in lines)
    return Reverted(
        tuple(told[1].lower() for told in ids if told),
        tuple(_bare(told[1]) for told in titles if told),
    )


def _bare(subject: str) -> str:
    """A subject without the pull request's number that GitHub puts behind it."""
    return re.sub(r" \(#[0-9]+\)$", "", subject.strip())
