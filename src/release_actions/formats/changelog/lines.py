"""A Markdown file cut into lines that give the very same bytes when they are put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

FENCE = re.compile(r" {0,3}(?P<mark>`{3,}(?=[^`]*$)|~{3,})")
RULE = re.compile(r"-{3,}[ \t]*")


@dataclass(frozen=True)
class Line:
    """One line. What stands in code or in a comment says nothing about the file's shape."""

    number: int  # from 1
    text: str  # without its end
    end: str  # "\n", "\r\n", or "" for a last line without one
    kind: Literal["text", "code", "comment"] = "text"

    @property
    def said(self) -> str:
        """The text if it is plain text, else nothing; without a byte order mark."""
        return self.text.removeprefix("\ufeff") if self.kind == "text" else ""

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def cut(content: bytes) -> tuple[Line, ...]:
    """The lines of a file; bytes that are no UTF-8 are kept as they are."""
    raw = content.decode("utf-8", "surrogateescape").split("\n")
    ended = [f"{line}\n" for line in raw[:-1]] + ([raw[-1]] if raw[-1] else [])
    return tuple(_kinds(_line(number, text) for number, text in enumerate(ended, 1)))


def _line(number: int, text: str) -> Line:
    end = "\r\n" if text.endswith("\r\n") else "\n" if text.endswith("\n") else ""
    return Line(number, text.removesuffix(end), end)


def _kinds(lines: Iterable[Line]) -> Iterator[Line]:
    """Fenced code and HTML comments, as CommonMark 0.31 (4.5, 4.6) bounds them."""
    fence, comment = "", False
    for line in lines:
        if fence:
            yield Line(line.number, line.text, line.end, "code")
            closing = line.text.strip()
            if closing and set(closing) == {fence[0]} and len(closing) >= len(fence):
                fence = ""
        elif comment or re.match(r"\ufeff? {0,3}<!--", line.text):
            yield Line(line.number, line.text, line.end, "comment")
            comment = "-->" not in line.text
        elif opening := FENCE.match(line.text):
            fence = opening["mark"]
            yield Line(line.number, line.text, line.end, "code")
        else:
            yield line


def joined(lines: Iterable[Line]) -> bytes:
    """The bytes that these lines were cut from."""
    text = "".join(line.text + line.end for line in lines)
    return text.encode("utf-8", "surrogateescape")


def line_end(lines: Iterable[Line]) -> str:
    """How this file ends its lines: as its first line does."""
    return next((line.end for line in lines if line.end), "\n")


def is_rule(lines: tuple[Line, ...], index: int) -> bool:
    """Whether this line is a rule of dashes; right under text they would make a heading."""
    rule = RULE.fullmatch(lines[index].said)
    return bool(rule) and (index == 0 or lines[index - 1].blank)


def level(line: Line) -> int:
    """How deep a heading this is; 0 for none. Only one without an indent counts."""
    match = re.match(r"(#{1,6})([ \t]|$)", line.said)
    return len(match[1]) if match else 0
