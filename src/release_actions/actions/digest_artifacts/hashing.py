"""The second look: the bytes of each file, and what is written of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from release_actions.actions.digest_artifacts.asked import Digested, Inputs
from release_actions.actions.digest_artifacts.matching import Matches
from release_actions.clients import files
from release_actions.clients.files import Hashed
from release_actions.formats import asset_manifest, checksums
from release_actions.formats.asset_manifest import AssetName, ExpectedAsset
from release_actions.formats.checksums import Sha256
from release_actions.verdict import Finding, Verdict, due, failed, ok
from release_actions.world import World

BIG = 100_000  # characters; one variable of a process on Linux has at most 128 KiB
LIMIT = 64 * 2**20  # bytes of a file made here


@dataclass(frozen=True)
class Read:
    """The digest of each file (None: gone), and what stands in the files made here (None: none)."""

    files: Mapping[str, Hashed | None]
    written: Mapping[str, bytes | None]


@dataclass(frozen=True)
class WriteFile:
    """A file with all that is told of the digests."""

    reversible: ClassVar[bool] = True

    path: str
    content: bytes

    def __str__(self) -> str:
        return f"write {self.path}"

    def make(self, world: World) -> None:
        files.write(world.workspace / self.path, self.content)


def gather(inputs: Inputs, world: World, matches: Matches) -> Read:
    paths = {match.path: Path(matches.folder, match.path) for match in matches.all}
    digests = files.digests(paths.values())
    names = (inputs.checksums, inputs.subjects, inputs.manifest)
    outputs = {name: inputs.output(name) for name in names}
    return Read(
        {path: digests[there] for path, there in paths.items()},
        {path: files.read(world.workspace / path, LIMIT) for path in outputs.values()},
    )


def decide(inputs: Inputs, read: Read) -> Verdict:
    hashed = [_stayed(path, found) for path, found in read.files.items()]
    if any(finding.outcome.bad for finding in hashed):
        return Verdict(hashed, Digested())
    wanted = _contents(inputs, read)
    written = [_written(path, content, read.written[path]) for path, content in wanted.items()]
    there = all(finding.outcome.value == "ok" for finding in written)
    return Verdict([*hashed, *written], _told(inputs, wanted, read) if there else Digested())


def _stayed(path: str, found: Hashed | None) -> Finding:
    if found is None or found.changed:
        what = "it changed while it was read" if found else "it is gone, or no file any more"
        fix = "Let the build end before this step, and nothing else write there."
        return failed("changed", path, what, fix=fix)
    if not found.size:
        fix = "See why the build left it empty. GitHub takes no empty asset."
        return failed("empty-file", path, "it has no bytes", fix=fix)
    return ok("changed", path, f"{found.size} bytes, {found.sha256}")


def _contents(inputs: Inputs, read: Read) -> dict[str, bytes]:
    """What is to stand in each file made here."""
    digests, assets = dict[str, Sha256](), list[ExpectedAsset]()
    for path, found in read.files.items():
        assert found is not None  # _stayed saw to it
        name = AssetName(path.rpartition("/")[2])
        digests[name] = found.sha256
        assets.append(ExpectedAsset(name, found.sha256, found.size, name.media_type))
    lines = checksums.write(digests)
    own = Sha256(hashlib.sha256(lines).hexdigest())
    assets.append(ExpectedAsset(inputs.checksums, own, len(lines), "text/plain"))
    return {
        inputs.output(inputs.checksums): lines,
        inputs.output(inputs.subjects): checksums.subjects(digests).encode("ascii"),
        inputs.output(inputs.manifest): asset_manifest.write(assets),
    }


def _written(path: str, wanted: bytes, there: bytes | None) -> Finding:
    if there == wanted:
        return ok("not-written", path, f"it is there, {len(wanted)} bytes")
    found = "it is not there" if there is None else "it says something else"
    return due("not-written", path, found, WriteFile(path, wanted))


def _told(inputs: Inputs, wanted: Mapping[str, bytes], read: Read) -> Digested:
    subjects = wanted[inputs.output(inputs.subjects)].decode("ascii")
    manifest = wanted[inputs.output(inputs.manifest)]
    return Digested(
        checksums=inputs.output(inputs.checksums),
        manifest=inputs.output(inputs.manifest),
        manifest_sha256=hashlib.sha256(manifest).hexdigest(),
        base64_subjects=subjects if len(subjects) <= BIG else "",
        base64_subjects_file=inputs.output(inputs.subjects),
        count=len(read.files),
    )
