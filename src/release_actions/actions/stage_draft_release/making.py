"""What stage-draft-release may do: all of it to a draft, so that none of it is seen yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from release_actions.clients import assets, releases
from release_actions.clients.assets import Upload
from release_actions.clients.progress import in_bytes
from release_actions.clients.releases import Release
from release_actions.errors import RefusedError
from release_actions.formats.asset_manifest import ExpectedAsset
from release_actions.values import RefName, Repository, Sha
from release_actions.world import World


@dataclass(frozen=True)
class CreateDraft:
    """An empty draft. Another stager may make one at the same time: the next look tells."""

    reversible: ClassVar[bool] = True

    repository: Repository
    tag: RefName
    commit: Sha
    title: str
    prerelease: bool

    def __str__(self) -> str:
        return f"create a draft for {self.tag}, pinned to {self.commit}"

    def make(self, world: World) -> None:
        releases.create_draft(
            world.github, self.repository, self.tag, self.commit, self.title, self.prerelease
        )


@dataclass(frozen=True)
class DeleteDraft:
    """Our own empty draft, where another one was first."""

    reversible: ClassVar[bool] = False

    repository: Repository
    release: int

    def __str__(self) -> str:
        return f"delete the empty draft {self.release}"

    def make(self, world: World) -> None:
        found = releases.one(world.github, self.repository, self.release)
        if found is not None and (not found.draft or found.assets):
            fix = "Look at both, delete the one that is not wanted, and run again."
            raise RefusedError("not-empty", f"{found} is no empty draft any more", fix=fix)
        releases.delete(world.github, self.repository, self.release)


@dataclass(frozen=True)
class EditDraft:
    """The draft's title, text and marks."""

    reversible: ClassVar[bool] = True

    repository: Repository
    release: int
    fields: tuple[tuple[str, str | bool], ...]

    def __str__(self) -> str:
        return f"set {', '.join(name for name, _ in self.fields)} of draft {self.release}"

    def make(self, world: World) -> None:
        draft = _draft(world, self.repository, self.release)
        releases.edit(world.github, self.repository, draft, dict(self.fields))


@dataclass(frozen=True)
class UploadAsset:
    """A file for the draft; in place of `instead`, if that is given."""

    reversible: ClassVar[bool] = True

    repository: Repository
    release: int | None  # None: of a draft that is not there yet
    asset: ExpectedAsset
    path: Path
    instead: int | None = None

    def __str__(self) -> str:
        how = "upload" if self.instead is None else "replace"
        return f"{how} {self.asset.name} ({in_bytes(self.asset.size)})"

    def make(self, world: World) -> None:
        assert self.release is not None  # what waits for a draft is not made before it
        release = self.release
        if self.instead is not None:
            _draft(world, self.repository, release)
            assets.delete(world.github, self.repository, self.instead)
        upload = Upload(
            self.repository,
            lambda: _draft(world, self.repository, release),
            self.asset,
            self.path,
        )
        assets.put(world.github, upload, world.progress)


def _draft(world: World, repository: Repository, id: int) -> Release:
    """The draft as it is now: the assets of what is published are never touched."""
    found = releases.one(world.github, repository, id)
    if found is not None and found.draft:
        return found
    was = "is not there any more" if found is None else "was published meanwhile"
    fix = "Find out who did that, and run again."
    raise RefusedError("no-draft-any-more", f"release {id} {was}", fix=fix)
