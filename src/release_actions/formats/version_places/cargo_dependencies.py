"""What a Cargo.toml asks of other packages: each entry of each dependency table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from release_actions.formats.version_places.place import Package, Place, Role, Unreadable
from release_actions.formats.version_places.toml_places import Path, Token, Toml, dotted

KINDS = (
    *("dependencies", "dev-dependencies", "build-dependencies"),
    *("dev_dependencies", "build_dependencies"),  # the old spelling, read before edition 2024
)
# One comparator that names a version to keep in step with. Lists, wildcards, `>`, `<` and `<=` do
# not: https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
COMPARATOR = re.compile(
    r"\s*(?P<operator>=|\^|~|>=|)\s*"
    r"(?P<version>[0-9]+(?P<minor>\.[0-9]+(?P<patch>\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?)?)?)\s*",
    re.ASCII,
)
NOT_KEPT = ","  # the operator of a requirement of any other form; its token is then all of it


class Dependency(NamedTuple):
    """An entry, in its table or as a table of its own."""

    name: str  # as it is called here
    package: str  # its real name
    version: Token | None
    folder: str | None = None  # its `path`, from the manifest's folder
    lent: bool = False  # in [workspace.dependencies], so that nobody asks for it yet
    borrowed: bool = False  # what the workspace says of it counts

    def place(self, file: str) -> Place | None:
        """Where its requirement stands; None where it has none."""
        if self.version is None:
            return None
        about = (file, Role.REQUIREMENT, Package("cargo", self.package))
        found = COMPARATOR.fullmatch(self.version.value)
        if found is None:
            return self.version.place(*about, operator=NOT_KEPT)
        version = self.version.part(*found.span("version"))
        return version.place(*about, operator=found["operator"], partial=not found["patch"])


def dependencies(toml: Toml) -> Iterator[Dependency]:
    """The entries of every table but [patch] and [replace], which ask nothing.

    :raises Unreadable: a version that is no text.
    """
    for path, table in _tables(toml):
        lent = path[0] == "workspace"
        for name, entry in table.items():
            if isinstance(entry, str):
                yield Dependency(name, name, toml.at(*path, name), lent=lent)
            elif isinstance(entry, dict):
                version = toml.at(*path, name, "version")
                if version is None and "version" in entry:
                    raise Unreadable(f"`{dotted((*path, name, 'version'))}` is no text")
                folder = entry.get("path")
                folder = folder if isinstance(folder, str) else None
                package = str(entry.get("package", name))
                borrowed = entry.get("workspace") is True
                yield Dependency(name, package, version, folder, lent, borrowed)


def _tables(toml: Toml) -> Iterator[tuple[Path, dict[str, Any]]]:
    places: list[Path] = [(kind,) for kind in KINDS]
    targets = toml.get("target")
    if isinstance(targets, dict):
        places += [("target", each, kind) for each in targets for kind in KINDS]
    places += [("workspace", "dependencies")]
    for path in places:
        table = toml.get(*path)
        if isinstance(table, dict):
            yield path, table
