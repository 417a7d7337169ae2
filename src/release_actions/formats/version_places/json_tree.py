"""JSON with the place of each text: `json` says what it means, and this where it stands."""

from __future__ import annotations

import json
import re
from typing import Any

from release_actions.formats.version_places.place import Unreadable
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import Leaf, Tree

STRING = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
KEY = re.compile(rf"\s*{STRING}\s*:\s*(?:{STRING}|(?=.))", re.S)  # most values are texts
VALUE = re.compile(rf"\s*(?:{STRING}|([{{\[])|([^\s,\]}}]+))", re.S)
NEXT = re.compile(r"\s*([,\]}])")
EMPTY = re.compile(r"\s*[\]}]")
KINDS = {"t": "boolean", "f": "boolean", "n": "null"}


def read(source: Source) -> Tree:
    """The tree of a file. A key that stands there twice is refused: two readers would not agree.

    :raises Unreadable: what is no JSON, with line and column.
    """
    try:
        meant = json.loads(source.text, parse_constant=_refused)
        tree, _ = _value(source, 0)
    except json.JSONDecodeError as error:
        raise source.unreadable(f"it is no JSON: {error.msg}", error.pos) from error
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(f"it is no JSON: {error}") from error
    except RecursionError as error:
        raise Unreadable("it is nested too deep") from error
    if not _same(tree, meant):
        raise Unreadable("its texts could not be told for certain: is it unusual JSON?")
    return tree


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is none of its numbers")


# `json` has read the file before: it is JSON, and these need not doubt it.
def _value(source: Source, at: int) -> tuple[Tree, int]:
    found = VALUE.match(source.text, at)
    assert found
    if found[2] == "{":
        return _object(source, found.end())
    if found[2] == "[":
        return _array(source, found.end())
    if found[3]:
        kind = KINDS.get(found[3][0], "number")
        return Leaf(found[3], found.start(3), found.end(), kind), found.end()
    return Leaf(_meant(found[1]), found.start(1), found.end(1)), found.end()


def _object(source: Source, at: int) -> tuple[Tree, int]:
    table: dict[str, Tree] = {}
    if empty := EMPTY.match(source.text, at):
        return table, empty.end()
    while True:
        member = KEY.match(source.text, at)
        assert member
        key = _meant(member[1])
        if key in table:
            raise source.unreadable(f"the key `{key}` stands there twice", member.start(1))
        if member[2] is None:
            table[key], at = _value(source, member.end())
        else:
            table[key], at = Leaf(_meant(member[2]), member.start(2), member.end(2)), member.end()
        after = NEXT.match(source.text, at)
        assert after
        at = after.end()
        if after[1] == "}":
            return table, at


def _array(source: Source, at: int) -> tuple[Tree, int]:
    items: list[Tree] = []
    if empty := EMPTY.match(source.text, at):
        return items, empty.end()
    while True:
        item, at = _value(source, at)
        items.append(item)
        after = NEXT.match(source.text, at)
        assert after
        at = after.end()
        if after[1] == "]":
            return items, at


def _meant(raw: str) -> str:
    return str(json.loads(f'"{raw}"')) if "\\" in raw else raw


def _same(tree: Tree, meant: Any) -> bool:
    if isinstance(tree, dict):
        return tree.keys() == meant.keys() and all(_same(tree[k], meant[k]) for k in tree)
    if isinstance(tree, list):
        return len(tree) == len(meant) and all(map(_same, tree, meant))
    return not isinstance(meant, str) if tree.kind != "text" else bool(tree.value == meant)
