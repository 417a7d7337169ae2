"""The commands of a shell script, each as its words and the files it writes to. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.formats import shell_words
from release_actions.formats.shell_words import Group, Node, Simple, Word

OPEN = "\ufffd"  # stands for what only the run knows
TALK = frozenset({"echo", "printf", ":", "true", "#", "set", "false"})
_INNER = frozenset({"bash", "sh", "dash", "zsh", "eval"})
_DEEPEST = 8


@dataclass(frozen=True)
class Command:
    """One command: its words without the assignments before it, and what it is redirected into."""

    words: tuple[str, ...]
    writes: tuple[str, ...]
    offset: int
    fed: str = ""  # what stands in its here-document

    @property
    def name(self) -> str:
        return self.words[0].rpartition("/")[2] if self.words else ""

    @property
    def talks(self) -> bool:
        """Whether it does nothing but say something, or nothing at all."""
        return not self.words or self.name in TALK

    def runs(self, program: str, *verbs: str) -> int:
        """Where behind `program verb …` its arguments begin, wrappers before it; 0 for no."""
        for at, word in enumerate(self.words):
            if word.rpartition("/")[2] != program or self.talks:
                continue
            end = self._after(at + 1, verbs)
            if end:
                return end
        return 0

    def _after(self, at: int, verbs: tuple[str, ...]) -> int:
        for verb in verbs:
            while at < len(self.words) and self.words[at].startswith(("-", "+")):
                at += 1
            if at >= len(self.words) or self.words[at] != verb:
                return 0
            at += 1
        return at


def commands(script: str) -> tuple[Command, ...]:
    """Every command, also those in substitutions and in `bash -c '…'`; comments are none.

    :raises ShellError: where a quote or a bracket does not end.
    """
    return tuple(_all(script, 0))


def _all(script: str, depth: int) -> Iterator[Command]:
    for node in shell_words.commands(script):
        yield from _of(node, depth)


def _of(node: Node, depth: int) -> Iterator[Command]:
    if not isinstance(node, Simple):
        redirects = node.redirects if isinstance(node, Group) else ()
        writes = tuple(_text(r.target) for r in redirects if ">" in r.operator)
        if writes:
            yield Command((OPEN,), writes, redirects[0].target.offset)
        for inner in node.nodes:
            yield from _of(inner, depth)
        return
    for word in (*node.words, *(r.body for r in node.redirects if r.body is not None)):
        for piece in word.pieces:
            for inner in piece.commands:
                yield from _of(inner, depth)
    words = [_text(word) for word in node.words]
    while words and re.match(r"[A-Za-z_]\w*\+?=", words[0], re.ASCII):
        words.pop(0)
    writes = tuple(_text(r.target) for r in node.redirects if ">" in r.operator)
    fed = "".join(_text(r.body) for r in node.redirects if r.body is not None)
    offset = node.words[0].offset if node.words else 0
    command = Command(tuple(words), writes, offset, fed)
    if words or writes:
        yield command
    if command.name in _INNER and depth < _DEEPEST:
        yield from _inner(command, depth)


def _inner(command: Command, depth: int) -> Iterator[Command]:
    words = command.words[1:]
    if command.name == "eval":
        script = " ".join(words)
    elif any(re.fullmatch(r"-\w*c", word) for word in words[:-1]):
        at = next(i for i, word in enumerate(words) if re.fullmatch(r"-\w*c", word))
        script = words[at + 1]
    else:
        script = command.fed
    for inner in _all(script, depth + 1):
        yield Command(inner.words, inner.writes, command.offset, inner.fed)


def _text(word: Word) -> str:
    return "".join(OPEN if piece.text is None else piece.text for piece in word.pieces)
