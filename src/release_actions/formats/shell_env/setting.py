"""Commands that set variables: assignments, export, env, read, for, and what goes before others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from release_actions.formats.env_hits import UNKNOWN, Hit
from release_actions.formats.shell_env.nested import nested
from release_actions.formats.shell_env.scene import ASSIGNMENT, Scene
from release_actions.formats.shell_words import Redirect, Word

_NUMBER = re.compile(r"[\d.]+[smhd]?")


def assigned(scene: Scene, word: Word) -> list[Hit] | None:
    """NAME=value, also with what it makes known; None where the word is none.

    A name that is assigned stands there as it is: only within eval may it be put in before.
    """
    readings = scene.texts(word)
    found = ASSIGNMENT.match(readings[0].text)
    if found is None:
        return None
    at = readings[0].at(0)
    if UNKNOWN in found[1] or word.pieces[0].text is None:
        return list(scene.named(found[1], at, "eval")) if scene.depth else None
    scene.known.add(found[1], [r.text[found.end() :] for r in readings])
    return list(scene.named(found[1], at, "assignment"))


def declared(scene: Scene, name: str, words: Sequence[Word]) -> Iterator[Hit]:
    """`export NAME=value NAME`; -p, -f and `export -n` set nothing."""
    options = [t for w in words if (t := scene.first(w).text).startswith("-")]
    if any("p" in o or "f" in o or (name == "export" and "n" in o) for o in options):
        return
    for word in words:
        readings = scene.texts(word)
        for reading in readings:
            if not reading.text.startswith("-"):
                yield from scene.pairs(reading, name)
        if found := ASSIGNMENT.match(readings[0].text):
            scene.known.add(found[1], [r.text[found.end() :] for r in readings])


def environment(
    scene: Scene, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
) -> Iterator[Hit]:
    """`env -u A B=1 command`."""
    words = list(words)
    while words:
        text = scene.first(words[0]).text
        if text in ("-S", "--split-string") and len(words) > 1:
            yield from nested(scene, words[1], "env -S", lead="env ")
            return
        if text in ("-u", "--unset", "-C", "--chdir"):
            words = words[2:]
            continue
        if not text.startswith("-"):
            if not (ASSIGNMENT.match(text) or text == UNKNOWN):
                break
            for reading in scene.texts(words[0]):
                yield from scene.pairs(reading, "env")
        words = words[1:]
    if words:
        yield from scene.command(words, redirects, sink)


def behind(
    scene: Scene, words: Sequence[Word], redirects: Sequence[Redirect], sink: str
) -> Iterator[Hit]:
    """`sudo -E A=1 command`, `timeout 10m command`."""
    words = list(words)
    while words:
        text = scene.first(words[0]).text
        found = assigned(scene, words[0])
        if found is not None:
            yield from found
        elif not (text.startswith("-") or _NUMBER.fullmatch(text)):
            yield from scene.command(words, redirects, sink)
            return
        words = words[1:]


def taking(scene: Scene, name: str, words: Sequence[Word]) -> Iterator[Hit]:
    """`for NAME in …`, `read NAME …`, `let NAME=…`: variables that get their values so."""
    texts = [scene.first(word) for word in words]
    if name in ("for", "select"):
        values = [r.text for word in words[2:] for r in scene.texts(word)]
        texts = texts[:1]
        for reading in texts:
            scene.known.add(reading.text, values or [UNKNOWN])
    for reading in texts:
        if not reading.text.startswith("-"):
            if name not in ("for", "select", "let"):
                scene.known.add(reading.text, [UNKNOWN])
            yield from scene.pairs(reading, name)
