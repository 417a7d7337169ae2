"""YAML whose every part still knows its file and line, and whose scalars stay as written.

GitHub reads YAML 1.2, where `on:` is a string; a plain YAML 1.1 loader makes it `True`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from rehearsal.errors import RehearsalError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Marked:
    """One part of a YAML file."""

    file: Path
    node: yaml.Node

    @property
    def line(self) -> int:
        """The line it starts on, counted from one."""
        return int(self.node.start_mark.line) + 1

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.node, yaml.MappingNode)

    @property
    def text(self) -> str:
        """A scalar as it is written; empty for anything else."""
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    @property
    def strings(self) -> tuple[str, ...]:
        """A list of scalars, or one scalar as a list."""
        if isinstance(self.node, yaml.SequenceNode):
            return tuple(part.text for part in self.parts)
        return (self.text,) if self.text else ()

    @property
    def parts(self) -> tuple[Marked, ...]:
        """The items of a list; none for anything else."""
        if not isinstance(self.node, yaml.SequenceNode):
            return ()
        return tuple(Marked(self.file, item) for item in self.node.value)

    def items(self) -> Iterator[tuple[str, Marked]]:
        """The keys and values of a mapping; none for anything else."""
        if self.is_mapping:
            for key, value in self.node.value:
                yield str(key.value), Marked(self.file, value)

    def get(self, key: str) -> Marked | None:
        """The value of this key, if it is a mapping that has it."""
        return next((value for name, value in self.items() if name == key), None)

    def text_of(self, key: str) -> str:
        """The scalar of this key as it is written; empty if there is none."""
        value = self.get(key)
        return value.text if value else ""

    def mapping_of(self, key: str) -> dict[str, str]:
        """The scalars below this key."""
        value = self.get(key)
        return {name: part.text for name, part in value.items()} if value else {}


def read(file: Path) -> Marked:
    """The mapping that a YAML file holds."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        raise RehearsalError(f"{file}: cannot be read: {error}") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}" if mark else str(file)
        raise RehearsalError(f"{place}: this is no YAML: {error.problem}") from error
    if not isinstance(node, yaml.MappingNode):
        raise RehearsalError(f"{file}: expected a mapping at the top")
    return Marked(file, node)
