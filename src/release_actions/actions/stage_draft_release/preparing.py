"""The first look: what this machine has for the release. No network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from release_actions.actions.stage_draft_release.asked import Inputs, Staged
from release_actions.clients import files
from release_actions.clients.files import Hashed
from release_actions.clients.releases import BODY_LIMIT
from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import LIMIT, ExpectedAsset
from release_actions.formats.asset_set import own_asset, shared
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Prepared:
    """The manifest, the files that bear its names, and the text (None: left as it is)."""

    manifest_path: Path
    manifest: bytes | None
    says: tuple[ExpectedAsset, ...] | str
    files: Mapping[str, tuple[Hashed, ...]]
    body: str | None
    body_bytes: bytes | None = None

    @property
    def assets(self) -> tuple[ExpectedAsset, ...]:
        return () if isinstance(self.says, str) else self.says

    @property
    def manifest_sha256(self) -> str:
        return hashlib.sha256(self.manifest or b"").hexdigest()

    def own(self, inputs: Inputs) -> ExpectedAsset | None:
        """This part's manifest as an asset."""
        return own_asset(inputs.part, self.manifest or b"") if inputs.part else None

    def file(self, expected: ExpectedAsset) -> Path | None:
        """The file with these bytes, if there is one."""
        return next((f.path for f in self.files[expected.name] if _is(f, expected)), None)


def _is(file: Hashed, expected: ExpectedAsset) -> bool:
    return not file.changed and (file.size, file.sha256) == (expected.size, expected.sha256)


def gather(inputs: Inputs, world: World) -> Prepared:
    path = world.workspace / inputs.manifest
    manifest = files.read(path, LIMIT)
    says = _read(manifest)
    text = files.read(world.workspace / inputs.body_file, LIMIT) if inputs.body_file else None
    body = inputs.body if text is None else text.decode("utf-8", errors="replace")
    return Prepared(path, manifest, says, _files(inputs, world, says), body, text)


def _read(manifest: bytes | None) -> tuple[ExpectedAsset, ...] | str:
    try:
        return asset_manifest.read(manifest or b"")
    except ValueError as error:
        return str(error)


def _files(
    inputs: Inputs, world: World, says: tuple[ExpectedAsset, ...] | str
) -> dict[str, tuple[Hashed, ...]]:
    """Every file below `path` that bears a name of the manifest, hashed."""
    names = () if isinstance(says, str) else tuple(asset.name for asset in says)
    named = files.named(world.workspace / inputs.path, names)
    hashed = files.digests(path for paths in named.values() for path in paths)
    return {
        name: tuple(found for path in paths if (found := hashed[path]) is not None)
        for name, paths in named.items()
    }


def decide(inputs: Inputs, prepared: Prepared) -> Verdict:
    manifest = _readable(inputs, prepared)
    files = [_ready(asset, prepared) for asset in prepared.assets]
    text = [*_text(inputs, prepared), *_marked(inputs)]
    return Verdict([manifest, *_names(inputs, prepared), *files, *text], Staged())


def _readable(inputs: Inputs, prepared: Prepared) -> Finding:
    subject = f"manifest {inputs.manifest}"
    if prepared.manifest is None:
        fix = "Let digest-artifacts write it, and bring it to this job; or correct `manifest`."
        return failed("manifest-missing", subject, "there is no such file", fix=fix)
    if isinstance(prepared.says, str):
        fix = "Let digest-artifacts of this release write it."
        return failed("manifest-unreadable", subject, prepared.says, fix=fix)
    found = f"{len(prepared.says)} assets, {prepared.manifest_sha256}"
    return ok("manifest-unreadable", subject, found)


def _names(inputs: Inputs, prepared: Prepared) -> Iterator[Finding]:
    """No asset has the name that a part's manifest has."""
    for name, part, _ in shared(
        {part: (own_asset(part, b" "),) for part in inputs.parts} | {"": prepared.assets}
    ):
        fix = "Rename the file: the manifest of that part has this name."
        found = f"it is the name of the manifest of part {part}"
        yield failed("name-in-two-parts", f"asset {name}", found, fix=fix)


def _ready(expected: ExpectedAsset, prepared: Prepared) -> Finding:
    subject = f"asset {expected.name}"
    if (path := prepared.file(expected)) is not None:
        return ok("file-missing", subject, f"{path.name}, {expected.size} bytes, {expected.sha256}")
    if found := prepared.files[expected.name]:
        fix = "Bring the very files that the manifest was made of to this job."
        others = ", ".join(
            f"{file.path} ({file.size} bytes, {file.sha256.short})" for file in found
        )
        why = f"{others}; expected are {expected.size} bytes, {expected.sha256.short}"
        return failed("file-differs", subject, why, fix=fix)
    fix = "Bring the file to this job, or correct `path`."
    return missing("file-missing", subject, "there is no such file below `path`", fix=fix)


def _text(inputs: Inputs, prepared: Prepared) -> Iterator[Finding]:
    """The text is there and not too long: told before anything is changed."""
    subject = f"text {inputs.body_file}".strip()
    if inputs.body_file and prepared.body_bytes is None:
        fix = "Let the step before write it, or correct `body-file`."
        yield failed("body-missing", subject, "there is no such file", fix=fix)
    elif prepared.body is not None and len(prepared.body) > BODY_LIMIT:
        fix = "Shorten it, with a link to the whole as an asset; render-release-notes does so."
        found = f"{len(prepared.body)} characters; GitHub takes {BODY_LIMIT}"
        yield failed("body-too-long", subject, found, fix=fix)
    elif prepared.body is not None:
        yield ok("body-too-long", subject, f"{len(prepared.body)} characters")


def _marked(inputs: Inputs) -> Iterator[Finding]:
    prerelease = inputs.marks.prerelease(inputs.tag, inputs.prerelease)
    if isinstance(prerelease, str):
        fix = "Name its `family`, or say `prerelease` true or false."
        yield failed("not-a-release", f"tag {inputs.tag}", prerelease, fix=fix)
