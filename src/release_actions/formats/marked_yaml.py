"""YAML with marks: one document as nodes that know their line and column. No I/O.

libyaml reads it. What it would let through and GitHub does not is refused: a key that stands
twice, more than one document, a text without any.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from release_actions.formats.marked_source import Source
from release_actions.formats.plain_yaml import is_plain

if TYPE_CHECKING:
    from yaml import Node, ScalarNode

__all__ = [
    "NotYamlError",
    "Source",
    "compose",
    "get",
    "is_mapping",
    "items",
    "pairs",
    "proved_plain",
    "scalar",
    "scalars",
]

MERGED = 50  # mappings that one mapping may merge, one within the other


class NotYamlError(ValueError):
    """A text that is no one YAML document, with the place of the fault, from 1."""

    def __init__(self, why: str, line: int, column: int) -> None:
        super().__init__(why)
        self.line = line
        self.column = column


@cache
def _composer() -> type[Any]:
    """libyaml's composer; resolving what a scalar means is left out, since nobody asks."""
    import yaml

    class Composer(yaml.CLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
        def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
            return "x"

        def descend_resolver(self, current_node: Any, current_index: Any) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

    return Composer


def proved_plain(text: str) -> bool:
    """Whether it is one document, plainly written, without a key that stands twice.

    False says only that it has to be composed.

    :raises NotYamlError: where it surely is no YAML.
    """
    if not is_plain(text):
        return False
    composer = _composer()(text)
    if not hasattr(composer, "raw_parse"):
        return False
    _guarded(composer.raw_parse)
    return True


def compose(text: str) -> Node:
    """The document's node, of which aliases are the same node again.

    :raises NotYamlError: where it is no document, or a key stands twice.
    """
    node = _guarded(_composer()(text).get_single_node)
    if node is None:
        raise NotYamlError("there is nothing in it", 1, 1)
    _each_once(node)
    return cast("Node", node)


def _guarded(read: Any) -> Any:
    import yaml

    try:
        return read()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise NotYamlError(error.problem or "no YAML", *at) from None
    except yaml.YAMLError as error:
        raise NotYamlError(f"no YAML: {' '.join(str(error).split())}", 1, 1) from None
    except RecursionError:
        raise NotYamlError("too deep", 1, 1) from None


def _each_once(root: Node) -> None:
    seen: set[int] = set()
    todo: list[Any] = [root]
    while todo:
        node = todo.pop()
        if node.id == "scalar" or id(node) in seen:
            continue
        seen.add(id(node))
        if node.id == "sequence":
            todo += node.value
            continue
        members: dict[str, Any] = {}
        for key, value in node.value:
            todo.append(value)
            if key.id != "scalar":
                todo.append(key)
            elif key.value in members:
                mark = key.start_mark
                raise NotYamlError(
                    f"the key `{key.value}` stands twice", mark.line + 1, mark.column + 1
                )
            else:
                members[key.value] = value
        node.members = members  # what `get` looks a key up in


def pairs(node: Any, depth: int = 0) -> Iterator[tuple[ScalarNode, Node]]:
    """A mapping's keys and values, those that `<<` merges too; nothing for what is no mapping."""
    if node is None or node.id != "mapping" or depth > MERGED:
        return
    for key, value in node.value:
        if key.id != "scalar":
            continue
        yield key, value
        if key.value == "<<":
            for merged in value.value if value.id == "sequence" else [value]:
                yield from pairs(merged, depth + 1)


def items(node: Any) -> list[Node]:
    """A list's items; nothing for what is no list."""
    return cast("list[Node]", node.value) if node is not None and node.id == "sequence" else []


def get(node: Any, *keys: str) -> Node | None:
    """The value below these keys, or None."""
    for key in keys:
        if node is None or node.id != "mapping":
            return None
        node = node.members.get(key) if "<<" not in node.members else _merged(node, key)
    return cast("Node | None", node)


def _merged(node: Any, key: str) -> Any:
    return next((value for name, value in pairs(node) if name.value == key), None)


def scalar(node: Any) -> str:
    """A scalar's text; nothing for what is none."""
    return str(node.value) if node is not None and node.id == "scalar" else ""


def is_mapping(node: Any) -> bool:
    return node is not None and bool(node.id == "mapping")


def scalars(node: Node | None) -> Iterator[tuple[tuple[str, ...], ScalarNode, bool]]:
    """Every scalar below, with its path, and whether it is a key; each node once."""
    seen: set[int] = set()
    todo: list[tuple[tuple[str, ...], Any, bool]] = [((), node, False)] if node else []
    while todo:
        path, here, is_key = todo.pop()
        if here.id == "scalar":
            yield path, here, is_key
            continue
        if id(here) in seen:
            continue
        seen.add(id(here))
        if here.id == "sequence":
            todo += [
                ((*path, f"[{i}]"), each, False) for i, each in reversed([*enumerate(here.value)])
            ]
        else:
            for key, value in reversed(here.value):
                below = (*path, str(key.value)) if key.id == "scalar" else path
                todo += [(below, value, False), (below, key, True)]
