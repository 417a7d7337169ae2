"""The branches of a repository, asked of GitHub."""

from __future__ import annotations

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json, segment
from release_actions.values import Repository, Sha


def matching(github: GitHub, repository: Repository, prefix: str) -> tuple[tuple[str, Sha], ...]:
    """Every branch whose name begins so, with the commit at its head."""

    def read(json: Json) -> tuple[str, Sha]:
        name = str(json["ref"])
        if not name.startswith(f"refs/heads/{prefix}"):
            raise ValueError("another ref was answered")
        return name.removeprefix("refs/heads/"), Sha(json["object"]["sha"])

    path = f"/repos/{repository}/git/matching-refs/heads/{segment(prefix)}"
    return github.rest.pages(path, "", read, identity="ref")
