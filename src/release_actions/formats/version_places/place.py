"""A place in a file where a version stands, and what one file says by its places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Package(NamedTuple):
    """A package of one ecosystem, by its normal name (PEP 503 for Python, else as written)."""

    ecosystem: str  # cargo, python, npm, helm, maven, gradle, dart, elixir, citation, plain
    # "" for a file that names no package, such as VERSION. The version that a Cargo workspace
    # shares is that of no crate: its name is its manifest's path, such as Cargo.toml.
    name: str

    def __str__(self) -> str:
        return self.name or self.ecosystem


class Role(StrEnum):
    """What a version at a place is about."""

    STATEMENT = "statement"  # the package's own version
    REQUIREMENT = "requirement"  # what another package asks of it
    LOCK = "lock"  # what a lock file keeps of it


class Unreadable(ValueError):
    """A file that is not what its name says: why, and where in it (both from 1, 0: unknown)."""

    def __init__(self, why: str, line: int = 0, column: int = 0) -> None:
        super().__init__(why)
        self.line = line
        self.column = column


class Place(NamedTuple):
    """One version token in one file; `start` and `end` are offsets in its bytes.

    The token is the version alone: no quotes, no operator, no name.
    """

    path: str  # from the tree's root, with /
    start: int
    end: int
    line: int  # from 1
    column: int  # in characters, from 1
    text: str  # as it stands there
    role: Role
    package: Package  # whose version this is
    key: str  # where, in the format's own words: package.version, dependencies.ordvec
    python: bool = False  # spelled by PEP 440
    # Of a requirement, as written: =, ^, ~, ==, ~=, >=; empty for none. A comma: its form (a list,
    # a wildcard, <2) names no one version to keep in step, and the token is all of it.
    operator: str = ""
    partial: bool = False  # a requirement such as 0.5 or 1, which stands for all it begins
    form: str = "version"  # or the part of it that stands there alone: major, minor, patch

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True)
class Manifest:
    """What one file says: whose it is, and every place in it, of any package, in file order."""

    path: str
    package: Package | None  # that this file describes; None for a lock or a virtual manifest
    places: tuple[Place, ...] = ()
    published: bool = True  # False: its registry is told never to take it
    inherits: bool = False  # its version is that of the workspace: see cargo_workspace.stated()
    # Paths and globs of further manifests, from the tree's root: crates/*/Cargo.toml. `*` stays
    # within a folder, `**` does not. For a Cargo workspace, cargo_workspace.members() reads them.
    members: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()  # globs, from the tree's root, that `members` does not mean
    follows: tuple[str, ...] = ()  # paths, from the tree's root, that hold this version as well


def rewritten(content: bytes, edits: Iterable[tuple[Place, str]]) -> bytes:
    """The content with these tokens replaced, and every other byte as it was.

    :raises ValueError: where a place does not hold its own text, or two of them overlap.
    """
    done, at = [], 0
    for place, text in sorted(edits, key=lambda edit: edit[0].start):
        if place.start < at or content[place.start : place.end] != place.text.encode():
            raise ValueError(f"{place}: `{place.text}` does not stand there any more")
        done += [content[at : place.start], text.encode()]
        at = place.end
    return b"".join([*done, content[at:]])
