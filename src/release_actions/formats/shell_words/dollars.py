"""What a dollar or a backquote begins: variables, substitutions, GitHub's expressions."""

from __future__ import annotations

import re

from release_actions.formats.shell_words.cursor import Cursor
from release_actions.formats.shell_words.nodes import Node, Piece, ShellError, Simple, moved, said
from release_actions.formats.shell_words.spelling import EXPRESSION, ansi, put_in

CLOSED = frozenset({")"})
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_BACKQUOTED = re.compile(r"((?:[^`\\]|\\.)*)`", re.DOTALL)
_ANSI_QUOTED = re.compile(r"((?:[^'\\]|\\.)*)'", re.DOTALL)
_KEPT_DEFAULT = re.compile(r"([A-Za-z_]\w*):?=[^$`\"'\\]*", re.ASCII)


class Dollars(Cursor):
    def dollar(self, *, double: bool) -> Piece:
        """`$name`, `${…}`, `$(…)`, a backquote, `$'…'`, or GitHub's `${{ … }}`."""
        start = self.at
        if self.here == "`":
            return self.backquoted()
        if found := self.past(EXPRESSION):
            return put_in(found, start)
        follows = self.text[start + 1 : start + 2]
        if follows == "(":
            return self.substitution()
        if follows == "{":
            return self.parameter()
        if follows in ("'", '"') and not double:
            return self.quoted(follows)
        return self.variable()

    def backquoted(self) -> Piece:
        start = self.at
        self.at += 1
        found = self.past(_BACKQUOTED)
        if found is None:
            raise ShellError("` does not end", start)
        nodes = self.within(found[1], start + 1, lambda inner: inner.all())
        return Piece(start, None, "", moved(nodes, start + 1))

    def quoted(self, quote: str) -> Piece:
        """`$'…'`; of `$"…"` only the dollar is passed, since it changes nothing."""
        start = self.at
        self.at += 1
        if quote == '"':
            return Piece(start, "")
        self.at += 1
        found = self.past(_ANSI_QUOTED)
        if found is None:
            raise ShellError("$' does not end", start)
        return Piece(start + 2, ansi(found[1]))

    def variable(self) -> Piece:
        start = self.at
        self.at += 1
        if found := self.past(_NAME):
            return Piece(start, None, found[0])
        if self.here and self.here in "0123456789@*#?$!-":
            self.at += 1
            return Piece(start)
        return Piece(start, "$")

    def substitution(self) -> Piece:
        start = self.at
        if self.text.startswith("$((", start) and (end := self.text.find("))", start)) >= 0:
            self.at = end + 2
            return Piece(start)
        self.at += 2
        nodes = self.commands(CLOSED)
        if self.text[self.at - 1 : self.at] != ")":
            raise ShellError("$( does not end", start)
        return Piece(start, None, "", tuple(nodes))

    def parameter(self) -> Piece:
        """`${NAME}`, and what stands behind a name: its substitutions are commands too."""
        start = self.at
        self.at += 2
        nodes = self.inside_braces(start)
        inside = self.text[start + 2 : self.at - 1]
        if given := _KEPT_DEFAULT.fullmatch(inside):  # ${NAME:=value} sets it
            return Piece(start, None, "", (Simple((said(start + 2, f"{given[1]}="),)),))
        return Piece(start, None, inside if _NAME.fullmatch(inside) else "", tuple(nodes))

    def inside_braces(self, start: int) -> list[Node]:
        nodes: list[Node] = []
        level = 1
        while level:
            here = self.here
            if not here:
                raise ShellError("${ does not end", start)
            if here == "$" and self.text[self.at + 1 : self.at + 2] in ("{", "("):
                nodes += self.dollar(double=True).commands
                continue
            self.at += 1 if here == "\\" else self.quoted_brace()
            level += (here == "{") - (here == "}")
            self.at += 1
        return nodes

    def quoted_brace(self) -> int:
        """How far it is to the end of a quote that has a brace in it."""
        end = self.text.find("'", self.at + 1) if self.here == "'" else -1
        return end - self.at if "}" in self.text[self.at : max(end, self.at)] else 0
