"""What open-release-pr may do: push one branch, and open one pull request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from release_actions.clients import committing, pulls
from release_actions.values import RefName, Repository, Sha
from release_actions.world import World


@dataclass(frozen=True)
class PushBranch:
    """The commit as a branch, where the branch is still as it was seen; nothing else is lost."""

    reversible: ClassVar[bool] = True

    repository: Repository
    branch: RefName
    commit: Sha
    expected: Sha | None  # None: the branch is not there
    path: str

    def __str__(self) -> str:
        over = f", which was {self.expected}" if self.expected else ""
        return f"push {self.commit} as branch {self.branch}{over}"

    def make(self, world: World) -> None:
        git = world.git(self.path)
        committing.push(git, self.repository, self.commit, self.branch, self.expected)


@dataclass(frozen=True)
class OpenPull:
    """A pull request: people are told of it at once, so that it cannot be taken back."""

    reversible: ClassVar[bool] = False

    repository: Repository
    head: RefName
    base: RefName
    title: str
    body: str
    draft: bool

    def __str__(self) -> str:
        return f"open a pull request from {self.head} to {self.base}: {self.title}"

    def make(self, world: World) -> None:
        pulls.open_one(
            world.github,
            self.repository,
            head=self.head,
            base=self.base,
            title=self.title,
            body=self.body,
            draft=self.draft,
        )
