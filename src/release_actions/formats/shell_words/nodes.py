"""What a script is made of: pieces of words, commands, and commands together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace


class ShellError(ValueError):
    """A text that no shell would read to its end."""

    def __init__(self, why: str, offset: int) -> None:
        super().__init__(why)
        self.offset = offset


@dataclass(frozen=True)
class Piece:
    """Part of a word: its text, or the variable that it is, or neither (only the run knows).

    A variable that is an expression of GitHub's begins with {.
    """

    offset: int
    text: str | None = None
    variable: str = ""
    commands: tuple[Node, ...] = ()


@dataclass(frozen=True)
class Word:
    offset: int
    pieces: tuple[Piece, ...]


@dataclass
class Redirect:
    """`>> file`, or a document that stands here: `<<EOF`, `<<< word`.

    A document is put in when the line that asks for it has ended: it begins behind it.
    """

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


def said(offset: int, text: str) -> Word:
    """A word that is one plain text."""
    return Word(offset, (Piece(offset, text),))


def words_of(node: Node) -> Iterator[Word]:
    """Every word of every command below."""
    if isinstance(node, Simple):
        yield from node.words
    else:
        for inner in node.nodes:
            yield from words_of(inner)


def moved_word(word: Word, by: int) -> Word:
    """The word where its text stands in a longer one."""
    pieces = (replace(p, offset=p.offset + by, commands=moved(p.commands, by)) for p in word.pieces)
    return Word(word.offset + by, tuple(pieces))


def moved(nodes: tuple[Node, ...], by: int) -> tuple[Node, ...]:
    """The commands where their text stands in a longer one."""
    return tuple(_moved(node, by) for node in nodes)


def _moved(node: Node, by: int) -> Node:
    if isinstance(node, Simple):
        words = tuple(moved_word(word, by) for word in node.words)
        return Simple(words, _redirects(node.redirects, by))
    inner = moved(node.nodes, by)
    return Pipe(inner) if isinstance(node, Pipe) else Group(inner, _redirects(node.redirects, by))


def _redirects(redirects: tuple[Redirect, ...], by: int) -> tuple[Redirect, ...]:
    return tuple(
        Redirect(r.operator, moved_word(r.target, by), moved_word(r.body, by) if r.body else None)
        for r in redirects
    )
