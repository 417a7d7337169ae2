"""The files of a work tree: which there are, what they hold, and what git says of them.

git is asked for the names, so that what it ignores costs nothing; a folder that is no clone is
walked, up to a bound. Nothing outside the folder is ever read: a name or a symlink that leaves it
is refused.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from release_actions.clients.git import Git, said
from release_actions.clients.staged import STAGED
from release_actions.errors import UpstreamError, UsageError
from release_actions.values import Sha, fold

WALKED = 100_000  # files of a folder that is no clone; a larger one is not what was meant
PASSED_BY = frozenset({".git", "node_modules", "target", "__pycache__", ".venv", ".tox", STAGED})
LARGEST = 32 * 1024 * 1024  # bytes; the largest lock files have ten


class OutsideError(ValueError):
    """A name that leads out of the tree, or through what is no file of it."""


@dataclass(frozen=True)
class Clone:
    """What git says of the clone that the folder is in."""

    prefix: str = ""  # the folder, from the clone's top; ends in /, or is empty
    commit: Sha | None = None  # None: no commit yet
    branch: str | None = None  # None: detached
    changed: tuple[str, ...] = ()  # from the clone's top: changed, staged, in conflict or untracked


@dataclass(frozen=True)
class WorkTree:
    """One look at a folder. Paths are from its root, with /."""

    root: Path
    files: frozenset[str]
    links: frozenset[str] = frozenset()
    clone: Clone | None = None  # None: the folder is in no clone
    left_over: bool = False  # of a run that was killed while it wrote
    _straight: set[str] = field(default_factory=set, compare=False, repr=False)
    _by_name: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def prefix(self) -> str:
        return self.clone.prefix if self.clone else ""

    def named(self, name: str) -> list[str]:
        """Every file of this name, wherever it is, in order."""
        if not self._by_name:
            for path in sorted(self.files):
                self._by_name.setdefault(path.rpartition("/")[2], []).append(path)
        return self._by_name.get(name, [])

    @property
    def names(self) -> frozenset[str]:
        """The names that files have, without their folders."""
        self.named("")
        return frozenset(self._by_name)

    def find(self, path: str) -> str | None:
        """The file's own path, behind symlinks of the tree; None where there is no such file.

        :raises OutsideError: for a path, or a symlink, that leads out of the tree.
        """
        for _ in range(40):  # as many symlinks as Linux follows
            path = _inside(path)
            if path in self.files:
                return path
            link = next((p for p in _upwards(path) if p in self.links), None)
            if link is None:
                return None
            target = str((self.root / link).readlink())
            rest = path.removeprefix(link)
            path = f"{PurePosixPath(link).parent}/{target}{rest}" if target[:1] != "/" else target
        raise OutsideError(f"{fold(path, 200)}: symlinks without an end")

    def read(self, path: str) -> bytes | None:
        """What a file holds that `find` found; None where it is gone.

        :raises OutsideError: where a symlink stands in its way, which git did not tell of.
        """
        if _inside(path) != path:
            raise OutsideError(f"{fold(path, 200)}: no plain path below the tree's root")
        self._require_straight(path.rpartition("/")[0], path)
        full = self.root / path
        try:
            descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UpstreamError(f"{fold(path, 200)}: {error.strerror}") from error
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode):
            os.close(descriptor)
            raise OutsideError(f"{fold(path, 200)}: it is no regular file")
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if about.st_size > LARGEST:
                raise UpstreamError(f"{fold(path, 200)}: larger than {LARGEST} bytes")
            return file.read()

    def _require_straight(self, folder: str, path: str) -> None:
        """Each folder below the root is asked once, and those that it is in before it."""
        if folder and folder not in self._straight:
            self._require_straight(folder.rpartition("/")[0], path)
            if (self.root / folder).is_symlink():
                raise OutsideError(f"{fold(path, 200)}: it stands behind a symlink")
            self._straight.add(folder)


def root(git: Git) -> Path:
    """The folder, without symlinks."""
    if not git.folder.is_dir():
        raise UsageError(
            f"input `path`: `{fold(str(git.folder), 80)}` was given; allowed: a folder"
        )
    return Path(os.path.realpath(git.folder))


def look(git: Git) -> WorkTree:
    """The folder's files by git, or by walking it where it is in no clone."""
    top = root(git)
    left_over = (top / STAGED).is_dir()
    prefix = _prefix(git)
    if prefix is None:
        return WorkTree(top, *_walked(top), None, left_over)
    told, listed = git.tell_side_by_side(STATUS, LISTED)
    clone = _clone(prefix, told)
    return WorkTree(top, *_listed(git, clone, listed), clone, left_over)


def earlier(git: Git, tree: WorkTree, paths: list[str]) -> Mapping[str, bytes | None]:
    """What these files hold in the commit that is checked out."""
    if not paths or tree.clone is None or tree.clone.commit is None:
        return {}
    prefix = tree.clone.prefix
    found = git.files(tree.clone.commit, [prefix + path for path in paths])
    return {path.removeprefix(prefix): content for path, content in found.items()}


STATUS = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all")
LISTED = ("ls-files", "--stage", "-z")


def _clone(prefix: str, told: bytes) -> Clone:
    heads, changed = _status(os.fsdecode(told).split("\0"))
    commit, branch = heads.get("oid", "(initial)"), heads.get("head", "(detached)")
    return Clone(
        prefix=prefix,
        commit=None if commit == "(initial)" else Sha(commit),
        branch=None if branch == "(detached)" else branch,
        changed=tuple(path for path in changed if STAGED not in path.split("/")),
    )


def _prefix(git: Git) -> str | None:
    """The folder, from the clone's top; None where it is in no clone."""
    if (git.folder / ".git").exists():
        return ""  # it is the top
    done = git.ask("rev-parse", "--show-prefix")
    if done.returncode == 0:
        return os.fsdecode(done.stdout).rstrip("\n")
    if b"not a git repository (or any" in done.stderr:
        return None
    raise UpstreamError(f"git rev-parse in {git.folder}: {said(done)}")


# How many words come before the path (git-status, porcelain format version 2).
WORDS = {"1": 8, "2": 9, "u": 10, "?": 1}


def _status(entries: list[str]) -> tuple[dict[str, str], list[str]]:
    """The headers, and the path of every entry."""
    heads: dict[str, str] = {}
    paths: list[str] = []
    rest = iter(entries)
    for entry in rest:
        kind = entry[:1]
        if kind == "#":
            name, _, value = entry.removeprefix("# branch.").partition(" ")
            heads[name] = value
        elif kind in WORDS:
            paths.append(entry.split(" ", WORDS[kind])[-1])
            if kind == "2":
                paths.append(next(rest))  # where a renamed one comes from
    return heads, paths


def _listed(git: Git, clone: Clone, told: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """Files and symlinks below the folder: those in the index, and those that are untracked."""
    files: set[str] = set()
    links: set[str] = set()
    kinds = {"100644": files, "100755": files, "120000": links}
    for entry in os.fsdecode(told).split("\0"):
        about, _, path = entry.partition("\t")
        if (mode := about[:6]) in kinds:  # 160000 is a submodule: another repository
            kinds[mode].add(path)
    for path in clone.changed:
        mine = path.removeprefix(clone.prefix)
        if path.startswith(clone.prefix) and mine not in files | links:
            full = git.folder / mine
            (links if full.is_symlink() else files).update([mine] if os.path.lexists(full) else [])
    return frozenset(files), frozenset(links)


def _walked(root: Path) -> tuple[frozenset[str], frozenset[str]]:
    files: set[str] = set()
    links: set[str] = set()
    for path, linked in _walk(root):
        (links if linked else files).add(path)
        if len(files) + len(links) > WALKED:
            raise UpstreamError(
                f"{root}: more than {WALKED} files, and no clone that names those that count"
            )
    return frozenset(files), frozenset(links)


def _walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Every file and symlink; folders of tools are passed by."""
    for folder, folders, names in os.walk(root):
        below = Path(folder).relative_to(root).as_posix()
        at = "" if below == "." else f"{below}/"
        links = {name for name in (*folders, *names) if Path(folder, name).is_symlink()}
        folders[:] = [name for name in folders if name not in PASSED_BY | links]
        yield from ((at + name, True) for name in links)
        yield from ((at + name, False) for name in names if name not in links)


def _inside(path: str) -> str:
    """The path without `.` and `..`."""
    if not path or path.startswith("/") or "\\" in path or "\0" in path:
        raise OutsideError(f"{fold(path, 200)}: no path below the tree's root")
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                raise OutsideError(f"{fold(path, 200)}: it leads out of the tree")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def _upwards(path: str) -> Iterator[str]:
    """The path, and each folder above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]
