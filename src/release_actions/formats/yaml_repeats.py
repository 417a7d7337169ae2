"""Parts of a YAML text that are there once for each of some things, for two samples in a template.

What belongs to the first sample is there once for the first thing, what belongs to the second once
for each further one, with the words of the sample replaced. A part is a whole entry or item, a line
of a literal block, or an item of a flow list: nothing outside of these parts changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from release_actions.formats import yaml_places
from release_actions.formats.marked_yaml import compose, items
from release_actions.formats.yaml_places import Edit, find

Words = Mapping[str, str]


@dataclass(frozen=True)
class Repeats:
    """Where a template has its two samples, and what is said of each.

    `samples` has for each sample its words, with `{field}` of a thing in their place; `{}` in a
    path is the sample's name. A further sample may also use `{before}`, the slug of the thing
    before it.
    """

    names: tuple[str, str]
    samples: tuple[Words, Words]
    entries: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


def repeated(text: str, repeats: Repeats, things: Sequence[Words]) -> str:
    """The text for these things, at least one.

    :raises ValueError: for a path that leads nowhere.
    """
    root = compose(text)
    edits: list[Edit] = []
    for path in repeats.entries:
        edits += _entry(text, root, path, repeats, things)
    for path in repeats.lines:
        edits.append(_block(text, root, path, repeats, things))
    for path in repeats.lists:
        edits.append(_list(text, root, path, repeats, things))
    return yaml_places.applied(text, edits)


def _entry(
    text: str, root: Any, path: str, repeats: Repeats, things: Sequence[Words]
) -> Iterator[Edit]:
    for number, name in enumerate(repeats.names):
        place = find(root, path.replace("{}", name).replace("{UPPER}", name.upper()))
        if place.value is None:
            raise ValueError(f"{place.path}: there is no such entry")
        start, end = yaml_places.span(text, place)
        made = [_worded(text[start:end], repeats, number, each) for each in _of(things, number)]
        apart = "\n" if text[:start].endswith("\n\n") else ""
        if not made:
            end += len(apart)  # the empty line behind it goes as well
        yield Edit(start, end, apart.join(made))


def _of(things: Sequence[Words], number: int) -> Iterator[Words]:
    """The things that this sample stands for, each with the one before it."""
    for at, thing in enumerate(things):
        if min(at, 1) == number:
            yield {**thing, "before": things[at - 1]["slug"] if at else ""}


def _block(text: str, root: Any, path: str, repeats: Repeats, things: Sequence[Words]) -> Edit:
    place = find(root, path)
    if place.value is None or place.value.style != "|":
        raise ValueError(f"{path}: there is no literal block")
    start, end = yaml_places.span(text, place)
    return Edit(start, end, "".join(_lines(text[start:end].splitlines(True), repeats, things)))


def _lines(lines: list[str], repeats: Repeats, things: Sequence[Words]) -> Iterator[str]:
    yield lines[0]  # the key
    for line in lines[1:]:
        yield from _each(line, repeats, things)


def _list(text: str, root: Any, path: str, repeats: Repeats, things: Sequence[Words]) -> Edit:
    node: Any = find(root, path).value
    written = [text[i.start_mark.index : i.end_mark.index] for i in items(node)]
    if not written or not node.flow_style:
        raise ValueError(f"{path}: there is no list of one line")
    made = [each for item in written for each in _each(item, repeats, things)]
    return Edit(node.start_mark.index, node.end_mark.index, f"[{', '.join(made)}]")


def _each(part: str, repeats: Repeats, things: Sequence[Words]) -> Iterator[str]:
    """The part itself, or for each of the things that its sample stands for."""
    # The second sample's words may hold the first one's, as `acme-tools` does.
    for number in (1, 0):
        own = [word for word, to in repeats.samples[number].items() if "{before}" not in to]
        if _pattern(own).search(part):
            yield from (_worded(part, repeats, number, each) for each in _of(things, number))
            return
    yield part


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(words, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)")


def _worded(part: str, repeats: Repeats, number: int, thing: Words) -> str:
    words = repeats.samples[number]
    return _pattern(list(words)).sub(lambda found: words[found[0]].format_map(thing), part)
