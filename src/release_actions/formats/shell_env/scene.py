"""What is known at a place in a script, and how a word reads there."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from release_actions.formats.env_hits import SOMEWHERE, UNKNOWN, Hit, named
from release_actions.formats.env_names import Names
from release_actions.formats.shell_env.programs import DATA, SCRIPT, base
from release_actions.formats.shell_env.readings import (
    MANY,
    Known,
    Part,
    Reading,
    chosen,
    formatted,
    put,
    spaced,
)
from release_actions.formats.shell_words import Node, Piece, Redirect, Simple, Word, constant

NAMES = re.compile(r"[A-Za-z_\x00][\w\x00]*", re.ASCII)
ASSIGNMENT = re.compile(r"([A-Za-z_][\w\x00]*|\x00[\w\x00]*)(?:\[[^\]]*\])?\+?=", re.ASCII)
_OWN_ENV = re.compile(r"env\.(\w+)")
_OPTIONS = re.compile(r"-[neE]+")
_OF_THE_TREE = re.compile(r"\x00GITHUB_(?:WORKSPACE|ACTION_PATH)/")
_HIDDEN = re.compile(r"[^\x00].*/.*|.*\.(?:sh|bash|zsh|ksh|py|ps1)")


def in_the_tree(path: str) -> str:
    """A path without the folder that the run has the tree in; SOMEWHERE, if that is not known."""
    if found := _OF_THE_TREE.match(path):
        return path[found.end() :]
    return SOMEWHERE + path[2:] if path.startswith(f"{UNKNOWN}/") else path


@dataclass
class Scene(ABC):
    """`depth` is how many scripts are around this one."""

    names: Names
    known: Known
    depth: int = 0

    @abstractmethod
    def all(self, nodes: Sequence[Node], sink: str) -> Iterator[Hit]:
        """What all of these commands say. `sink` is where their output goes: env, file or none."""

    @abstractmethod
    def command(
        self, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
    ) -> Iterator[Hit]:
        """What one command says, the assignments before it left out."""

    def deeper(self) -> Scene:
        """The scene of a script within this one."""
        return type(self)(self.names, self.known, self.depth + 1)

    # Hits

    def named(self, name: str, offset: int, how: str) -> Iterator[Hit]:
        yield from named(name, offset, self.names, how)

    def pairs(self, reading: Reading, how: str) -> Iterator[Hit]:
        """NAME or NAME=value."""
        found = NAMES.match(reading.text)
        if found is not None:
            follows = reading.text[found.end() : found.end() + 1]
            if follows in ("", "=", "+", "[") or UNKNOWN in found[0]:
                yield from self.named(found[0], reading.at(0), how)

    def inside(self, word: Word) -> Iterator[Hit]:
        """Commands that are substituted in a word."""
        for piece in word.pieces:
            if piece.commands:
                yield from self.all(piece.commands, "")

    def script(self, word: Word, how: str) -> Iterator[Hit]:
        """A script that is called by its path. `how` is its interpreter."""
        for reading in self.texts(word):
            text = in_the_tree(reading.text)
            if UNKNOWN not in text:
                if text != "-" and (how or SCRIPT.fullmatch(text.removeprefix(SOMEWHERE))):
                    yield Hit("script", text, reading.at(0), how)
            elif how or _HIDDEN.fullmatch(text):
                yield Hit("hidden", text.replace(UNKNOWN, "…"), reading.at(0), how)

    def files(self, word: Word, how: str) -> Iterator[Hit]:
        """A .env, a compose file or a Dockerfile that is named."""
        for reading in self.texts(word):
            text = in_the_tree(reading.text.rpartition("=")[2].removeprefix("@"))
            if DATA.fullmatch(text.removeprefix(SOMEWHERE)):
                yield Hit("data", text, reading.at(0), how)

    # Readings

    def first(self, word: Word) -> Reading:
        return self.texts(word)[0]

    def texts(self, word: Word) -> list[Reading]:
        """Every way to read a word; at least one."""
        choices = [self.parts(piece) for piece in word.pieces]
        return [put(parts, word.offset) for parts in chosen(choices)]

    def parts(self, piece: Piece) -> list[Part]:
        if piece.text is not None:
            return [(piece.text, piece.offset, True)]
        if piece.variable == "GITHUB_ENV":
            return [("$GITHUB_ENV", piece.offset, True)]
        return [(value, piece.offset, False) for value in self.values(piece)]

    def values(self, piece: Piece) -> list[str]:
        if piece.variable.startswith("GITHUB_"):
            return [f"{UNKNOWN}{piece.variable}"]
        if piece.variable.startswith("{"):
            return self.expression(piece.variable[1:])
        if piece.variable:
            return self.known.get(piece.variable)
        return self.captured(piece.commands)

    def expression(self, text: str) -> list[str]:
        if (value := constant(text)) is not None:
            return [value]
        if found := _OWN_ENV.fullmatch(text):
            return self.known.get(found[1])
        if text in ("github.workspace", "github.action_path"):
            return [f"{UNKNOWN}GITHUB_WORKSPACE"]
        return [UNKNOWN + text if "GITHUB_" in text.upper() else UNKNOWN]

    def captured(self, nodes: Sequence[Node]) -> list[str]:
        """What `$(echo NAME=1)` comes to, where that can be told."""
        if len(nodes) == 1 and isinstance(nodes[0], Simple) and not nodes[0].redirects:
            words = nodes[0].words
            if words and (name := self.first(words[0]).text) in ("echo", "printf"):
                printed = self.joined(words[1:], formats=name == "printf")
                return [reading.text for reading in printed]
        return [UNKNOWN]

    def joined(self, words: Sequence[Word], *, formats: bool) -> Iterator[Reading]:
        """What is printed, as text; its variables in every reading that is known."""
        choices = [self.texts(word) for word in words]
        found = list(islice(product(*choices), MANY + 1))
        if len(found) > MANY:  # too many to say: what varies is not known
            found[MANY] = tuple(
                each[0] if len(each) == 1 else replace(each[0], text=UNKNOWN) for each in choices
            )
        for some in found:
            parts = [c for c in some if formats or not _OPTIONS.fullmatch(c.text)]
            yield formatted(parts) if formats and parts else spaced(parts)

    def program(self, word: Word) -> str:
        return base(self.first(word).text)
