"""GitHub's expressions, read as far as a condition tells what must have been before. No I/O.

A condition is judged by its conjuncts alone: what stands in `a && b` must be so, and what stands
in `a || b` may be. What cannot be read demands nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

STATUS = frozenset({"success", "always", "failure", "cancelled"})
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>[-+]?(?:0x[0-9a-f]+|(?:\d[\d.]*|\.\d+)(?:e[-+]?\d+)?))"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<sign>&&|\|\||==|!=|<=|>=|[!<>()\[\].,*]))",
    re.IGNORECASE | re.ASCII,
)
_BINDS = ({"||"}, {"&&"}, {"==", "!="}, {"<", ">", "<=", ">="})
_DEEPEST = 40
_WHOLE = re.compile(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", re.DOTALL)


@dataclass(frozen=True)
class Node:
    """A literal (`'`), a context such as needs.build.result (`.`), a call, or an operator."""

    kind: str
    text: str = ""
    parts: tuple[Node, ...] = ()


def constant(text: str) -> bool:
    """Whether no expression stands in the text: it is the same in every run."""
    return "${{" not in text


def read(condition: str) -> Node | None:
    """An `if:`, with or without its braces; None where it is not surely read."""
    whole = _WHOLE.fullmatch(condition)
    inner = whole[1] if whole else condition
    if not whole and "${{" in inner:
        return None  # GitHub makes a text of it, and a text is true
    try:
        return _Reader(_tokens(inner)).all()
    except ValueError:
        return None


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueError("no expression")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


@dataclass
class _Reader:
    tokens: list[tuple[str, str]]
    at: int = field(default=0)
    depth: int = field(default=0)

    def all(self) -> Node:
        node = self.binary(0)
        if self.at < len(self.tokens):
            raise ValueError("more than an expression")
        return node

    @property
    def sign(self) -> str:
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        return text if kind == "sign" else ""

    def take(self) -> tuple[str, str]:
        if self.at >= len(self.tokens):
            raise ValueError("it ends too soon")
        self.at += 1
        return self.tokens[self.at - 1]

    def expect(self, sign: str) -> None:
        if self.take() != ("sign", sign):
            raise ValueError(f"no {sign}")

    def binary(self, level: int) -> Node:
        if level == len(_BINDS):
            return self.unary()
        node = self.binary(level + 1)
        while self.sign in _BINDS[level]:
            sign = self.take()[1]
            node = Node(sign, "", (node, self.binary(level + 1)))
        return node

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError("too deep")
        if self.sign == "!":
            self.take()
            node = Node("!", "", (self.unary(),))
        elif self.sign == "(":
            self.take()
            node = self.binary(0)
            self.expect(")")
        else:
            node = self.value()
        self.depth -= 1
        return node

    def value(self) -> Node:
        kind, text = self.take()
        if kind == "text":
            return Node("'", text[1:-1].replace("''", "'"))
        if kind == "number":
            return Node("'", text)
        if kind != "name":
            raise ValueError("no value")
        if self.sign == "(":
            return self.call(text.lower())
        if text.lower() in ("true", "false", "null"):
            return Node("'", text.lower())
        return self.context(text.lower())

    def call(self, name: str) -> Node:
        self.take()
        given: list[Node] = []
        while self.sign != ")":
            given.append(self.binary(0))
            if self.sign != ")":
                self.expect(",")
        self.take()
        return Node("call", name, tuple(given))

    def context(self, path: str) -> Node:
        parts: list[Node] = []
        while self.sign in (".", "["):
            if self.take()[1] == ".":
                kind, text = self.take()
                path += f".{text.lower()}"
                if kind != "name" and text != "*":
                    raise ValueError("no name")
                continue
            index = self.binary(0)
            self.expect("]")
            path += f".{index.text.lower()}" if index.kind == "'" else ".?"
            parts.append(index)
        return Node(".", path, tuple(parts))


def within(node: Node) -> Iterator[Node]:
    """The node, and all below it."""
    yield node
    for part in node.parts:
        yield from within(part)


def conjuncts(node: Node) -> Iterator[Node]:
    """What must all be so for the whole to be so."""
    if node.kind == "&&":
        for part in node.parts:
            yield from conjuncts(part)
    else:
        yield node


@dataclass(frozen=True)
class Condition:
    """An `if:`: whether it goes on only after success, and the equalities that it demands."""

    after_success: bool
    demands: frozenset[tuple[str, str]]  # (context path, value), both in lower case


def condition(text: str | None) -> Condition:
    """What an `if:` demands; none, or an empty one, means success()."""
    if text is None or not text.strip():
        return Condition(True, frozenset())
    node = read(text)
    if node is None:
        return Condition(False, frozenset())
    all_of = tuple(conjuncts(node))
    calls = {part.text for part in within(node) if part.kind == "call"} & STATUS
    # GitHub puts success() before a condition that asks for no status itself.
    succeeded = not calls or any(p.kind == "call" and p.text == "success" for p in all_of)
    return Condition(succeeded, frozenset(_equalities(all_of)))


def _equalities(all_of: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    for node in all_of:
        if node.kind != "==":
            continue
        for one, other in (node.parts, node.parts[::-1]):
            whole = one.kind == "." and "?" not in one.text and "*" not in one.text
            if whole and other.kind == "'":
                yield one.text, other.text.lower()


def same(one: str | None, other: str | None) -> bool:
    """Whether two conditions are the same, spaces and braces aside."""
    return _bare(one) == _bare(other)


def _bare(text: str | None) -> str:
    whole = _WHOLE.fullmatch(text or "")
    return "".join((whole[1] if whole else text or "").split())
