"""What the caller asked of verify-crate-identity, and what the next step may read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from release_actions.clients.cargo import SECRET
from release_actions.clients.crate_files import CrateOnDisk
from release_actions.clients.crates import CRATES_IO
from release_actions.errors import UsageError
from release_actions.formats.crate_index import CrateName, IndexUrl
from release_actions.formats.versions import Version
from release_actions.values import Lines
from release_actions.verdict import Outputs
from release_actions.world import World

Mode = Literal["package", "pre-publish", "recover", "post-publish"]


@dataclass(frozen=True)
class Wanted:
    """A crate by its name, and by its version where the caller says it."""

    name: CrateName
    version: Version | None


class Packages(tuple[Wanted, ...]):
    """Crates as NAME or NAME@VERSION, each once."""

    def __new__(cls, raw: str) -> Self:
        found = [_wanted(line) for line in Lines(raw)]
        if len({wanted.name.key for wanted in found}) != len(found):
            raise ValueError("each crate once (crates.io takes - for _, and minds no case)")
        return super().__new__(cls, found)


def _wanted(line: str) -> Wanted:
    name, at, version = line.partition("@")
    try:
        return Wanted(CrateName(name), Version(version) if at else None)
    except ValueError as error:
        raise ValueError(f"crates, one a line, as NAME or NAME@VERSION; {error}") from None


@dataclass(frozen=True)
class Inputs:
    mode: Mode
    package: Packages
    path: str = "."
    attested_directory: str = ""
    registry_url: IndexUrl = CRATES_IO
    registry: str = ""
    environment: Lines = Lines("")

    def __post_init__(self) -> None:
        if not self.package:
            raise UsageError(
                "input `package`: nothing was given; allowed: crates, one a line; it is required"
            )
        for name in self.environment:
            if SECRET.search(name):
                raise UsageError(
                    f"input `environment`: `{name[:80]}` was given; allowed: names that are not"
                    " called like a secret, since the caller's code runs there"
                )
        if self.registry.startswith("-"):
            raise UsageError(
                f"input `registry`: `{self.registry[:80]}` was given; allowed: a registry's name"
            )

    @property
    def packages(self) -> bool:
        """Whether cargo packages in this mode."""
        return self.mode in ("package", "pre-publish")

    @property
    def names(self) -> tuple[CrateName, ...]:
        return tuple(wanted.name for wanted in self.package)

    def directory(self, world: World) -> Path:
        """The attested directory."""
        if self.attested_directory:
            return world.workspace / self.attested_directory
        temporary = world.environ.get("RUNNER_TEMP") or world.workspace / "target"
        return Path(temporary, "attested-crates")


@dataclass(frozen=True)
class Identified(Outputs):
    crates: str = ""
    directory: str = ""
    published: bool | None = None
    checksum: str = ""


def told(
    directory: Path, found: Iterable[CrateOnDisk], published: Mapping[CrateName, bool] | None = None
) -> Identified:
    """The outputs of crates that are what they should be; `published` by their names."""
    entries = [
        {
            "name": on_disk.crate.name,
            "version": on_disk.crate.version,
            "file": on_disk.crate.file,
            "sha256": on_disk.sha256,
            "commit": on_disk.crate.commit,
            "published": None if published is None else published[on_disk.crate.name],
        }
        for on_disk in found
        if on_disk.crate is not None
    ]
    return Identified(
        crates=json.dumps(entries),
        directory=str(directory),
        published=None if published is None else all(published.values()),
        checksum=str(entries[0]["sha256"]) if len(entries) == 1 else "",
    )
