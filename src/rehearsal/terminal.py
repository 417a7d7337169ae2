"""A terminal, or what stands for one: colours where they are seen, one line that changes."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import unicodedata
from collections.abc import Sequence
from typing import Literal, TextIO

Style = Literal["bold", "dim", "red", "green", "yellow", "cyan"]

_CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33, "cyan": 36}
_ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
#: What commands a terminal, ends a line in it, or turns its direction.
_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_NARROWEST = 10


class Terminal:
    """Where lines go; colour and change are for a terminal alone, never for a log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._live = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._colour = self._live and "NO_COLOR" not in os.environ
        self._shown = False
        self.width = min(shutil.get_terminal_size((100, 24)).columns, 120)

    def paint(self, text: str, *styles: Style) -> str:
        """The text in a style, if there are colours here."""
        if not (self._colour and text and styles):
            return text
        codes = ";".join(str(_CODES[style]) for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def line(self, text: str = "") -> None:
        """A line that stays."""
        self._clear()
        print(text, file=self._stream, flush=True)

    def status(self, text: str) -> None:
        """A line that the next one replaces; a log does not get it."""
        if self._live:
            self._clear()
            self._stream.write(clip(text, self.width - 1))
            self._stream.flush()
            self._shown = True

    def _clear(self) -> None:
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._shown = False

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]], indent: int = 2) -> None:
        """Columns that fit: the widest give way, and long cells take several lines."""
        widths = _widths([head, *rows], self.width - indent)
        self._row(head, widths, indent, "bold")
        self.line(" " * indent + self.paint("  ".join("─" * width for width in widths), "dim"))
        for row in rows:
            self._row(row, widths, indent)

    def _row(
        self, cells: Sequence[str], widths: Sequence[int], indent: int, *styles: Style
    ) -> None:
        wrapped = [_wrap(cell, width) for cell, width in zip(cells, widths, strict=True)]
        for number in range(max(len(lines) for lines in wrapped)):
            parts = [
                _pad(self.paint(lines[number], *styles) if number < len(lines) else "", width)
                for lines, width in zip(wrapped, widths, strict=True)
            ]
            self.line(" " * indent + "  ".join(parts).rstrip())


def plain(text: str) -> str:
    """Foreign text, unable to steer the terminal."""
    return _CONTROL.sub(" ", text)


def clip(text: str, width: int) -> str:
    """The beginning of a text, as much as fits."""
    return text if measure(text) <= width else _ESCAPE.sub("", text)[: width - 1] + "…"


def measure(text: str) -> int:
    """How many columns a text takes."""
    return sum(
        0
        if unicodedata.combining(character) or character == "\ufe0f"
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in _ESCAPE.sub("", text)
    )


def _pad(text: str, width: int) -> str:
    return text + " " * (width - measure(text))


def _wrap(text: str, width: int) -> list[str]:
    """The lines of a cell, each at most as wide as its column."""
    lines: list[str] = []
    for line in text.split("\n"):
        fits = measure(line) <= width
        lines += [line] if fits else textwrap.wrap(_ESCAPE.sub("", line), width)
    return lines


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    widths = [
        max(measure(line) for cell in column for line in cell.split("\n"))
        for column in zip(*rows, strict=True)
    ]
    while sum(widths) + 2 * (len(widths) - 1) > room and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths
