"""What bump-lockstep-version may do: every file in one swap, or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from release_actions.clients import staged, work_tree
from release_actions.clients.staged import Rewrite
from release_actions.world import World


@dataclass(frozen=True)
class RewriteAll:
    """Every file with its new versions; git can bring the old ones back."""

    reversible: ClassVar[bool] = True

    path: str
    rewrites: tuple[Rewrite, ...]

    def __str__(self) -> str:
        count = len(self.rewrites)
        return f"rewrite {count} file{'s' if count > 1 else ''}, all of them or none"

    def make(self, world: World) -> None:
        staged.swap(work_tree.root(world.git(self.path)), self.rewrites)


@dataclass(frozen=True)
class TidyUp:
    """Remove what a run that was killed has left."""

    reversible: ClassVar[bool] = True

    path: str

    def __str__(self) -> str:
        return f"remove {staged.STAGED}"

    def make(self, world: World) -> None:
        staged.tidy(work_tree.root(world.git(self.path)))
