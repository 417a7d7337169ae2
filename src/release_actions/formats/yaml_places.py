"""Values put into a YAML text at places that are named by their path; all else stays to the byte.

A path is keys with `/` between them. In a list a part is a number, or what tells a step from the
others: its id, else the last word of what it uses, else its name, else the `name` that it is given.
`PATH ~ TEXT {} TEXT` means the part of a scalar that stands at `{}`. A value is a text, lines, or
None: then the entry goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from release_actions.formats.marked_yaml import compose, get, is_mapping, items, scalar, scalars

Value = str | tuple[str, ...] | None
#: Words that YAML 1.1 or 1.2 takes for something else than a text.
WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
PLAIN = re.compile(r"[A-Za-z_.][A-Za-z0-9_./-]*")


class Edit(NamedTuple):
    """Characters of the text, and what comes in their place."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Place:
    """An entry of a mapping, or an item of a list; `value` is None where there is none yet."""

    path: str
    parent: Any
    key: Any  # its node; None for an item of a list
    value: Any
    above: Place | None


def filled(text: str, values: Mapping[str, Value]) -> str:
    """The text with these values at these paths, proved by reading it again.

    :raises ValueError: for a path that leads nowhere, and a value that would not be read as meant.
    """
    root = compose(text)
    gone = [find(root, path) for path, value in values.items() if value is None]
    edits = list(_removals(text, [place for place in gone if place.value is not None]))
    for path, value in values.items():
        if value is not None:
            edits.append(_edit(text, root, path, value))
    done = applied(text, edits)
    _prove(done, values)
    return done


def at(text: str, path: str) -> int:
    """The line of a place, from 1; of what it would stand in, where it is not there."""
    root, path = compose(text), path.partition(" ~ ")[0]
    while path:
        try:
            place = find(root, path)
        except ValueError:
            place = None
        if place is not None and place.value is not None:
            return int((place.key or place.value).start_mark.line) + 1
        path = path.rpartition("/")[0]
    return 1


def find(root: Any, path: str) -> Place:
    """The place; its value is None where only its last key is not there.

    :raises ValueError: where it leads nowhere.
    """
    here, above, place = root, None, None
    for part in path.split("/"):
        if here is None:
            raise ValueError(f"{path}: there is nothing before `{part}`")
        if is_mapping(here):
            key = next((k for k, _ in here.value if scalar(k) == part), None)
            place = Place(path, here, key, get(here, part), above)
        else:
            found = _meant(part, items(here))
            if len(found) != 1:
                raise ValueError(f"{path}: `{part}` means {len(found)} of the list, not one")
            place = Place(path, here, None, found[0], above)
        here, above = place.value, place
    assert place is not None  # a split text has a part
    return place


def _meant(part: str, steps: list[Any]) -> list[Any]:
    """The items of a list that are called so, by the first of their names that any has."""
    if part.isdigit():
        return steps[int(part) : int(part) + 1]
    for key in (("id",), ("uses",), ("name",), ("with", "name")):
        found = [step for step in steps if _called(step, *key) == part]
        if found:
            return found
    return []


def _called(step: Any, *key: str) -> str:
    told = scalar(get(step, *key))
    return told.partition("@")[0].rpartition("/")[2] if key == ("uses",) else told


def pinned(text: str, library: str, to: str, pin: str) -> str:
    """The text with every `uses:` of a library at `<sha>` at this pin, under this other name."""
    edits = []
    for path, node, is_key in scalars(compose(text)):
        used = str(node.value)
        if path[-1:] == ("uses",) and not is_key and re.match(rf"{re.escape(library)}[/@]", used):
            rest = used.removeprefix(library).removesuffix("@<sha>")
            if not used.endswith("@<sha>") or "@" in rest:
                raise ValueError(f"line {node.start_mark.line + 1}: {used} has no <sha>")
            edits.append(Edit(node.start_mark.index, node.end_mark.index, f"{to}{rest}@{pin}"))
    return applied(text, edits)


def spelled(value: str) -> str:
    """A text as a scalar that YAML takes for a text."""
    if "${{" in value:
        raise ValueError(f"{value}: GitHub would take it for an expression")
    if not value.isprintable():
        raise ValueError(f"{value!r}: it has characters that nobody sees")
    plain = PLAIN.fullmatch(value) and value.lower() not in WORDS and not value.startswith("...")
    return value if plain else json.dumps(value, ensure_ascii=False)


def _edit(text: str, root: Any, path: str, value: str | tuple[str, ...]) -> Edit:
    path, _, within = path.partition(" ~ ")
    place = find(root, path)
    if within:
        return _within(text, place, within, value)
    if place.value is None:
        return _added(text, place, value)
    if place.value.id != "scalar" and is_mapping(place.parent) and isinstance(value, str):
        # What is no scalar, such as `on:`, goes as a whole.
        return Edit(_after(place.key), _end(text, place), f": {spelled(value)}\n")
    return _replaced(text, place, value)


def _after(key: Any) -> int:
    return int(key.end_mark.index)


def _within(text: str, place: Place, within: str, value: str | tuple[str, ...]) -> Edit:
    before, _, after = within.partition("{}")
    node = place.value
    start, end = node.start_mark.index, node.end_mark.index
    found = list(re.finditer(f"{re.escape(before)}(.+?){re.escape(after)}", text[start:end]))
    # It stands in an expression or a script: only what is surely one word of it may.
    if len(found) != 1 or not isinstance(value, str) or not re.fullmatch(r"[\w./-]+", value):
        raise ValueError(f"{place.path}: `{within}` stands there {len(found)} times; {value!r}")
    return Edit(start + found[0].start(1), start + found[0].end(1), value)


def _replaced(text: str, place: Place, value: str | tuple[str, ...]) -> Edit:
    node = place.value
    start = int(node.start_mark.index)
    if node.style in ("|", ">"):
        column = place.key.start_mark.column
        return Edit(start, _end(text, place), _lines(value, column, "") + "\n")
    end = int(node.end_mark.index)
    if isinstance(value, str) or len(value) == 1:
        return Edit(start, end, spelled(value if isinstance(value, str) else value[0]))
    stop = _line_end(text, end)
    return Edit(start, stop, _lines(value, place.key.start_mark.column, text[end:stop]))


def _lines(value: str | tuple[str, ...], column: int, comment: str) -> str:
    """A literal block, without its last line end."""
    lines = (value,) if isinstance(value, str) else value
    for line in lines:
        spelled(line)
        if line != line.strip() or not line:
            raise ValueError(f"{line!r}: no line of a block")
    pad = "\n" + " " * (column + 2)
    return f"|{comment}{pad}{pad.join(lines)}"


def _added(text: str, place: Place, value: str | tuple[str, ...]) -> Edit:
    """A new entry behind the last one of its mapping."""
    key, node = place.parent.value[-1]
    column = int(key.start_mark.column)
    shown = spelled(value) if isinstance(value, str) else _lines(value, column, "")
    end = _end(text, Place(place.path, place.parent, key, node, None))
    return Edit(end, end, f"{' ' * column}{place.path.rpartition('/')[2]}: {shown}\n")


def _removals(text: str, places: list[Place]) -> Iterator[Edit]:
    """Whole lines; a mapping that would be empty goes as well."""
    starts: set[int] = set()
    keys = {id(place.key) for place in places}
    for each in places:
        place = each
        if place.key is None:
            raise ValueError(f"{place.path}: an item of a list does not go alone")
        while (
            place.above is not None
            and place.above.key is not None
            and all(id(key) in keys for key, _ in place.parent.value)
        ):
            place = place.above
            keys.add(id(place.key))
        start = text.rfind("\n", 0, place.key.start_mark.index) + 1
        if start not in starts:
            starts.add(start)
            yield Edit(start, _end(text, place), "")


def _end(text: str, place: Place, column: int | None = None) -> int:
    """Where the line begins that is no more of this entry's."""
    node = place.value
    column = int(place.key.start_mark.column) if column is None else column
    if node.id == "scalar" and node.style not in ("|", ">"):
        return min(_line_end(text, int(node.end_mark.index)) + 1, len(text))
    end = ahead = _line_end(text, int(node.start_mark.index)) + 1
    for line in text[end:].splitlines(keepends=True):
        ahead += len(line)
        if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
            break
        end = ahead if line.strip() else end  # an empty line counts where more comes after it
    return min(end, len(text))


def _line_end(text: str, index: int) -> int:
    found = text.find("\n", index)
    return len(text) if found < 0 else found


def span(text: str, place: Place) -> tuple[int, int]:
    """The whole lines of an entry or an item, and those of the comment above it."""
    node = place.key or place.value
    start = text.rfind("\n", 0, int(node.start_mark.index)) + 1
    column = len(text[start:]) - len(text[start:].lstrip(" "))
    end = _end(text, place, column)
    while (above := text.rfind("\n", 0, start - 1) + 1) < start:
        line = text[above:start]
        if not line.startswith(f"{' ' * column}#"):
            break
        start = above
    return start, end


def applied(text: str, edits: list[Edit]) -> str:
    """The text with these changes; a ValueError where two of them overlap."""
    done, before = [], 0
    for edit in sorted(edits):
        if edit.start < before:
            raise ValueError(
                f"two values for the same place, near line {text.count(chr(10), 0, before)}"
            )
        done += [text[before : edit.start], edit.text]
        before = edit.end
    return "".join([*done, text[before:]])


def _prove(text: str, values: Mapping[str, Value]) -> None:
    """Read again, each place says what it was given."""
    root = compose(text)
    for path, value in values.items():
        if " ~ " in path or value is None:
            continue
        said = scalar(find(root, path).value)
        lines = (value,) if isinstance(value, str) else value
        if said.rstrip("\n").split("\n") != list(lines):
            raise ValueError(f"{path}: {said!r} is read there, and not {value!r}")
