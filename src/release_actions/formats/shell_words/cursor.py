"""A place in a script that is being read, and how it moves on."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, TypeVar

from release_actions.formats.shell_words.nodes import Node, ShellError

BLANK = re.compile(r"(?:[ \t\r]+|\\\r?\n)+")
T = TypeVar("T")


@dataclass
class Cursor(ABC):
    text: str
    at: int = 0
    depth: int = 0

    @property
    def here(self) -> str:
        """The character that is next; empty at the end."""
        return self.text[self.at : self.at + 1]

    def is_over(self) -> bool:
        return self.at >= len(self.text)

    def past(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What matches here, and is passed."""
        if found := pattern.match(self.text, self.at):
            self.at = found.end()
        return found

    def blank(self) -> None:
        self.past(BLANK)

    def upto(self, end: str, start: int, what: str) -> int:
        """Where the next of these texts begins, behind `start`.

        :raises ShellError: where there is none.
        """
        found = self.text.find(end, start)
        if found < 0:
            raise ShellError(f"{what} does not end", self.at)
        return found

    def within(self, text: str, offset: int, read: Callable[[Self], T]) -> T:
        """A text of its own in this one, read by itself; its faults are told by their place."""
        try:
            return read(type(self)(text, depth=self.depth))
        except ShellError as error:
            raise ShellError(str(error), error.offset + offset) from None

    @abstractmethod
    def commands(self, closers: frozenset[str]) -> list[Node]:
        """Commands up to one of the closing words, which is passed."""

    @abstractmethod
    def all(self) -> tuple[Node, ...]:
        """All commands of the text."""
