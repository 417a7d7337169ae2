"""A wheel or an sdist, opened and never unpacked: what it says of itself, and what is in it.

A member that would leave the folder it is unpacked into, one that is there twice, a link to
elsewhere, and what is too large to be read are refused, not skipped: what two programs read
differently could be one thing here and another where it is installed.
"""

from __future__ import annotations

import posixpath
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Self

from packaging import metadata

from release_actions.formats.dist_name import DistName
from release_actions.values import fold

MEMBERS = 100_000
UNPACKED = 16 * 2**30  # bytes of all members; PyPI takes files of at most 10 GiB
INFLATED = 4 * 2**30  # bytes of an sdist, which is read from its begin to its end
DIRECTORY = 16 * 2**20  # bytes of a wheel's list of members, which is held in memory
TEXT = 8 * 2**20  # bytes of METADATA or PKG-INFO
PATH = 1024  # characters of a member's path


class BadDistError(ValueError):
    """Nothing that an installer should open; says what is wrong with it."""


@dataclass(frozen=True)
class Dist:
    """What a wheel's METADATA or an sdist's PKG-INFO says, and the licences at their place.

    `texts` are the paths with something in them below *.dist-info/licenses/ (wheel) or below the
    root (sdist).
    """

    project: str
    version: str
    texts: frozenset[str]


def read(name: DistName, stream: IO[bytes]) -> Dist:
    """What the file holds. The stream can seek.

    :raises BadDistError: for what is no such file, or a hostile one.
    """
    try:
        return _wheel(name, stream) if name.kind == "wheel" else _sdist(name, stream)
    except BadDistError:
        raise
    # NotImplementedError: a compression that no installer knows. RuntimeError: encrypted.
    except (
        zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError,
        OverflowError, NotImplementedError, RuntimeError, struct.error,
    ) as error:  # fmt: skip
        kind = "wheel" if name.kind == "wheel" else "sdist"
        raise BadDistError(f"no whole {kind}: {fold(str(error) or repr(error), 100)}") from error


# Wheels


def _wheel(name: DistName, stream: IO[bytes]) -> Dist:
    _bounded_directory(stream)
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        _once(member.filename for member in members)
        for member in members:
            _plain(member)
        if sum(member.file_size for member in members) > UNPACKED:
            raise BadDistError(f"more than {UNPACKED} bytes in it")
        infos = {m.filename.split("/")[0] for m in members if "/" in m.filename}
        infos = {top for top in infos if top.endswith(".dist-info")}
        if infos != {f"{name.stem}.dist-info"}:
            raise BadDistError(
                f"expected the folder {name.stem}.dist-info alone, found {_shown(sorted(infos))}"
            )
        (info,) = infos
        place = f"{info}/licenses/"
        texts = {m.filename.removeprefix(place): m for m in members if m.file_size}
        return _told(
            _member(archive, f"{info}/METADATA"),
            frozenset(path for path, m in texts.items() if m.filename.startswith(place)),
        )


def _bounded_directory(stream: IO[bytes]) -> None:
    """The library holds the list of members in memory, however long the file says it is."""
    end = stream.seek(0, 2)
    stream.seek(max(0, end - 22 - 65535))
    tail = stream.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise BadDistError("no whole wheel: it has no list of members")
    size = struct.unpack("<L", tail[at + 12 : at + 16])[0]
    if tail[at - 20 : at - 16] == b"PK\6\7" and at >= 20:  # zip64
        stream.seek(struct.unpack("<Q", tail[at - 12 : at - 4])[0])
        record = stream.read(56)
        if len(record) == 56 and record[:4] == b"PK\6\6":
            size = max(size % 0xFFFFFFFF, struct.unpack("<Q", record[40:48])[0])
    if size > DIRECTORY:
        raise BadDistError(f"a list of members of {size} bytes; {DIRECTORY} are read at most")
    stream.seek(0)


def _plain(member: zipfile.ZipInfo) -> None:
    _placed(member.filename.removesuffix("/"))
    if member.orig_filename != member.filename:
        raise BadDistError(f"{_shown(member.orig_filename)}: a name that tools read differently")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadDistError(f"{_shown(member.filename)}: no plain file")


def _member(archive: zipfile.ZipFile, path: str) -> bytes:
    try:
        member = archive.getinfo(path)
    except KeyError:
        raise BadDistError(f"it has no {path}") from None
    if member.file_size > TEXT:
        raise BadDistError(f"{path}: {member.file_size} bytes; {TEXT} are read at most")
    with archive.open(member) as stream:
        return stream.read(TEXT)


# Sdists


class _Header(tarfile.TarInfo):
    """A header whose extension (a long name) is bounded: the library holds it in memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if not found.isreg() and found.size > 64 * PATH:
            raise BadDistError(f"a header of {found.size} bytes")
        return found


def _sdist(name: DistName, stream: IO[bytes]) -> Dist:
    text: bytes | None = None
    texts: set[str] = set()
    with tarfile.open(fileobj=stream, mode="r|gz", tarinfo=_Header, encoding="utf-8") as archive:
        for member in _members(archive):
            _below(name.stem, member)
            path = member.name.partition("/")[2]
            if path == "PKG-INFO":
                text = _text(archive, member)
            if member.isreg() and member.size:
                texts.add(path)
    if text is None:
        raise BadDistError(f"it has no {name.stem}/PKG-INFO")
    return _told(text, frozenset(texts))


def _members(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    seen: set[str] = set()
    unpacked = 0
    for member in archive:
        archive.members.clear()  # type: ignore[attr-defined]  # else all of them are kept
        unpacked += member.size
        if member.name in seen and not member.isdir():
            raise BadDistError(f"{_shown(member.name)}: it is there twice")
        seen.add(member.name)
        if len(seen) > MEMBERS or unpacked > INFLATED:
            raise BadDistError(f"more than {MEMBERS} files, or more than {INFLATED} bytes in them")
        yield member


def _below(root: str, member: tarfile.TarInfo) -> None:
    """A file, a folder, or a link that stays below the root (as PEP 721 has it)."""
    shown = _shown(member.name)
    _placed(member.name)
    if member.name.partition("/")[0] != root:
        raise BadDistError(f"{shown}: not below {root}/")
    if member.issym() or member.islnk():
        base = posixpath.dirname(member.name) if member.issym() else ""
        leads = posixpath.normpath(posixpath.join(base, member.linkname))
        if leads != root and not leads.startswith(f"{root}/"):
            raise BadDistError(f"{shown}: a link to {_shown(member.linkname)}, which is elsewhere")
    elif not (member.isreg() or member.isdir()):
        raise BadDistError(f"{shown}: neither a file nor a folder nor a link")


def _text(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member) if member.isreg() else None
    if stream is None or member.size > TEXT:
        raise BadDistError(f"{_shown(member.name)}: no plain file of at most {TEXT} bytes")
    return stream.read()


# Both


def _once(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadDistError(f"{_shown(name)}: it is there twice")
        seen.add(name)
    if len(seen) > MEMBERS:
        raise BadDistError(f"more than {MEMBERS} files")


def _placed(path: str) -> None:
    hostile = any(ord(c) < 32 or c in "\\\x7f" for c in path) or re.match("[A-Za-z]:", path)
    if hostile or {"", ".", ".."} & set(path.split("/")) or len(path) > PATH:
        raise BadDistError(f"{_shown(path)}: a path that leads elsewhere, or that no tool writes")


def _told(text: bytes, texts: frozenset[str]) -> Dist:
    raw, strange = metadata.parse_email(text)
    for key in ("name", "version"):
        if key in strange or not isinstance(raw.get(key), str):
            raise BadDistError(f"its metadata does not have {key.title()} once")
    return Dist(fold(raw["name"], 200), fold(raw["version"], 200), texts)


def _shown(path: object) -> str:
    text = ", ".join(map(str, path)) or "none" if isinstance(path, list) else str(path)
    return fold(text.encode(errors="replace").decode(), 80)
