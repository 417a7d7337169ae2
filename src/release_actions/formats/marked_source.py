"""A YAML text, and where in it a node, or a character of its value, stands. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import Node

_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


@dataclass(frozen=True)
class Source:
    """A text. Lines and columns are from 1."""

    text: str

    @cached_property
    def lines(self) -> list[str]:
        return _ENDS.split(self.text)

    def line(self, number: int) -> str:
        """A line itself, without what indents it."""
        return self.lines[number - 1].strip()

    def at(self, offset: int) -> tuple[int, int]:
        """The place of a character."""
        before = self.text[:offset]
        ends = list(_ENDS.finditer(before))
        return len(ends) + 1, len(before) - (ends[-1].end() if ends else 0) + 1

    def within(self, node: Node, offset: int, needle: str = "") -> tuple[int, int]:
        """The place of a character of a scalar's value, or as near as its spelling tells."""
        if getattr(node, "style", None) == "|" and (place := self._in_block(node, offset)):
            return place
        span = self.text[node.start_mark.index : node.end_mark.index]
        found, wanted = -1, needle.rstrip("…")
        for _ in range(node.value.count(wanted, 0, offset) + 1 if wanted else 0):
            found = span.find(wanted, found + 1)
        if found >= 0:
            return self.at(node.start_mark.index + found)
        return node.start_mark.line + 1, node.start_mark.column + 1

    def _in_block(self, node: Node, offset: int) -> tuple[int, int] | None:
        """In a literal block each line of the value stands on a line of its own."""
        row = node.value.count("\n", 0, offset)
        number = node.start_mark.line + 1 + row
        line = self.lines[number].rstrip("\r") if number < len(self.lines) else ""
        written = node.value.split("\n")[row].rstrip("\r")
        if not line.endswith(written):
            return None
        column = offset - (node.value.rfind("\n", 0, offset) + 1)
        return number + 1, len(line) - len(written) + column + 1
