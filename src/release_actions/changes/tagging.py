"""One tag as a Change: by GitHub's API, or by git in the clone and pushed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from release_actions.clients import tagging
from release_actions.values import RefName, Repository, Sha
from release_actions.world import World

Signing = Literal["none", "gpg", "ssh"]


@dataclass(frozen=True)
class MakeTag:
    """An annotated tag by GitHub's API. Workflows start by it, so it cannot be taken back."""

    reversible: ClassVar[bool] = False

    repository: Repository
    name: RefName
    commit: Sha
    message: str

    def __str__(self) -> str:
        return f"create tag {self.name} on {self.commit}"

    def make(self, world: World) -> None:
        world.github.create_tag(self.repository, self.name, self.commit, self.message)


@dataclass(frozen=True)
class PushTag:
    """A tag that git makes in the clone, signed if wanted, and pushes where there is none yet."""

    reversible: ClassVar[bool] = False

    repository: Repository
    name: RefName
    commit: Sha
    message: str
    path: str
    how: Signing = "none"
    key: str = ""

    def __str__(self) -> str:
        made = "create" if self.how == "none" else "sign"
        signed = "" if self.how == "none" else f" ({self.how})"
        return f"{made} tag {self.name} on {self.commit}{signed}, and push it"

    def make(self, world: World) -> None:
        git = world.git(self.path)
        tagging.make_tag(git, self.name, self.commit, self.message, self.how, self.key)
        tagging.push_tag(git, self.repository, self.name)
