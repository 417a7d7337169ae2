"""What a Cargo.toml comes to, for whoever judges it: a tree without one never loads the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from release_actions.formats.version_places.place import Manifest, Package


class Inherited(Enum):
    """Stands for a value that is the workspace's."""

    FROM_WORKSPACE = "workspace = true"


INHERITED: Final = Inherited.FROM_WORKSPACE
Value = str | bool | tuple[str, ...] | Inherited
Metadata = Mapping[str, Value]

# What a workspace may share, the version apart.
SHARED = (
    *("authors", "categories", "description", "documentation", "edition", "exclude", "homepage"),
    *("include", "keywords", "license", "license-file", "publish", "readme", "repository"),
    "rust-version",
)


@dataclass(frozen=True)
class CargoManifest(Manifest):
    """What a Cargo.toml says by itself; cargo_workspace.settled() says it with its workspace."""

    workspace: bool = False  # it is the root of one
    listed: tuple[str, ...] = ()  # of `members`, those that the root itself names
    beside: tuple[str, ...] = ()  # those that it asks for by a path
    lends: Mapping[str, str] = field(default_factory=dict, hash=False)  # by what others call them
    borrows: tuple[str, ...] = ()  # what it asks for as its workspace lends it
    above: str = ""  # the root that it names itself, from the tree's root; "" for the nearest
    metadata: Metadata = field(default_factory=dict, hash=False)  # of [package]
    shared: Metadata = field(default_factory=dict, hash=False)  # of [workspace.package]

    def holds(self, path: str) -> bool:
        """Whether a manifest below may be its member: it is a root, and does not exclude it.

        `exclude` means folders and all below them, no globs; what is listed by name stays in.
        """
        if not self.workspace:
            return False
        if not path.startswith(tuple(each.removesuffix("**") for each in self.excluded)):
            return True
        return path.startswith(tuple(each.removesuffix("Cargo.toml") for each in self.listed))


def shared_version(path: str) -> Package:
    """The name for what `[workspace.package] version` is the version of: no crate, but a root.

    There may be several in a tree, each with its version, so it is named by its manifest.
    """
    return Package("cargo", path)


def publishes(publish: Value) -> bool:
    """Whether any registry may have it: `publish = []` is none (D-W15)."""
    return publish is not False and publish != ()
