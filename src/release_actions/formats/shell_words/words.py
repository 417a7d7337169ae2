"""One word, or the text of a document: quotes, escapes, arrays and what a dollar begins."""

from __future__ import annotations

import re

from release_actions.formats.shell_words.dollars import CLOSED, Dollars
from release_actions.formats.shell_words.nodes import (
    Piece,
    ShellError,
    Simple,
    Word,
    moved_word,
    said,
    words_of,
)
from release_actions.formats.shell_words.spelling import literally

_PLAIN = re.compile(r"[^ \t\r\n'\"\\$`|&;<>()]+")
_IN_DOUBLE = re.compile(r'[^"\\$`]+|"')


class Words(Dollars):
    def word(self) -> Word:
        """The word that begins here; without pieces where none does."""
        start = self.at
        pieces: list[Piece] = []
        while not self.is_over() and self.part(pieces):
            pass
        return Word(start, tuple(pieces))

    def part(self, pieces: list[Piece]) -> bool:
        """One part of a word; False where the word is over."""
        here = self.here
        if here in " \t\r\n|&;)":
            return False
        if here in "<>":
            return self.process(pieces)
        if here == "(":
            return self.bracket(pieces)
        if here in "'\"\\":
            pieces += {"'": self.single, '"': self.double, "\\": self.escaped}[here]()
        elif here in "$`":
            pieces.append(self.dollar(double=False))
        else:
            found = self.past(_PLAIN)
            assert found is not None  # every other character was asked for above
            pieces.append(Piece(found.start(), found[0]))
        return True

    def process(self, pieces: list[Piece]) -> bool:
        """`<(…)`; any other < or > ends the word."""
        start = self.at
        if not self.text.startswith("(", start + 1):
            return False
        self.at += 2
        pieces.append(Piece(start, None, "", tuple(self.commands(CLOSED))))
        return True

    def bracket(self, pieces: list[Piece]) -> bool:
        """The values of an array, or an extended pattern; any other ( ends the word."""
        last = (pieces[-1].text or "")[-1:] if pieces else ""
        if last == "=":
            pieces.append(self.array())
            return True
        if last and last in "@?*+!":
            self.at = self.upto(")", self.at, "(") + 1
            return True
        return False

    def array(self) -> Piece:
        """Its values are no command, but may become the arguments of one."""
        start = self.at
        self.at += 1
        values = [word for node in self.commands(CLOSED) for word in words_of(node)]
        return Piece(start, "", "", (Simple((said(start, "array"), *values)),))

    def single(self) -> list[Piece]:
        start = self.at + 1
        end = self.upto("'", start, "'")
        self.at = end + 1
        return [*literally(self.text[start:end], start).pieces]

    def double(self) -> list[Piece]:
        begin = self.at
        self.at += 1
        pieces = self.in_double('"')
        if self.is_over():
            raise ShellError('" does not end', begin)
        self.at += 1
        return pieces or [Piece(begin + 1, "")]

    def escaped(self) -> list[Piece]:
        """The character behind a backslash; none where a line is continued."""
        start = self.at + 1
        follows = self.text[start : start + 1]
        if follows in ("", "\r", "\n"):
            self.at = start + (2 if self.text.startswith("\r\n", start) else len(follows))
            return []
        self.at = start + 1
        return [Piece(start, follows)]

    def in_double(self, end: str) -> list[Piece]:
        """Up to the closing quote, which is not passed; or to the end, for a document."""
        pieces: list[Piece] = []
        while not self.is_over() and self.here != end:
            if self.here == "\\":
                pieces += self.escaped_in_double()
            elif self.here in "$`":
                pieces.append(self.dollar(double=True))
            else:
                found = self.past(_IN_DOUBLE)
                assert found is not None  # every other character was asked for above
                pieces.append(Piece(found.start(), found[0]))
        return pieces

    def escaped_in_double(self) -> list[Piece]:
        """A backslash is kept before all but a few characters."""
        start = self.at
        follows = self.text[start + 1 : start + 2]
        self.at += 1 + len(follows)
        if follows == "\n":
            return []
        if follows and follows in '"\\$`':
            return [Piece(start + 1, follows)]
        return [Piece(start, f"\\{follows}")]

    def expanded(self, text: str, offset: int) -> Word:
        """A document's text: its variables and substitutions are pieces."""
        pieces = self.within(text, offset, lambda inner: inner.in_double(""))
        return moved_word(Word(0, tuple(pieces)), offset)
