"""The tree that cargo packages: its members, its commit, and what of it no commit holds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from release_actions.clients.cargo import Cargo
from release_actions.clients.git import Git
from release_actions.formats.cargo_metadata import Member, Workspace
from release_actions.formats.crate_index import CrateName
from release_actions.values import Sha

# Written by cargo into every .crate: no file of the tree.
MADE = {".cargo_vcs_info.json", "Cargo.toml.orig"}


@dataclass(frozen=True)
class Tree:
    """`dirty` are packaged files that differ from the commit, from the clone's top.

    `locked` says that the commit has the workspace's Cargo.lock.
    """

    workspace: Workspace
    commit: Sha | None
    locked: bool
    dirty: tuple[str, ...]
    cargo: str


def look(cargo: Cargo, git: Git, names: Sequence[CrateName]) -> Tree:
    """The tree as it is. What cargo would not package may be changed at will."""
    workspace = cargo.metadata()
    commit = git.head()
    members = [member for name in names if (member := workspace.find(name))]
    dirty = () if commit is None else _dirty(cargo, git, workspace, members)
    lock = str(Path(os.path.realpath(workspace.root), "Cargo.lock"))
    locked = git.ask("ls-files", "--error-unmatch", "--", lock).returncode == 0
    return Tree(workspace, commit, locked, dirty, cargo.version())


def _dirty(
    cargo: Cargo, git: Git, workspace: Workspace, members: Sequence[Member]
) -> tuple[str, ...]:
    top = Path(os.path.realpath(os.fsdecode(git.tell("rev-parse", "--show-toplevel")).rstrip("\n")))
    told = git.tell("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames")
    changed = {os.fsdecode(entry[3:]) for entry in told.split(b"\0") if entry}
    roots = {Path(os.path.realpath(workspace.root), name) for name in ("Cargo.toml", "Cargo.lock")}
    folders = {Path(os.path.realpath(member.folder)): member.name for member in members}
    listed = {folder: cargo.listed(name) for folder, name in folders.items()}
    packaged = {folder / p for folder, paths in listed.items() for p in set(paths or ()) - MADE}
    # Gone from the tree, a file is not listed; nor is any where cargo cannot tell.
    unlisted = {path for path in changed if not os.path.lexists(top / path)}
    whole = [folder for folder, paths in listed.items() if paths is None]
    return tuple(
        path
        for path in sorted(changed)
        if (top / path) in packaged | roots
        or any((top / path).is_relative_to(f) for f in (folders if path in unlisted else whole))
    )
