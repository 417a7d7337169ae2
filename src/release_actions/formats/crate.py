"""A .crate: one gzip stream with a tar of plain files, all below NAME-VERSION/.

Read as a stream and never unpacked: each member is hashed as it passes, so that neither its size
nor its path can do harm. What cargo does not write is refused, not skipped: what two programs
read differently could be one thing for a reviewer and another for cargo.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any, Self, cast

import tomli

from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName
from release_actions.formats.versions import Version
from release_actions.values import fold

MEMBERS = 100_000  # crates.io takes archives of 512 MiB unpacked; these bounds are far above
UNPACKED = 4 * 2**30  # bytes of all members
TEXT = 8 * 2**20  # bytes of a member that is parsed
PATH = 1024  # bytes of a member's path
PIECE = 2**18

MANIFEST, LOCK, VCS = "Cargo.toml", "Cargo.lock", ".cargo_vcs_info.json"
PARSED = (MANIFEST, LOCK, VCS)


class BadCrateError(ValueError):
    """No .crate that cargo would have made; says what is wrong with it."""


@dataclass(frozen=True)
class CrateFile:
    """One member."""

    sha256: Sha256
    size: int
    executable: bool


@dataclass(frozen=True)
class Crate:
    """What a .crate holds. Paths are below NAME-VERSION/, with /."""

    name: CrateName
    version: Version
    files: Mapping[str, CrateFile]
    texts: Mapping[str, bytes]  # of those in PARSED that are there
    commit: str | None  # of .cargo_vcs_info.json
    dirty: bool
    folder: str  # path_in_vcs, where in the repository it was

    @property
    def file(self) -> str:
        """The name that cargo gives it."""
        return f"{self.name}-{self.version}.crate"


def read(stream: IO[bytes]) -> Crate:
    """What the .crate holds.

    :raises BadCrateError: for what is none, or is none that cargo makes.
    """
    files: dict[str, CrateFile] = {}
    texts: dict[str, bytes] = {}
    top, unpacked = "", 0
    try:
        inflated = _Inflated(stream)
        with tarfile.open(
            fileobj=cast(IO[bytes], inflated),  # it reads, which is all that is asked of it
            mode="r|",
            tarinfo=_Header,
            encoding="utf-8",
        ) as archive:
            for member in archive:
                first, path = _placed(member)
                unpacked += member.size
                if path in files or len(files) >= MEMBERS or unpacked > UNPACKED:
                    raise BadCrateError(
                        f"{_shown(path)}: it is there twice"
                        if path in files
                        else f"more than {MEMBERS} files, or more than {UNPACKED} bytes in them"
                    )
                if (top := top or first) != first:
                    raise BadCrateError(f"{_shown(member.name)}: not below {_shown(top)}/")
                files[path], text = _hashed(archive, member, path)
                if text is not None:
                    texts[path] = text
        inflated.drain()
    except (tarfile.TarError, zlib.error, EOFError, OverflowError) as error:
        raise BadCrateError(f"no whole .crate: {fold(str(error), 100)}") from error
    return _told(top, files, texts)


class _Inflated:
    """One gzip stream to its end, checksum and all. What comes after it cargo would not read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._zlib = zlib.decompressobj(wbits=31)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """At most so many bytes; fewer at the end alone."""
        found = bytearray()
        while len(found) < size and not self._zlib.eof:
            piece = self._rest or self._stream.read(PIECE)
            if not piece:
                raise EOFError("it ends in the middle")
            found += self._zlib.decompress(piece, size - len(found))
            self._rest = self._zlib.unconsumed_tail
        if self._zlib.eof and (self._zlib.unused_data or self._stream.read(1)):
            raise BadCrateError("something comes after its end")
        return bytes(found)

    def drain(self) -> None:
        """To the end, where the checksum is; cargo pads with two blocks."""
        for _ in range(64):
            if not self.read(PIECE):
                return
        raise BadCrateError("something comes after its files")


class _Header(tarfile.TarInfo):
    """A header whose extension (a long name) is bounded: the library holds it in memory."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        found = super().frombuf(buf, encoding, errors)
        if found.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) and found.size > 4 * PATH:
            raise BadCrateError(f"a header of {found.size} bytes")
        return found


def _placed(member: tarfile.TarInfo) -> tuple[str, str]:
    """The folder that all is in, and the path below it."""
    shown = _shown(member.name)
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or member.sparse is not None:
        raise BadCrateError(f"{shown}: no plain file")
    top, slash, path = member.name.partition("/")
    parts = member.name.split("/")
    hostile = any(ord(c) < 32 or c in "\\\x7f" for c in member.name)
    if not slash or hostile or {"", ".", ".."} & set(parts) or len(member.name) > PATH:
        raise BadCrateError(f"{shown}: a path that leads elsewhere, or that no tool writes")
    return top, path


def _hashed(
    archive: tarfile.TarFile, member: tarfile.TarInfo, path: str
) -> tuple[CrateFile, bytes | None]:
    keep = path in PARSED
    if keep and member.size > TEXT:
        raise BadCrateError(f"{_shown(path)}: {member.size} bytes; {TEXT} are read at most")
    digest, text = hashlib.sha256(), bytearray()
    for piece in _content(archive, member):
        digest.update(piece)
        if keep:
            text += piece
    file = CrateFile(Sha256(digest.hexdigest()), member.size, bool(member.mode & 0o111))
    return file, bytes(text) if keep else None


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    stream = archive.extractfile(member)
    left = member.size
    while left:
        piece = stream.read(min(PIECE, left)) if stream else b""
        if not piece:
            raise EOFError("it ends in the middle")
        left -= len(piece)
        yield piece


def _told(top: str, files: Mapping[str, CrateFile], texts: Mapping[str, bytes]) -> Crate:
    if MANIFEST not in texts:
        raise BadCrateError(f"it has no {MANIFEST}")
    try:
        package = tomli.loads(texts[MANIFEST].decode())["package"]
        name, version = CrateName(str(package["name"])), Version(str(package["version"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadCrateError(f"{MANIFEST}: {fold(repr(error), 100)}") from error
    if top != f"{name}-{version}":
        raise BadCrateError(f"it is {name} {version}, and its files are below {_shown(top)}/")
    vcs = _vcs(texts.get(VCS))
    git = vcs.get("git") if isinstance(vcs.get("git"), dict) else {}
    assert isinstance(git, dict)  # by the line before
    commit = git.get("sha1")
    return Crate(
        name, version, files, texts,
        commit if isinstance(commit, str) else None,
        git.get("dirty") is True,
        str(vcs.get("path_in_vcs", "")),
    )  # fmt: skip


def _vcs(text: bytes | None) -> dict[str, Any]:
    try:
        told = json.loads(text) if text is not None else {}
    except (ValueError, RecursionError) as error:
        raise BadCrateError(f"{VCS}: {fold(str(error), 100)}") from error
    if not isinstance(told, dict):
        raise BadCrateError(f"{VCS}: no object")
    return told


def _shown(path: str) -> str:
    return fold(path.encode(errors="replace").decode(), 80)
