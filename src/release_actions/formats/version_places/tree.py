"""A structured file as a tree whose leaves know where they stand: what JSON and YAML share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeGuard

from release_actions.formats.version_places.place import Package, Place, Role
from release_actions.formats.version_places.source import Source


class Leaf(NamedTuple):
    """A scalar; without its quotes where it has some."""

    value: str  # as it is meant
    start: int  # in characters of the source
    end: int
    kind: str = "text"  # or what else its format takes it for: float, null, boolean …


ALIAS = "value that an alias shares"  # to replace it would change more than it
Tree = dict[str, Any] | list[Any] | Leaf  # of Tree
Steps = Sequence[str]


def steps(selector: str) -> tuple[str, ...]:
    """A JSON pointer (/a/b, RFC 6901) or a dotted path (a.b), as its steps."""
    if selector.startswith("/"):
        return tuple(s.replace("~1", "/").replace("~0", "~") for s in selector[1:].split("/"))
    return tuple(selector.split("."))


def at(tree: Any, path: Steps) -> Any:
    """What stands there: a Tree (or, of TOML, a plain value); None for nothing."""
    for step in path:
        if is_list(tree) and re.fullmatch("[0-9]+", step) and int(step) < len(tree):
            tree = tree[int(step)]
        elif isinstance(tree, dict):
            tree = tree.get(step)
        else:
            return None
    return tree


def is_list(tree: Any) -> TypeGuard[list[Any]]:
    """A list of values: a Leaf is a tuple, not a list."""
    return isinstance(tree, list)


def words(tree: Any) -> list[str]:
    """The texts of a list; none where there is no list."""
    return [each for one in tree if (each := word(one)) is not None] if is_list(tree) else []


def is_true(tree: Any) -> bool:
    """Whether it is the word `true` of its format."""
    return isinstance(tree, Leaf) and tree.kind in ("boolean", "bool") and tree.value == "true"


def word(tree: Any, *path: str) -> str | None:
    """The text there; None where there is none."""
    found = at(tree, path)
    return found.value if isinstance(found, Leaf) and found.kind == "text" else None


def table(tree: Any, *path: str) -> dict[str, Any]:
    """The mapping there; an empty one where there is none."""
    found = at(tree, path)
    return found if isinstance(found, dict) else {}


def stated(
    source: Source,
    tree: Any,
    path: Steps,
    package: Package,
    *,
    role: Role = Role.STATEMENT,
    key: str = "",
    cut: str = "",
) -> tuple[Place, ...]:
    """The version that stands there, as a place; nothing where there is nothing.

    :param cut: what begins that part of the text which is not the version's.
    :raises Unreadable: for what is no text, or is not spelled as it is meant.
    """
    leaf = at(tree, path)
    if leaf is None:
        return ()
    found = text(source, leaf, name := key or ".".join(path))
    size = len(found.partition(cut)[0]) if cut else len(found)
    return (source.place(leaf.start, leaf.start + size, package, name, role),)


def text(source: Source, leaf: Any, name: str) -> str:
    """What a leaf says, where it is a text that stands in the file as it is meant.

    :raises Unreadable: for anything else, such as a version that YAML takes for a number.
    """
    if not isinstance(leaf, Leaf):
        raise source.unreadable(f"`{name}` is a {type(leaf).__name__}, not a text", first(leaf))
    written = source.text[leaf.start : leaf.end]
    if leaf.kind != "text":
        mend = "write it out" if leaf.kind == ALIAS else "put it in quotes"
        why = f"`{name}` is {written}, a {leaf.kind} and not a text: {mend}"
        raise source.unreadable(why, leaf.start)
    if written != leaf.value:
        raise source.unreadable(f"`{name}` is not spelled as it is meant", leaf.start)
    return written


def first(tree: Any) -> int:
    """Where the first leaf stands; 0 where there is none."""
    while isinstance(tree, dict | list) and tree:
        tree = next(iter(tree.values())) if isinstance(tree, dict) else tree[0]
    return tree.start if isinstance(tree, Leaf) else 0
