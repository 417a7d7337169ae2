"""A file as it stands at the head of a branch, by GitHub's API: no clone has to be deep enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_actions.values import RefName, Repository, Sha

if TYPE_CHECKING:  # a start that asks GitHub nothing does not pay for its client
    from release_actions.clients.github import GitHub


@dataclass(frozen=True)
class BranchFile:
    """The branch's head, and the file there; None for what is not there."""

    head: Sha | None
    content: bytes | None


def at_head(github: GitHub, repository: Repository, branch: RefName, path: str) -> BranchFile:
    """Both from one commit, even where the branch moves meanwhile."""
    head = github.branch_head(repository, branch)
    if head is None:
        return BranchFile(None, None)
    return BranchFile(head, github.file(repository, path, head))
