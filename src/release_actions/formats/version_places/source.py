"""A file's text, and how its characters count in bytes, lines and columns."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Any

from release_actions.formats.version_places.asked import Asked
from release_actions.formats.version_places.place import Package, Place, Role, Unreadable

BOM = b"\xef\xbb\xbf"


class Source:
    """One file; every `start`, `end` and `at` counts characters of `text`, which has no BOM."""

    def __init__(self, path: str, content: bytes, encoding: str = "utf-8") -> None:
        self.path = path
        self.encoding = encoding
        self._bom = len(BOM) if content.startswith(BOM) else 0
        try:
            self.text = content[self._bom :].decode(encoding)
        except UnicodeDecodeError as error:
            before = content[self._bom :][: error.start].decode(encoding)
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            raise Unreadable("it is not UTF-8", line, column) from error

    @cached_property
    def _lines(self) -> list[tuple[int, int]]:
        """Where each line begins, in characters and in bytes."""
        lines = self.text.split("\n")
        characters = accumulate((len(line) + 1 for line in lines), initial=0)
        if self.text.isascii():
            return [(start, start + self._bom) for start in characters]
        sizes = (len(line.encode(self.encoding)) + 1 for line in lines)
        return list(zip(characters, accumulate(sizes, initial=self._bom), strict=True))

    def where(self, at: int) -> tuple[int, int, int]:
        """Line, column (both from 1) and offset in bytes."""
        line = bisect_right(self._lines, at, key=lambda starts: starts[0])
        start, size = self._lines[line - 1]
        return line, at - start + 1, size + len(self.text[start:at].encode(self.encoding))

    def unreadable(self, why: str, at: int) -> Unreadable:
        """The error to raise for what stands there."""
        line, column, _ = self.where(at)
        return Unreadable(why, line, column)

    def place(
        self, start: int, end: int, package: Package, key: str, role: Role, **more: Any
    ) -> Place:
        """The place of this token."""
        line, column, first = self.where(start)
        text = self.text[start:end]
        if self.encoding != "utf-8" and not text.isascii():
            raise Unreadable(f"`{key}` is no version", line, column)
        last = first + len(text.encode(self.encoding))
        return Place(self.path, first, last, line, column, text, role, package, key, **more)

    def requirement(self, at: int, asked: Asked, package: Package, key: str, **more: Any) -> Place:
        """The place of the version in the requirement that begins at `at`."""
        more |= {"operator": asked.operator, "partial": asked.partial}
        start, end = at + asked.start, at + asked.end
        return self.place(start, end, package, key, Role.REQUIREMENT, **more)
