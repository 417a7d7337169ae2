"""What roll-release-notes may do: put the file with its few new lines in the old one's place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

from release_actions.clients import one_file, staged
from release_actions.world import World


@dataclass(frozen=True)
class WriteFile:
    """The file anew. It can be taken back by git."""

    reversible: ClassVar[bool] = True

    path: str
    file: str
    before: bytes = field(repr=False)
    after: bytes = field(repr=False)

    def __str__(self) -> str:
        old, new = self._differing()
        return f"write {self.file} anew: {len(new)} lines come, {len(old)} go"

    @property
    def shown(self) -> str:
        """The lines that differ, so that a dry run can be read: -old +new."""
        old, new = self._differing()
        told = [*(f"-{line.strip()}" for line in old), *(f"+{line.strip()}" for line in new)]
        return " ".join(f"`{line}`" for line in told if len(line) > 1)

    def _differing(self) -> tuple[list[str], list[str]]:
        old, new = (text.decode(errors="replace").split("\n") for text in (self.before, self.after))
        return _only(old, new), _only(new, old)

    def make(self, world: World) -> None:
        root = world.git(self.path).folder.resolve()
        found = one_file.place(root, self.file) or root / self.file
        where = found.relative_to(root).as_posix()
        staged.swap(root, [staged.Rewrite(where, self.before, self.after)])


def _only(lines: list[str], others: list[str]) -> list[str]:
    """The lines that the others do not have, or not so often, in their order."""
    left = Counter(others)
    found: list[str] = []
    for line in lines:
        if left[line] > 0:
            left[line] -= 1
        else:
            found.append(line)
    return found
