"""A folder of wheels and sdists: each opened in place, and told with what is wrong; hashed where
that is needed, since it is what takes long.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from release_actions.clients import files
from release_actions.clients.files import Hashed
from release_actions.errors import UpstreamError
from release_actions.formats import dist, dist_name
from release_actions.formats.checksums import Sha256
from release_actions.formats.dist import BadDistError, Dist
from release_actions.formats.dist_name import DistName

PIECE = 2**20  # bytes
Kind = Literal["file", "folder", "symlink", "other"]


@dataclass(frozen=True)
class DistFile:
    """An entry of the folder. `name` and `dist` are None where `problem` says why."""

    file: str
    path: Path
    kind: Kind = "file"
    identity: tuple[int, ...] = ()  # of the file as it was found; another one is another file
    hashed: Hashed | None = None
    name: DistName | None = None
    dist: Dist | None = None
    problem: str = ""

    @property
    def sha256(self) -> Sha256 | None:
        return self.hashed.sha256 if self.hashed else None


def listed(folder: Path) -> tuple[str, ...] | None:
    """The names in a folder, sorted; None where there is none. A link there is no folder."""
    try:
        if not stat.S_ISDIR(folder.lstat().st_mode):
            raise UpstreamError(f"{folder}: it is there and no folder")
        return tuple(sorted(path.name for path in folder.iterdir()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UpstreamError(f"{folder}: it cannot be read: {error.strerror}") from error


def look(folder: Path) -> tuple[DistFile, ...] | None:
    """Every entry of the folder, opened and not hashed; None where there is no such folder."""
    entries = entered(folder)
    return None if entries is None else opened(entries)


def entered(folder: Path) -> tuple[DistFile, ...] | None:
    """Every entry of the folder, neither opened nor hashed."""
    names = listed(folder)
    return None if names is None else tuple(_entry(folder / name) for name in names)


def hashed(entries: Iterable[DistFile]) -> tuple[DistFile, ...]:
    """The entries that are files, hashed; changed where one is not any more what was found."""
    found = [entry for entry in entries if entry.kind == "file"]
    digests = files.digests(entry.path for entry in found)
    return tuple(_hashed(entry, digests[entry.path]) for entry in found)


def _hashed(entry: DistFile, digest: Hashed | None) -> DistFile:
    if digest is None:  # it is gone, or no file any more
        return replace(entry, hashed=None)
    changed = digest.changed or _entry(entry.path).identity != entry.identity
    return replace(entry, hashed=replace(digest, changed=changed))


# A file that is still this one has these bytes, or has not.
_alike: dict[tuple[tuple[int, ...], Sha256 | None], bool] = {}


def same(pairs: Mapping[str, tuple[DistFile, DistFile]]) -> dict[str, bool]:
    """Whether the first of each pair holds the bytes of the second, which is hashed: far less
    work than a digest.
    """
    if not pairs:
        return {}
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return dict(zip(pairs, pool.map(lambda pair: _same(*pair), pairs.values()), strict=True))


def _same(one: DistFile, other: DistFile) -> bool:
    key = (one.identity, other.sha256)
    if key not in _alike:
        _alike[key] = _same_bytes(one.path, other.path)
    return _alike[key]


def _same_bytes(one: Path, other: Path) -> bool:
    try:
        if one.stat().st_size != other.stat().st_size:
            return False
        with one.open("rb", buffering=0) as first, other.open("rb", buffering=0) as second:
            while piece := first.read(PIECE):
                if second.read(len(piece)) != piece:
                    return False
        return True
    except OSError as error:
        raise UpstreamError(f"{one}: it cannot be read: {error.strerror}") from error


def opened(entries: Sequence[DistFile]) -> tuple[DistFile, ...]:
    """The same entries, opened side by side; bytes that were seen before are not opened again."""
    if not entries:
        return ()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return tuple(pool.map(_opened, entries))


# What is in a file of these bytes (or that is still this one) and this name stays so.
_known: dict[tuple[str, Sha256 | tuple[int, ...]], Dist | str] = {}


def _opened(entry: DistFile) -> DistFile:
    """The entry with what its name and its content say, or with what is wrong."""
    if entry.kind != "file":
        return entry
    try:
        name = dist_name.read(entry.file)
    except ValueError as error:
        return replace(entry, problem=str(error))
    key = (entry.file, entry.sha256 or entry.identity)
    if key not in _known:
        _known[key] = _read(name, entry.path)
    found = _known[key]
    if isinstance(found, str):
        return replace(entry, name=name, problem=found)
    return replace(entry, name=name, dist=found)


def _read(name: DistName, path: Path) -> Dist | str:
    try:
        with path.open("rb") as stream:
            return dist.read(name, stream)
    except BadDistError as error:
        return str(error)
    except OSError as error:
        raise UpstreamError(f"{path}: it cannot be read: {error.strerror}") from error


def _entry(path: Path) -> DistFile:
    try:
        about = path.lstat()
    except OSError:  # it went meanwhile
        return DistFile(path.name, path, "other")
    identity = (about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns, about.st_ctime_ns)
    return DistFile(path.name, path, _kind(about.st_mode), identity)


def _kind(mode: int) -> Kind:
    kinds: tuple[tuple[bool, Kind], ...] = (
        (stat.S_ISREG(mode), "file"),
        (stat.S_ISDIR(mode), "folder"),
        (stat.S_ISLNK(mode), "symlink"),
    )
    return next((kind for holds, kind in kinds if holds), "other")
