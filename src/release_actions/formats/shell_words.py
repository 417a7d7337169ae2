"""A shell script as commands, words and redirections: bash's grammar, as far as names need it.

Nothing is run. What only a run can know, such as `$(date)`, is an unknown piece of a word; what
GitHub puts in by `${{ }}` is one too. No I/O.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


class ShellError(ValueError):
    """A text that no shell would read to its end."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.offset = offset


@dataclass(frozen=True)
class Piece:
    """Part of a word: its text, or the variable that it is, or neither (only the run knows)."""

    offset: int
    text: str | None = None
    variable: str = ""
    commands: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Word:
    offset: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Redirect:
    """`>> file`, or a document that stands here: `<<EOF`, `<<< word`."""

    operator: str
    target: Word
    body: Word | None = None


@dataclass(frozen=True)
class Simple:
    """One command: its words, assignments before it among them."""

    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Group:
    """Commands between brackets or reserved words, and what is redirected for all of them."""

    nodes: tuple[Node, ...]
    redirects: tuple[Redirect, ...] = ()


@dataclass(frozen=True)
class Pipe:
    """Commands, each reading what the one before it prints."""

    nodes: tuple[Node, ...]


Node = Simple | Group | Pipe

_BLANK = re.compile(r"(?:[ \t\r]+|\\\r?\n)+")
_REDIRECT = re.compile(r"(?:\d{1,3}|\{\w+\}|&)?(<<<|<<-|<<|<>|<&|<|>>|>\||>&|>)(?!\()")
_RESERVED = re.compile(
    r"(if|then|elif|else|fi|for|select|while|until|do|done|case|esac|function|time|coproc|[{}!])"
    r"(?=[\s;&|()<>]|$)"
)
_FUNCTION = re.compile(r"[\w.:-]+[ \t]*\([ \t]*\)", re.ASCII)
_PLAIN = re.compile(r"[^\s'\"\\$`|&;<>()]+")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_IN_DOUBLE = re.compile(r'[^"\\$`]+')
_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = re.compile(r"\s*'((?:[^']|'')*)'\s*")
_ANSI = re.compile(
    r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|.)", re.DOTALL
)
_NAMED_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b"}
_NAMED_ANSI |= {"f": "\f", "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?"}
DEEPEST = 60  # substitutions and groups within each other


def ansi(text: str) -> str:
    """The text that the escapes of `$'…'`, of printf and of echo -e stand for."""

    def one(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "xuU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number < 0x110000 else "?"
        if code[0] in "01234567":
            return chr(int(code, 8) & 0xFF)
        return _NAMED_ANSI.get(code, f"\\{code}")

    return _ANSI.sub(one, text)


def constant(expression: str) -> str | None:
    """The text that a `${{ 'text' }}` is, or None where it is no such constant."""
    found = _LITERAL.fullmatch(expression)
    return found[1].replace("''", "'") if found else None


def commands(text: str) -> tuple[Node, ...]:
    """All commands of a script, in order.

    :raises ShellError: where a quote or a bracket does not end.
    """
    return _Reader(text).all()


def expand(text: str, offset: int = 0) -> Word:
    """A document's text as a word: its variables and substitutions are pieces."""
    reader = _Reader(text)
    pieces: tuple[Piece, ...] = tuple(reader.in_double(len(text) + 1))
    moved = (Piece(p.offset + offset, p.text, p.variable, p.commands) for p in pieces)
    return Word(offset, tuple(moved))


@dataclass
class _Reader:
    text: str
    at: int = 0
    depth: int = 0
    waiting: list[tuple[list[Redirect], int, str, bool, bool]] = field(default_factory=list)

    def all(self) -> tuple[Node, ...]:
        nodes = self.commands(frozenset())
        while self.at < len(self.text):  # a closing word that nothing opened
            self.at += 1
            nodes += self.commands(frozenset())
        return tuple(nodes)

    # Commands

    def commands(self, closers: frozenset[str]) -> list[Node]:
        """Commands up to one of the closing words, which is passed."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ShellError(f"more than {DEEPEST} levels deep", self.at)
        nodes: list[Node] = []
        while True:
            self.between(closers)
            if self.at >= len(self.text) or self.closed(closers):
                break
            before = self.at
            nodes.append(self.pipe(closers))
            if self.at == before:
                break
        self.depth -= 1
        return nodes

    def between(self, closers: frozenset[str]) -> None:
        while True:
            start = self.at
            if ";;" in closers and re.match(r"[ \t\r\n]*;[;&]", self.text[start : start + 80]):
                self.at = self.text.index(";", start)
                return
            found = re.compile(r"(?:[ \t\r]|\\\r?\n|#[^\n]*)*").match(self.text, self.at)
            assert found is not None  # it may be empty
            self.at = found.end()
            here = self.text[self.at : self.at + 1]
            if here == "\n":
                self.newline()
            elif here == ";" and ";;" in closers and self.text[self.at + 1 : self.at + 2] in ";&":
                return
            elif here in (";", "&", "|") and here and self.text[self.at : self.at + 2] != "&>":
                self.at += 1
            if self.at == start or self.at >= len(self.text):
                return

    def closed(self, closers: frozenset[str]) -> bool:
        here = self.text[self.at]
        if here == ")":
            if ")" in closers:
                self.at += 1
            return True
        if ";;" in closers and here == ";":
            return True
        word = _RESERVED.match(self.text, self.at)
        if word and word[1] in closers:
            if word[1] != "esac" or ";;" not in closers:
                self.at = word.end()
            return True
        return False

    def newline(self) -> None:
        """Past the end of a line, and the documents that begin behind it."""
        self.at += 1
        waiting, self.waiting = self.waiting, []
        for redirects, index, end, literal, tabs in waiting:
            body = self.document(end, literal, tabs)
            was = redirects[index]
            redirects[index] = Redirect(was.operator, was.target, body)

    def document(self, end: str, literal: bool, tabs: bool) -> Word:
        start = self.at
        while self.at < len(self.text):
            stop = self.text.find("\n", self.at)
            line = self.text[self.at : stop if stop >= 0 else len(self.text)].rstrip("\r")
            if (line.lstrip("\t") if tabs else line) == end:
                body = self.text[start : self.at]
                self.at = stop if stop >= 0 else len(self.text)
                break
            self.at = stop + 1 if stop >= 0 else len(self.text)
        else:
            body = self.text[start:]
        if self.at < len(self.text):
            self.at += 1 if self.text[self.at] == "\n" else 0
        return _literally(body, start) if literal else expand(body, start)

    def pipe(self, closers: frozenset[str]) -> Node:
        nodes = [self.command(closers)]
        while found := re.compile(r"(?:[ \t\r]|\\\r?\n)*\|&?(?!\|)").match(self.text, self.at):
            self.at = found.end()
            skipped = re.compile(r"(?:[ \t\r\n]|\\\r?\n|#[^\n]*)*").match(self.text, self.at)
            if skipped and not self.waiting:
                self.at = skipped.end()
            nodes.append(self.command(closers))
        return nodes[0] if len(nodes) == 1 else Pipe(tuple(nodes))

    def command(self, closers: frozenset[str]) -> Node:
        if self.text.startswith("((", self.at):
            return self.arithmetic()
        if self.text.startswith("(", self.at):
            self.at += 1
            return self.group(frozenset({")"}))
        word = _RESERVED.match(self.text, self.at)
        if word is None:
            if function := _FUNCTION.match(self.text, self.at):
                self.at = function.end()
                self.between(closers)
                return self.command(closers) if self.at < len(self.text) else Group(())
            return self.simple()
        self.at = word.end()
        name = word[1]
        if name in ("if", "while", "until", "{"):
            return self.group({"if": _FI, "{": _BRACE}.get(name, _DONE))
        if name in ("for", "select"):
            return self.loop(name, word.start())
        if name == "case":
            return self.case()
        if name == "function":
            self.blank()
            self.word()
            if found := re.compile(r"[ \t]*\([ \t]*\)").match(self.text, self.at):
                self.at = found.end()
        # then, else, do, !, time and a function's name: the command is behind it.
        self.between(closers)
        if self.at >= len(self.text) or self.text[self.at] == ")":
            return Group(())
        return self.command(closers)

    def arithmetic(self) -> Node:
        start = self.at
        end = self.text.find("))", start)
        if end < 0:
            raise ShellError("(( does not end", start)
        self.at = end + 2
        inside = self.text[start + 2 : end]
        words = [
            Word(
                start + 2 + found.start(),
                (Piece(start + 2 + found.start(), "".join(found[0].split())),),
            )
            for found in re.finditer(r"[A-Za-z_]\w*\s*=(?!=)", inside, re.ASCII)
        ]
        return Simple((Word(start, (Piece(start, "let"),)), *words), self.redirects())

    def group(self, closers: frozenset[str]) -> Group:
        nodes = self.commands(closers)
        return Group(tuple(nodes), self.redirects())

    def loop(self, name: str, start: int) -> Node:
        head = self.simple()
        assert isinstance(head, Simple)
        words = (Word(start, (Piece(start, name),)), *head.words)
        nodes = self.commands(_DONE)
        return Group((Simple(words), *nodes), self.redirects())

    def case(self) -> Node:
        self.blank()
        self.word()
        self.between(frozenset())
        if found := re.compile(r"in\b").match(self.text, self.at):
            self.at = found.end()
        nodes: list[Node] = []
        while True:
            found = re.compile(r"(?:[ \t\r\n]|;[;&]+|#[^\n]*|\\\r?\n)*").match(self.text, self.at)
            assert found is not None  # it may be empty
            self.at = found.end()
            if self.at >= len(self.text):
                break
            if found := re.compile(r"esac(?=[\s;&|()<>]|$)").match(self.text, self.at):
                self.at = found.end()
                break
            self.pattern()
            nodes += self.commands(_CASE)
        return Group(tuple(nodes), self.redirects())

    def pattern(self) -> None:
        """Past `(a|b)` of a case."""
        if self.text.startswith("(", self.at):
            self.at += 1
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] in " \t\r\n|" or not self.word().pieces:
                self.at += 1
        self.at += 1

    def redirects(self) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        while True:
            self.blank()
            if not self.redirect(found):
                break
        # A document of a group begins behind this line: read it now, it is the last thing here.
        if self.waiting and (end := self.text.find("\n", self.at)) >= 0:
            rest = self.text[self.at : end]
            if not rest.strip():
                self.at = end
                self.newline()
        return tuple(found)

    def redirect(self, into: list[Redirect]) -> bool:
        found = _REDIRECT.match(self.text, self.at)
        if found is None:
            return False
        self.at = found.end()
        self.blank()
        start = self.at
        target = self.word()
        operator = ("2" if found[0].startswith("2") else "") + found[1]
        body = target if found[1] == "<<<" else None
        into.append(Redirect(operator, target, body))
        if found[1] in ("<<", "<<-"):
            raw = self.text[start : self.at]
            end = re.sub(r"['\"\\]", "", raw)
            literal = end != raw
            self.waiting.append((into, len(into) - 1, end, literal, found[1] == "<<-"))
        return True

    def simple(self) -> Node:
        words: list[Word] = []
        redirects: list[Redirect] = []
        while True:
            self.blank()
            if self.redirect(redirects):
                continue
            here = self.text[self.at : self.at + 1]
            if here in ("", "\n", ";", "&", "|", ")"):
                break
            if here == "#":
                stop = self.text.find("\n", self.at)
                self.at = stop if stop >= 0 else len(self.text)
                break
            word = self.word()
            if not word.pieces:
                if self.at < len(self.text) and self.text[self.at] == "(":
                    self.at += 1  # an array, or a pattern of [[ ]]: its words are looked at too
                    words += [w for n in self.commands(frozenset({")"})) for w in _words(n)]
                    continue
                break
            words.append(word)
        if self.waiting and self.waiting[-1][0] is redirects:
            # Its documents are put in when the line ends: keep the list until then.
            return _Later(tuple(words), redirects)
        return Simple(tuple(words), tuple(redirects))

    def blank(self) -> None:
        if found := _BLANK.match(self.text, self.at):
            self.at = found.end()

    # Words

    def word(self) -> Word:
        start = self.at
        pieces: list[Piece] = []
        text = self.text
        while self.at < len(text):
            here = text[self.at]
            if here in " \t\r\n|&;)":
                break
            if here in "<>":
                if not text.startswith("(", self.at + 1):
                    break
                at = self.at
                self.at += 2
                pieces.append(Piece(at, None, "", tuple(self.commands(frozenset({")"})))))
            elif here == "(":
                if not pieces or not _array(pieces):
                    if pieces and pieces[-1].text and pieces[-1].text[-1] in "@?*+!":
                        self.brackets()  # an extended pattern
                        continue
                    break
                self.at += 1
                self.commands(frozenset({")"}))
            elif here == "'":
                end = text.find("'", self.at + 1)
                if end < 0:
                    raise ShellError("' does not end", self.at)
                pieces += _literally(text[self.at + 1 : end], self.at + 1).pieces
                self.at = end + 1
            elif here == '"':
                self.at += 1
                begin = self.at
                pieces += self.in_double(0) or [Piece(begin, "")]
                self.at += 1
            elif here == "\\":
                if self.at + 1 < len(text) and text[self.at + 1] not in "\r\n":
                    pieces.append(Piece(self.at + 1, text[self.at + 1]))
                    self.at += 2
                else:  # a continued line
                    self.at += 3 if text.startswith("\r\n", self.at + 1) else 2
            elif here in "$`":
                pieces.append(self.dollar(double=False))
            else:
                found = _PLAIN.match(text, self.at)
                assert found is not None  # every other character was asked for above
                pieces.append(Piece(self.at, found[0]))
                self.at = found.end()
        return Word(start, tuple(pieces))

    def brackets(self) -> None:
        end = self.text.find(")", self.at)
        if end < 0:
            raise ShellError("( does not end", self.at)
        self.at = end + 1

    def in_double(self, until: int) -> list[Piece]:
        """Up to the closing quote, which is not passed; or `until` there, for a document."""
        pieces: list[Piece] = []
        begin = self.at
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == '"' and not until:
                return pieces
            if here == "\\" and self.at + 1 < len(self.text):
                follows = self.text[self.at + 1]
                if follows == "\n":
                    self.at += 2
                elif follows in '"\\$`':
                    pieces.append(Piece(self.at + 1, follows))
                    self.at += 2
                else:
                    pieces.append(Piece(self.at, f"\\{follows}"))
                    self.at += 2
            elif here in "$`":
                pieces.append(self.dollar(double=True))
            elif found := _IN_DOUBLE.match(self.text, self.at):
                pieces.append(Piece(self.at, found[0]))
                self.at = found.end()
            else:
                pieces.append(Piece(self.at, here))
                self.at += 1
        if not until:
            raise ShellError('" does not end', begin)
        return pieces

    def dollar(self, *, double: bool) -> Piece:
        """`$name`, `${…}`, `$(…)`, a backquote, `$'…'`, or GitHub's `${{ … }}`."""
        start, text = self.at, self.text
        if text[start] == "`":
            end = re.compile(r"(?:[^`\\]|\\.)*`", re.DOTALL).match(text, start + 1)
            if end is None:
                raise ShellError("` does not end", start)
            self.at = end.end()
            inner = _Reader(" " * (start + 1) + text[start + 1 : self.at - 1], depth=self.depth)
            return Piece(start, None, "", tuple(inner.all()))
        if found := _EXPRESSION.match(text, start):
            self.at = found.end()
            return Piece(start, constant(found[1]), f"{{{found[1].strip()}")
        follows = text[start + 1 : start + 2]
        if follows == "(":
            return self.substitution()
        if follows == "{":
            return self.parameter()
        if follows == "'" and not double:
            end = re.compile(r"(?:[^'\\]|\\.)*'", re.DOTALL).match(text, start + 2)
            if end is None:
                raise ShellError("$' does not end", start)
            self.at = end.end()
            return Piece(start + 2, ansi(text[start + 2 : self.at - 1]))
        if follows == '"' and not double:
            self.at += 1
            return Piece(start, "")
        if found := _NAME.match(text, start + 1):
            self.at = found.end()
            return Piece(start, None, found[0])
        if re.match(r"[0-9@*#?$!-]", follows):
            self.at += 2
            return Piece(start, None)
        self.at += 1
        return Piece(start, "$")

    def substitution(self) -> Piece:
        start = self.at
        if self.text.startswith("$((", start) and (end := self.text.find("))", start)) >= 0:
            self.at = end + 2
            return Piece(start, None)
        self.at += 2
        nodes = self.commands(frozenset({")"}))
        if self.text[self.at - 1] != ")":
            raise ShellError("$( does not end", start)
        return Piece(start, None, "", tuple(nodes))

    def parameter(self) -> Piece:
        start = self.at
        self.at += 2
        level = 1
        while level:
            if self.at >= len(self.text):
                raise ShellError("${ does not end", start)
            here = self.text[self.at]
            if here == "\\":
                self.at += 1
            elif here == "$" and self.text[self.at + 1 : self.at + 2] in ("{", "("):
                self.dollar(double=True)
                continue
            elif (
                here == "'"
                and (end := self.text.find("'", self.at + 1)) >= 0
                and "}" in self.text[self.at : end]
            ):
                self.at = end
            level += (here == "{") - (here == "}")
            self.at += 1
        inside = self.text[start + 2 : self.at - 1]
        name = _NAME.fullmatch(inside)
        if name is None and (given := re.fullmatch(r"([A-Za-z_]\w*):?[=]([^$`\"'\\]*)", inside)):
            # ${NAME:=value} sets it.
            return Piece(
                start, None, "", (_assigns(start + 2, given[0].split(":")[0].split("=")[0]),)
            )
        return Piece(start, None, name[0] if name else "")


_FI, _DONE, _BRACE = frozenset({"fi"}), frozenset({"done"}), frozenset({"}"})
_CASE = frozenset({";;", "esac"})


@dataclass(frozen=True)
class _Later(Simple):
    """A command whose documents were not read yet when its line was."""

    redirects: list[Redirect] = field(default_factory=list)  # type: ignore[assignment]


def _assigns(offset: int, name: str) -> Simple:
    return Simple((Word(offset, (Piece(offset, f"{name}="),)),))


def _literally(text: str, offset: int) -> Word:
    """Text in which only GitHub's expressions mean something: they go in before any shell reads."""
    pieces: list[Piece] = []
    at = 0
    for found in _EXPRESSION.finditer(text):
        if found.start() > at:
            pieces.append(Piece(offset + at, text[at : found.start()]))
        pieces.append(Piece(offset + found.start(), constant(found[1]), f"{{{found[1].strip()}"))
        at = found.end()
    if at < len(text) or not pieces:
        pieces.append(Piece(offset + at, text[at:]))
    return Word(offset, tuple(pieces))


def _array(pieces: list[Piece]) -> bool:
    last = pieces[-1].text
    return last is not None and last.endswith("=")


def _words(node: Node) -> Iterator[Word]:
    if isinstance(node, Simple):
        yield from node.words
    else:
        for inner in node.nodes:
            yield from _words(inner)
