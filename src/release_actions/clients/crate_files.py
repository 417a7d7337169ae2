"""The .crate files of a folder, each opened and hashed; and those that cargo packages anew."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from release_actions.clients import files
from release_actions.clients.cargo import Cargo
from release_actions.errors import RefusedError, UpstreamError
from release_actions.formats import crate
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate import BadCrateError, Crate
from release_actions.formats.crate_index import CrateName
from release_actions.formats.file_pattern import FilePattern
from release_actions.values import fold

LARGEST = 2 * 2**30  # bytes of one .crate; crates.io takes 10 MiB, others more


@dataclass(frozen=True)
class CrateOnDisk:
    """One file; `crate` is None where it is no .crate, and `fault` says why."""

    path: Path
    sha256: Sha256 | None
    size: int
    crate: Crate | None
    fault: str = ""


@dataclass(frozen=True)
class Packaged:
    """What became of `cargo package`: its words where it failed, else the .crate files it made.

    `verified` are the digests of a second packaging, the one that built what it packaged.
    """

    ok: bool
    said: str
    crates: tuple[CrateOnDisk, ...] = ()
    verified: Mapping[str, Sha256 | None] = field(default_factory=dict)


def look(folder: Path) -> tuple[CrateOnDisk, ...]:
    """Every `*.crate` right in the folder, sorted; none where there is no such folder."""
    found = files.find(folder, FilePattern("*.crate"))
    return tuple(open_one(folder / match.path) for match in found)


def open_one(path: Path) -> CrateOnDisk:
    """One file, as it stays while it is read; a link is not followed."""
    hashed = files.digest(path)
    if hashed is None or hashed.changed:
        what = "no plain file" if hashed is None else "it changed while it was read"
        return CrateOnDisk(path, None, 0, None, what)
    if hashed.size > LARGEST:
        fault = f"{hashed.size} bytes; {LARGEST} are read at most"
        return CrateOnDisk(path, hashed.sha256, hashed.size, None, fault)
    try:
        with path.open("rb") as stream:
            opened = crate.read(stream)
    except BadCrateError as error:
        return CrateOnDisk(path, hashed.sha256, hashed.size, None, fold(str(error), 200))
    except OSError as error:
        raise UpstreamError(f"{path}: it cannot be read: {error.strerror}") from error
    return CrateOnDisk(path, hashed.sha256, hashed.size, opened)


def package(
    cargo: Cargo,
    names: Sequence[CrateName],
    folder: Path,
    *,
    at: str,
    verify: bool,
    registry: str = "",
) -> Packaged:
    """Package these into a new folder below `folder`; what was packaged there once is kept.

    `at` is what it is packaged of (the commit): of another one it is packaged anew. To verify,
    they are packaged twice: a build runs code that can write wherever this process can, so the
    bytes that count are taken before it, and those after it must be the same.
    """
    key = hashlib.sha256("\0".join((at, str(verify), registry, *names)).encode()).hexdigest()[:16]
    made, verified = folder / f"made-{key}", folder / f"verified-{key}"
    crates: tuple[CrateOnDisk, ...] = ()
    for place in (made, verified) if verify else (made,):
        if not place.is_dir():
            target = folder / f"target-{place.name}"
            shutil.rmtree(target, ignore_errors=True)
            done = cargo.package(names, target, verify=place == verified, registry=registry)
            if not done.ok:
                return Packaged(False, f"exit {done.code}: {done.said}")
            _take(target / "package", place)
            shutil.rmtree(target, ignore_errors=True)
        before, crates = crates, look(made)
        if before not in ((), crates):
            raise UpstreamError(f"{made}: the build changed what was packaged before it")
    return Packaged(True, "", crates, {c.path.name: c.sha256 for c in look(verified)})


def _take(package: Path, made: Path) -> None:
    """The .crate files alone: a build may be gigabytes, and is not needed any more."""
    aside = made.with_name(f"{made.name}.{uuid4().hex}")
    try:
        aside.mkdir(parents=True)
        for path in package.glob("*.crate"):
            path.rename(aside / path.name)
        aside.rename(made)
    except OSError as error:
        raise UpstreamError(f"{package}: {error.strerror}") from error


def place(source: Path, sha256: Sha256, to: Path) -> None:
    """Have a copy of the file there, whole or not at all; what stands there is never replaced.

    :raises RefusedError: where other bytes stand there already.
    :raises UpstreamError: where the source is not what it was, or the disk refuses.
    """
    beside = to.with_name(f".{to.name}.{uuid4().hex}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source, beside, follow_symlinks=False)
            copied = files.digest(beside)
            if copied is None or copied.sha256 != sha256:
                raise UpstreamError(f"{source}: not any more what was judged")
            try:
                beside.chmod(0o644)
                to.hardlink_to(beside)  # unlike a rename, it replaces nothing
            except FileExistsError:
                there = files.digest(to)
                if there is None or there.sha256 != sha256:
                    raise RefusedError(
                        "attested-differs",
                        f"{to.name}: somebody else wrote it meanwhile",
                        fix="Let one job alone write there, and begin with an empty folder.",
                    ) from None
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UpstreamError(f"{to}: it cannot be written: {fold(str(error), 200)}") from error
