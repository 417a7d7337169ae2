"""What create-tag may do: one tag, by GitHub's API or signed by git."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from release_actions.values import RefName, Repository, Sha
from release_actions.world import World


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
class SignTag:
    """A tag that git signs in the clone, and pushes where there is none of its name."""

    reversible: ClassVar[bool] = False

    repository: Repository
    name: RefName
    commit: Sha
    message: str
    path: str
    how: Literal["gpg", "ssh"]
    key: str = ""

    def __str__(self) -> str:
        return f"sign tag {self.name} on {self.commit} ({self.how}), and push it"

    def make(self, world: World) -> None:
        git = world.git(self.path)
        git.sign_tag(self.name, self.commit, self.message, self.how, self.key)
        git.push_tag(self.repository, self.name)
