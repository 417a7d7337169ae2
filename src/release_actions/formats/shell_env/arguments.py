"""Variables among the arguments of any other program: `docker run -e NAME`, `make NAME=1`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from release_actions.formats.env_hits import UNKNOWN, Hit
from release_actions.formats.shell_env.programs import TALKING
from release_actions.formats.shell_env.readings import Reading
from release_actions.formats.shell_env.scene import ASSIGNMENT, NAMES, Scene
from release_actions.formats.shell_words import Word

_TAKES_NAME = re.compile(
    r"(?:-e|--env|--build-arg|--env-add|--set-env|--(?:set|update)-env-vars|--secret-env)(=|$)"
)
_OPTION = re.compile(r"--?[\w-]+=(?=[A-Za-z_\x00][\w\x00]*(?:=|,|$))|-e(?=[A-Z_a-z\x00]+=)")
_LISTED = re.compile(r"[^,]+")
_IN_PLACE = re.compile(r"-\w*i|--in-place")
_IS_SET = re.compile(r"[\"'\]]*\s*(?:[|+/*-]?=(?!=)|:(?!:))")
_IS_PUT = re.compile(r"\s*[=:]")
_SUBSTITUTES = re.compile(r"(?:^|[;{}\s\d$/'\"])s([^\w\s\\])")
_ADDS = re.compile(r"(?:^|[\s;/\d$])[aic](?:\\|\s|$)")


def called(scene: Scene, words: Sequence[Word], name: str) -> Iterator[Hit]:
    """NAME=… and `-e NAME` among the words behind a program's own."""
    if name in TALKING:
        return
    takes = False
    for word in words[1:]:
        for reading in scene.texts(word):
            yield from _taken(scene, reading, name) if takes else _argument(scene, reading, name)
        option = _TAKES_NAME.match(scene.first(word).text)
        takes = option is not None and not option[1]


def _taken(scene: Scene, reading: Reading, name: str) -> Iterator[Hit]:
    """What an option is given: names, with values or without."""
    for part in _LISTED.finditer(reading.text):
        if found := NAMES.match(part[0]):
            yield from scene.named(found[0], reading.at(part.start()), f"an option of {name}")


def _argument(scene: Scene, reading: Reading, name: str) -> Iterator[Hit]:
    option = _OPTION.match(reading.text)
    takes = _TAKES_NAME.match(reading.text)
    for part in _LISTED.finditer(reading.text, option.end() if option else 0):
        at = reading.at(part.start())
        found = ASSIGNMENT.match(part[0])
        if found and UNKNOWN not in found[1][:1]:
            yield from scene.named(found[1], at, f"an argument of {name}")
        elif takes and NAMES.fullmatch(part[0]):
            yield from scene.named(part[0], at, f"an option of {name}")


def edited(scene: Scene, name: str, words: Sequence[Word]) -> Iterator[Hit]:
    """What an editor is told to write: `.env.NAME = 1`, `s/…/NAME=1/`."""
    texts = [scene.first(word) for word in words]
    lines = name in ("sed", "perl")
    if lines and not any(_IN_PLACE.match(t.text) for t in texts):
        return
    for reading in texts:
        for found in NAMES.finditer(reading.text):
            before, after = reading.text[: found.start()], reading.text[found.end() :]
            sets = _replaces(before) and _IS_PUT.match(after) if lines else _IS_SET.match(after)
            if sets:
                yield from scene.named(found[0], reading.at(found.start()), name)


def _replaces(before: str) -> bool:
    """Whether a place in a sed script is what is put in, and not what is looked for."""
    if found := _SUBSTITUTES.search(before):
        return before[found.end() :].count(found[1]) % 3 == 1
    return _ADDS.search(before) is not None
