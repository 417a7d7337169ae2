"""A file that an action leaves in the workspace for whoever comes after it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from release_actions.clients import files, one_file
from release_actions.errors import RefusedError
from release_actions.world import World

INSIDE = "Let `output-file` be a path inside the workspace, and no link out of it."


@dataclass(frozen=True)
class WriteFile:
    """One file, new or anew; the action has seen that it is none of the repository's."""

    reversible: ClassVar[bool] = True

    path: str
    content: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"write {self.path}, {len(self.content)} bytes"

    def make(self, world: World) -> None:
        found = one_file.place(world.workspace, self.path)
        if found is None:
            raise RefusedError("output-outside", f"{self.path} leaves the workspace", fix=INSIDE)
        files.write(found, self.content)
