"""Commands, and how reserved words, brackets and separators put them together."""

from __future__ import annotations

import re
from collections.abc import Callable

from release_actions.formats.shell_words.documents import Documents
from release_actions.formats.shell_words.dollars import CLOSED
from release_actions.formats.shell_words.nodes import (
    Group,
    Node,
    Pipe,
    Redirect,
    ShellError,
    Simple,
    Word,
    said,
    words_of,
)

DEEPEST = 60  # substitutions and groups within each other
_RESERVED = re.compile(
    r"(if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc|[{}!])"
    r"(?=[\s;&|()<>]|$)"
)
_FUNCTION = re.compile(r"[\w.:-]+[ \t]*\([ \t]*\)", re.ASCII)
_BRACKETS = re.compile(r"[ \t]*\([ \t]*\)")
_SPACE = re.compile(r"(?:[ \t\r]|\\\r?\n|#[^\n]*)*")
_LINES = re.compile(r"(?:[ \t\r\n]|\\\r?\n|#[^\n]*)*")
_PIPED = re.compile(r"(?:[ \t\r]|\\\r?\n)*\|&?(?!\|)")
_NEXT_CASE = re.compile(r"(?:[ \t\r\n]|;[;&]+|#[^\n]*|\\\r?\n)*")
_CASE_ENDS = re.compile(r"[ \t\r\n]*;[;&]")
_IN = re.compile(r"in\b")
_ESAC = re.compile(r"esac(?=[\s;&|()<>]|$)")
_COMMENT = re.compile(r"#[^\n]*")
_ARITHMETIC = re.compile(r"([A-Za-z_]\w*)\s*=(?!=)", re.ASCII)
_DONE, _CASE = frozenset({"done"}), frozenset({";;", "esac"})
_GROUPS = {"if": frozenset({"fi"}), "{": frozenset({"}"}), "while": _DONE, "until": _DONE}


def commands(text: str) -> tuple[Node, ...]:
    """All commands of a script, in order.

    :raises ShellError: where a quote or a bracket does not end.
    """
    return Script(text).all()


class Script(Documents):
    def all(self) -> tuple[Node, ...]:
        nodes = self.commands(frozenset())
        while not self.is_over():  # a closing word that nothing opened
            self.at += 1
            nodes += self.commands(frozenset())
        return tuple(nodes)

    def commands(self, closers: frozenset[str]) -> list[Node]:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ShellError(f"more than {DEEPEST} levels deep", self.at)
        nodes: list[Node] = []
        before = -1
        while self.at != before:
            self.between(closers)
            if self.is_over() or self.closed(closers):
                break
            before = self.at
            nodes.append(self.pipe(closers))
        self.depth -= 1
        return nodes

    def between(self, closers: frozenset[str]) -> None:
        """Past spaces, comments, ends of lines and separators; a case's ;; is not passed."""
        before = -1
        while self.at != before and not self.is_over():
            before = self.at
            if ";;" in closers and (found := _CASE_ENDS.match(self.text, self.at)):
                self.at = self.text.index(";", found.start())
                return
            self.past(_SPACE)
            if self.here == "\n":
                self.newline()
            elif self.is_separated(closers):
                self.at += 1

    def is_separated(self, closers: frozenset[str]) -> bool:
        here, both = self.here, self.text[self.at : self.at + 2]
        if both in (";;", ";&") and ";;" in closers:
            return False
        return here in (";", "&", "|") and both != "&>"

    def closed(self, closers: frozenset[str]) -> bool:
        """Whether a closing word is here; it is passed, but for what a case goes on by."""
        here = self.here
        if here == ")":
            self.at += ")" in closers
            return True
        if ";;" in closers and here == ";":
            return True
        word = _RESERVED.match(self.text, self.at)
        if word is None or word[1] not in closers:
            return False
        if ";;" not in closers:
            self.at = word.end()
        return True

    def pipe(self, closers: frozenset[str]) -> Node:
        nodes = [self.command(closers)]
        while self.past(_PIPED):
            if not self.waiting:
                self.past(_LINES)
            nodes.append(self.command(closers))
        return nodes[0] if len(nodes) == 1 else Pipe(tuple(nodes))

    def command(self, closers: frozenset[str]) -> Node:
        if self.text.startswith("((", self.at):
            return self.arithmetic()
        if self.here == "(":
            self.at += 1
            return self.group(CLOSED)
        if word := self.past(_RESERVED):
            return self.compound(word[1], word.start(), closers)
        if self.past(_FUNCTION):
            return self.behind(closers)
        return self.simple()

    def compound(self, name: str, start: int, closers: frozenset[str]) -> Node:
        """What a reserved word begins."""
        if name in _GROUPS:
            return self.group(_GROUPS[name])
        if name in ("for", "select"):
            return self.loop(name, start)
        if name == "case":
            return self.case()
        if name == "function":
            self.blank()
            self.word()
            self.past(_BRACKETS)
        return self.behind(closers)

    def behind(self, closers: frozenset[str]) -> Node:
        """The command behind then, else, do, !, time and a function's name."""
        self.between(closers)
        return Group(()) if self.is_over() or self.here == ")" else self.command(closers)

    def arithmetic(self) -> Node:
        start = self.at
        self.at = self.upto("))", start, "((") + 2
        words = [
            said(start + 2 + found.start(), f"{found[1]}=")
            for found in _ARITHMETIC.finditer(self.text[start + 2 : self.at - 2])
        ]
        return Simple((said(start, "let"), *words), self.redirects())

    def group(self, closers: frozenset[str]) -> Group:
        return Group(tuple(self.commands(closers)), self.redirects())

    def loop(self, name: str, start: int) -> Node:
        head = Simple((said(start, name), *self.simple().words))
        return Group((head, *self.commands(_DONE)), self.redirects())

    def case(self) -> Node:
        self.blank()
        self.word()
        self.between(frozenset())
        self.past(_IN)
        nodes: list[Node] = []
        while self.past(_NEXT_CASE) and not self.is_over() and not self.past(_ESAC):
            self.pattern()
            nodes += self.commands(_CASE)
        return Group(tuple(nodes), self.redirects())

    def pattern(self) -> None:
        """Past `(a|b)` of a case."""
        self.at += self.here == "("
        while not self.is_over() and self.here != ")":
            if self.here in " \t\r\n|" or not self.word().pieces:
                self.at += 1
        self.at += 1

    def simple(self) -> Simple:
        words: list[Word] = []
        redirects: list[Redirect] = []
        parts: tuple[Callable[[], bool], ...] = (
            lambda: self.redirect(redirects),
            lambda: self.worded(words),
        )
        self.blank()
        while any(part() for part in parts):
            self.blank()
        return Simple(tuple(words), tuple(redirects))

    def worded(self, words: list[Word]) -> bool:
        """One more word, if there is one; of a bracket within [[ ]] its words."""
        if self.here in ("", "\n", ";", "&", "|", ")"):
            return False
        if self.past(_COMMENT):
            return False
        word = self.word()
        if word.pieces:
            words.append(word)
            return True
        if self.here == "(":
            self.at += 1
            words += [inner for node in self.commands(CLOSED) for inner in words_of(node)]
            return True
        return False
