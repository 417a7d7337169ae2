"""What is printed into GITHUB_ENV or into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from release_actions.formats.env_hits import UNKNOWN, Hit, in_lines
from release_actions.formats.shell_env.programs import TALKING
from release_actions.formats.shell_env.readings import Reading
from release_actions.formats.shell_env.scene import Scene
from release_actions.formats.shell_words import Redirect, Word


def printed(scene: Scene, name: str, words: Sequence[Word], sink: str) -> Iterator[Hit]:
    """`echo NAME=1 >> file`, `printf '%s=1' NAME`, `printf -v NAME …`."""
    if name == "printf" and words and scene.first(words[0]).text == "-v":
        for word in words[1:2]:
            for reading in scene.texts(word):
                yield from scene.pairs(reading, "printf -v")
    elif sink:
        for reading in scene.joined(words, formats=name == "printf"):
            yield from lines(scene, reading, sink, name)


def lines(scene: Scene, reading: Reading, sink: str, how: str) -> Iterator[Hit]:
    """Lines that set a variable, in a text that goes to GITHUB_ENV or to a file."""
    into = f"{how} into {'GITHUB_ENV' if sink == 'env' else 'a file'}"
    for hit in in_lines(reading.text, scene.names, into):
        if hit.kind == "set" or sink == "env":
            yield replace(hit, offset=reading.at(hit.offset))
    if sink == "env" and reading.text.strip() == UNKNOWN and scene.names.may_begin(""):
        yield Hit("computed", "…", reading.at(0), into)


def documents(scene: Scene, name: str, redirects: Sequence[Redirect], sink: str) -> Iterator[Hit]:
    """`cat > file <<EOF`, `kubectl apply -f - <<EOF`: only cat and its like pass a text on."""
    to = sink or ("" if name in TALKING else "file")
    for redirect in redirects:
        if redirect.body is not None and to:
            for reading in scene.texts(redirect.body):
                yield from lines(scene, reading, to, f"{name} <<")


def poured(scene: Scene, words: Sequence[Word]) -> Iterator[Hit]:
    """A command prints into GITHUB_ENV what only the run knows."""
    texts = [scene.first(word) for word in words]
    alone = [text.text for text in texts] in (["cat"], ["true"], [":"])  # they print nothing new
    if texts and not alone and scene.names.may_begin(""):
        command = " ".join(t.text.replace(UNKNOWN, "…") for t in texts)
        yield Hit("computed", command[:80], texts[0].at(0), "into GITHUB_ENV")
