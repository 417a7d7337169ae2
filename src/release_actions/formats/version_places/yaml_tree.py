"""YAML with the place of each text, by the marks of PyYAML's own nodes."""

from __future__ import annotations

from collections import Counter
from typing import Any

from release_actions.formats.version_places.place import Unreadable
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import ALIAS, Leaf, Tree

TEXT = "tag:yaml.org,2002:str"


def read(source: Source) -> Tree:
    """The tree of the one document. A key that stands there twice is refused.

    A leaf that is folded over lines, or that an alias repeats, has a kind of its own: to replace
    it would change more than it, or not what is meant.

    :raises Unreadable: what is no YAML, with line and column.
    """
    import yaml

    try:
        root = yaml.compose(source.text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        why = error.problem or error.context or "it ends early"
        raise source.unreadable(f"it is no YAML: {why}", mark.index if mark else 0) from error
    except yaml.reader.ReaderError as error:
        raise source.unreadable(f"it is no YAML: {error.reason}", error.position) from error
    except RecursionError as error:
        raise Unreadable("it is nested too deep") from error
    return Nodes(source).count(root).tree(root) if root is not None else {}


class Nodes:
    """The nodes of one document, and how often each is met: an alias meets a node again."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.met: Counter[int] = Counter()

    def count(self, node: Any) -> Nodes:
        """The same, once every node below this one is counted."""
        self.met[id(node)] += 1
        if self.met[id(node)] == 1 and node.id != "scalar":
            for each in node.value:
                for inner in each if isinstance(each, tuple) else (each,):
                    self.count(inner)
        return self

    def tree(self, node: Any) -> Tree:
        """The tree below a node."""
        if self.met[id(node)] > 1:
            return Leaf("", node.start_mark.index, node.end_mark.index, ALIAS)
        if node.id == "scalar":
            return self._leaf(node)
        if node.id == "sequence":
            return [self.tree(each) for each in node.value]
        table: dict[str, Tree] = {}
        for key, value in node.value:
            name = key.value if key.id == "scalar" else f"? {key.start_mark.index}"
            if name in table:
                why = f"the key `{name}` stands there twice"
                raise self.source.unreadable(why, key.start_mark.index)
            table[name] = self.tree(value)
        return table

    def _leaf(self, node: Any) -> Leaf:
        quotes = 1 if node.style in ("'", '"') else 0
        end = node.end_mark.index - quotes
        start = end - len(node.value)
        if node.style in ("|", ">") or self.source.text[max(start, 0) : end] != node.value:
            # A block, a fold or an escape: what stands there is not what is meant.
            return Leaf(node.value, node.start_mark.index, node.end_mark.index)
        kind = "text" if node.tag == TEXT else node.tag.rpartition(":")[2]
        return Leaf(node.value, start, end, kind)
