"""What `cargo metadata --no-deps --format-version 1` says of a workspace."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from release_actions.formats.crate_index import CrateName
from release_actions.formats.versions import Version


@dataclass(frozen=True)
class Need:
    """A dependency on another member, by path and with a version: cargo publishes it so.

    A development dependency without a version (`req` is `*`) is left out of what is published.
    """

    name: CrateName
    req: str
    kind: str  # normal, build or dev


@dataclass(frozen=True)
class Member:
    """One package of the workspace; `registries` None: publishable anywhere, empty: nowhere."""

    name: CrateName
    version: Version
    folder: str
    registries: tuple[str, ...] | None
    needs: tuple[Need, ...]

    @property
    def file(self) -> str:
        """The name of its .crate."""
        return f"{self.name}-{self.version}.crate"


@dataclass(frozen=True)
class Workspace:
    """All members, in cargo's order."""

    root: str
    members: tuple[Member, ...]

    def find(self, name: str) -> Member | None:
        """The member of this name."""
        return next((member for member in self.members if member.name == name), None)

    def siblings(self, member: Member) -> tuple[Member, ...]:
        """The members that have to be on the registry before this one can be packaged alone."""
        names = dict.fromkeys(need.name for need in member.needs)
        return tuple(found for name in names if (found := self.find(name)))


def read(content: bytes) -> Workspace:
    """The workspace.

    :raises ValueError: for what cargo's format version 1 is not.
    """
    try:
        told = json.loads(content)
        ids = set(told["workspace_members"])
        packages = [package for package in told["packages"] if package["id"] in ids]
        members = tuple(_member(package) for package in packages)
        return Workspace(str(told["workspace_root"]), members)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"no metadata of a workspace: {error!r}") from error


def _member(package: Any) -> Member:
    publish = package["publish"]
    return Member(
        CrateName(package["name"]),
        Version(package["version"]),
        str(PurePath(package["manifest_path"]).parent),
        None if publish is None else tuple(map(str, publish)),
        tuple(
            Need(CrateName(need["name"]), str(need["req"]), str(need["kind"] or "normal"))
            for need in package["dependencies"]
            if need.get("path") and not (need["kind"] == "dev" and need["req"] == "*")
        ),
    )
