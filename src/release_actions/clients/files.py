"""Files on this machine: found by patterns, hashed side by side, written whole."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from uuid import uuid4

from release_actions.errors import UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.formats.file_pattern import FilePattern, fits
from release_actions.values import fold


@dataclass(frozen=True, order=True)
class Found:
    """What a pattern matched, below the folder that was searched; no link was followed."""

    path: str  # with / between folders
    kind: Literal["file", "symlink", "other"]


def find(folder: Path, pattern: FilePattern) -> tuple[Found, ...]:
    """All that the pattern matches but folders, sorted; also a link on the way to a match."""
    return tuple(sorted(set(_walk(folder, "", pattern.parts))))


def _walk(folder: Path, below: str, parts: tuple[str, ...]) -> Iterator[Found]:
    part, rest = parts[0], parts[1:]
    if part == "**":
        yield from _walk(folder, below, rest)
    for entry in _entries(folder):
        path, is_folder = below + entry.name, entry.is_dir(follow_symlinks=False)
        if part == "**":
            if is_folder and not entry.name.startswith("."):
                yield from _walk(Path(entry.path), f"{path}/", parts)
        elif not fits(part, entry.name):
            continue
        elif is_folder and rest:
            yield from _walk(Path(entry.path), f"{path}/", rest)
        elif not is_folder and (not rest or (entry.is_symlink() and entry.is_dir())):
            yield Found(path, _kind(entry))


def _kind(entry: os.DirEntry[str]) -> Literal["file", "symlink", "other"]:
    if entry.is_symlink():
        return "symlink"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        raise _unreadable(folder, error) from error


def named(folder: Path, names: Collection[str]) -> dict[str, tuple[Path, ...]]:
    """Every file of these names below the folder, sorted; in no hidden folder, by no link."""
    found: dict[str, list[Path]] = {name: [] for name in names}
    for match in find(folder, FilePattern("**/*")) if found else ():
        name = match.path.rpartition("/")[2]
        if name in found and match.kind == "file":
            found[name].append(folder / match.path)
    return {name: tuple(paths) for name, paths in found.items()}


@dataclass(frozen=True)
class Hashed:
    """A file's digest, and whether it stayed as it was while it was read."""

    path: Path
    sha256: Sha256
    size: int
    changed: bool


# What was hashed once is not hashed again, unless the file is another one by any of these.
_Identity = tuple[str, int, int, int, int, int]
_known: dict[_Identity, Hashed] = {}


def forget() -> None:
    """Hash each file anew from now on."""
    _known.clear()


def digests(paths: Iterable[Path]) -> dict[Path, Hashed | None]:
    """The digest of each file, on all cores; None for what is gone or no file (any more)."""
    ordered = sorted(set(paths), key=_size, reverse=True)  # the largest first ends the soonest
    if not ordered:
        return {}
    with ThreadPoolExecutor(min(len(ordered), os.cpu_count() or 1)) as pool:
        return dict(zip(ordered, pool.map(digest, ordered), strict=True))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def digest(path: Path) -> Hashed | None:
    """One file's digest; a symbolic link is not followed."""
    try:
        # Without waiting, or a pipe of that name would be waited for without end.
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link, by O_NOFOLLOW
            return None
        raise _unreadable(path, error) from error
    with os.fdopen(number, "rb") as file:
        before = os.fstat(number)
        if not stat.S_ISREG(before.st_mode):
            return None
        if (known := _known.get(_identity(path, before))) is not None:
            return known
        sha256 = Sha256(hashlib.file_digest(file, "sha256").hexdigest())
    after = _now(path)
    changed = after is None or _identity(path, before) != _identity(path, after)
    hashed = Hashed(path, sha256, before.st_size, changed)
    if not changed:
        _known[_identity(path, before)] = hashed
    return hashed


def remember(path: Path, sha256: Sha256) -> None:
    """What this process wrote there and verified is not hashed again, as long as it stays."""
    about = _now(path)
    if about is not None:
        _known[_identity(path, about)] = Hashed(path, sha256, about.st_size, False)


def _now(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except FileNotFoundError:
        return None


def _identity(path: Path, told: os.stat_result) -> _Identity:
    return (
        str(path),
        told.st_dev,
        told.st_ino,
        told.st_size,
        told.st_mtime_ns,
        told.st_ctime_ns,
    )


def read(path: Path, limit: int) -> bytes | None:
    """A small file's bytes, at most one more than the limit; None where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unreadable(path, error) from error


def write(path: Path, content: bytes) -> None:
    """A file in one step: nobody ever sees half of it, and a link there is replaced."""
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            beside.write_bytes(content)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UpstreamError(f"{path}: it cannot be written: {fold(str(error), 200)}") from error


def _unreadable(path: Path, error: OSError) -> UpstreamError:
    return UpstreamError(f"{path}: it cannot be read: {fold(error.strerror or str(error), 100)}")
