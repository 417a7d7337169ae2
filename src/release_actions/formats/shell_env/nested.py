"""Scripts within the script: eval, `bash -c`, a document that a shell or Python reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from release_actions.formats import powershell_env, python_env
from release_actions.formats.env_hits import UNKNOWN, Hit
from release_actions.formats.shell_env.programs import interpreter
from release_actions.formats.shell_env.scene import Scene
from release_actions.formats.shell_words import Redirect, ShellError, Word, commands

DEEPEST = 5
_CODE = re.compile(r"-[a-zA-Z]*c|(?i:-command)")
_READERS = {"python": python_env.hits, "pwsh": powershell_env.hits}
_VALUED = frozenset({"-o", "-O", "+o", "-W", "-X", "--rcfile"})


def evaluated(scene: Scene, words: Sequence[Word]) -> Iterator[Hit]:
    for word in words:
        yield from nested(scene, word, "eval")


def nested(scene: Scene, word: Word, how: str, lead: str = "") -> Iterator[Hit]:
    """A script that is a word of this one."""
    for reading in scene.texts(word):
        start = reading.starts[0][1]
        if scene.depth > DEEPEST:
            yield Hit("unread", f"{how} within {how}", start, "shell")
            return
        try:
            nodes = commands(lead + reading.text.replace(UNKNOWN, "${__}"))
        except ShellError:
            yield Hit("unread", reading.text[:40], start, how)
            return
        exact = not lead and UNKNOWN not in reading.text
        for hit in scene.deeper().all(nodes, ""):
            yield replace(hit, offset=reading.at(hit.offset) if exact else start)


def interpreted(
    scene: Scene, name: str, words: Sequence[Word], redirects: Sequence[Redirect]
) -> Iterator[Hit]:
    """`bash -c '…'`, `python - <<EOF`, `source ./x.sh`, `python tools/x.py`."""
    how = interpreter(name)
    yield from _arguments(scene, name, how, words)
    for redirect in redirects:
        if redirect.body is not None:
            yield from _code(scene, redirect.body, how, f"{name} <<")


def _arguments(scene: Scene, name: str, how: str, words: Sequence[Word]) -> Iterator[Hit]:
    """Up to the script, whose own arguments are its business."""
    flag = ""
    for word in words:
        reading = scene.first(word)
        if _CODE.fullmatch(flag):
            yield from _code(scene, word, how, f"{name} -c")
            return
        if flag.endswith("m") and how == "python":
            return  # a module, which is no file of this tree
        if flag not in _VALUED and not reading.text.startswith(("-", "+")):
            yield from scene.script(word, how)
            return
        flag = reading.text if reading.text.startswith(("-", "+")) else ""


def _code(scene: Scene, word: Word, how: str, told: str) -> Iterator[Hit]:
    if how == "bash":
        yield from nested(scene, word, told)
    elif how in _READERS:
        reading = scene.first(word)
        for hit in _READERS[how](reading.text.replace(UNKNOWN, "_"), scene.names):
            yield replace(hit, offset=reading.at(hit.offset))
