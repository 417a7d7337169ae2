"""A word as the shell reads it: each text that it may come to, and where its parts stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from release_actions.formats.env_hits import UNKNOWN
from release_actions.formats.shell_words import ansi

MANY = 128  # readings of one word whose variables have several values
Part = tuple[str, int, bool]  # a text, where it stands in the script, whether it is written there
_FORMAT = re.compile(r"%%|%[-+ #0]*[\d.]*([a-zA-Z])|[^%]+|%")


@dataclass
class Known:
    """What variables are known to hold; None is: something else too."""

    values: dict[str, list[str | None]] = field(default_factory=dict)

    def add(self, name: str, values: Sequence[str]) -> None:
        had = self.values.setdefault(name, [])
        for value in values:
            one = None if UNKNOWN in value else value
            if one not in had:
                had.append(one)

    def get(self, name: str) -> list[str]:
        return [UNKNOWN if value is None else value for value in self.values.get(name, [None])]


@dataclass(frozen=True)
class Reading:
    """One way to read a word, and where each part of it stands in the script."""

    text: str
    starts: tuple[tuple[int, int, bool], ...]  # in the text, in the script, whether as written

    def at(self, index: int) -> int:
        within, offset, written = next(s for s in reversed(self.starts) if s[0] <= index)
        return offset + (index - within if written else 0)


def chosen(choices: Sequence[list[Part]]) -> list[tuple[Part, ...]]:
    """Every combination; where they are too many, one in which what varies is not known."""
    found = list(islice(product(*choices), MANY + 1))
    if len(found) > MANY:
        found[MANY] = tuple(
            each[0] if len(each) == 1 else (UNKNOWN, each[0][1], False) for each in choices
        )
    return found


def put(parts: Sequence[Part], offset: int) -> Reading:
    """The parts of a word, one behind the other."""
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for value, at, written in parts:
        if value:
            starts.append((len(text), at, written))
            text += value
    return Reading(text, tuple(starts) or ((0, offset, False),))


def spaced(words: Sequence[Reading]) -> Reading:
    """echo's text. An escape shortens it: behind one a place is near, and no more."""
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for word in words:
        text += " " if text else ""
        starts += [(len(text) + at, offset, written) for at, offset, written in word.starts]
        text += word.text
    return Reading(ansi(text) if "\\" in text else text, tuple(starts) or ((0, 0, False),))


def formatted(words: Sequence[Reading]) -> Reading:
    """printf's text: its arguments put into the format, over and over."""
    format, rest = words[0], list(words[1:])
    text = ""
    starts: list[tuple[int, int, bool]] = []
    for value, parts in _filled(format, rest):
        starts += [(len(text) + at, offset, written) for at, offset, written in parts]
        text += value
    return Reading(text, tuple(starts) or ((0, format.at(0), False),))


def _filled(
    format: Reading, rest: list[Reading]
) -> Iterator[tuple[str, tuple[tuple[int, int, bool], ...]]]:
    for _ in range(MANY):
        had = len(rest)
        for found in _FORMAT.finditer(format.text):
            if found[1]:
                value = rest.pop(0) if rest else Reading("", ((0, format.at(0), False),))
                yield value.text, value.starts
            else:
                plain = ansi("%" if found[0] == "%%" else found[0])
                yield plain, ((0, format.at(found.start()), True),)
        if not rest or len(rest) == had:
            return
