"""One workflow or action that is being read: its `env:`, its expressions, and places in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from release_actions.formats.env_hits import CALLS, Hit, in_expressions, named
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import Source, is_mapping, pairs, scalar
from release_actions.formats.script_signs import Signs
from release_actions.formats.workflow_env.said import Call, Said, Setting

if TYPE_CHECKING:
    from yaml import Node

_OF_THE_MATRIX = re.compile(r"\s*\$\{\{\s*matrix\.[\w.-]+\s*\}\}\s*")
_QUOTED_KEY = re.compile(r"[\"']([A-Za-z_]\w*)[\"']\s*:")
_CONSTANT = re.compile(r"fromJSON\(\s*'")


class Document:
    def __init__(self, text: str, names: Names) -> None:
        self.source = Source(text)
        self.names = names
        self.signs = Signs()
        self._seen: set[tuple[int, str]] = set()

    def first(self, node: Node, what: str) -> bool:
        """Whether a node that several aliases mean is met for the first time."""
        new = (id(node), what) not in self._seen
        self._seen.add((id(node), what))
        return new

    def setting(self, node: Node, hit: Hit, path: str) -> Setting:
        line, column = self.source.within(node, hit.offset, hit.name)
        text = self.source.line(line)
        return Setting(hit.kind, hit.name, line, column, path, hit.how, text)

    def said(
        self, node: Node, hits: Iterator[Hit], path: str, folders: tuple[str, ...] = ("",)
    ) -> Iterator[Said]:
        for hit in hits:
            if hit.kind in CALLS:
                line, column = self.source.within(node, hit.offset, hit.name)
                yield Call(hit.kind, hit.name, line, column, path, hit.how, folders)
            else:
                yield self.setting(node, hit, path)

    def env(self, node: Node | None, path: str) -> Iterator[Said]:
        """The variables of an `env:`."""
        if node is None or not self.first(node, "env"):
            return
        if not is_mapping(node):
            yield from self._whole(node, scalar(node), path)
        for key, value in pairs(node):
            at = f"{path}.{key.value}"
            yield from self.said(key, named(key.value, 0, self.names, "env"), at)
            yield from self.expressions(value, at)

    def _whole(self, node: Node, text: str, path: str) -> Iterator[Said]:
        """All variables at once, by an expression: those of a constant can be read."""
        if "${{" not in text or _OF_THE_MATRIX.fullmatch(text):
            return  # the matrix itself is looked at
        found = [
            hit
            for key in _QUOTED_KEY.finditer(text)
            for hit in named(key[1], key.start(1), self.names, "env")
        ]
        if not found and not _CONSTANT.search(text) and self.names.may_begin(""):
            found = [Hit("computed", text, 0, "env")]
        yield from self.said(node, iter(found), path)

    def expressions(self, node: Node | None, path: str) -> Iterator[Said]:
        """Variables and secrets of the repository that a value is made of."""
        if node is not None:
            yield from self.said(node, in_expressions(scalar(node), self.names), path)
