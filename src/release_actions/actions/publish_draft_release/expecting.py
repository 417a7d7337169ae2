"""The first look: the set that is expected, as far as this machine has it. No network."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.publish_draft_release.asked import Inputs, Published
from release_actions.clients import files
from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import LIMIT, ExpectedAsset
from release_actions.verdict import Finding, Verdict, failed, ok
from release_actions.world import World


@dataclass(frozen=True)
class Expected:
    """The manifest given (None: none, or no such file), and what it says or why not."""

    manifest: bytes | None = None
    says: tuple[ExpectedAsset, ...] | str = ()

    @property
    def assets(self) -> tuple[ExpectedAsset, ...]:
        return () if isinstance(self.says, str) else self.says


def gather(inputs: Inputs, world: World) -> Expected:
    if not inputs.manifest:
        return Expected()
    manifest = files.read(world.workspace / inputs.manifest, LIMIT)
    try:
        return Expected(manifest, asset_manifest.read(manifest or b""))
    except ValueError as error:
        return Expected(manifest, str(error))


def decide(inputs: Inputs, expected: Expected) -> Verdict:
    return Verdict(list(_set(inputs, expected)), Published())


def _set(inputs: Inputs, expected: Expected) -> Iterator[Finding]:
    """A manifest that can be read, and is the one that was staged."""
    if inputs.parts:
        yield ok(
            "manifest-missing", "manifest", f"each of {len(inputs.parts)} parts brings its own"
        )
        return
    subject = f"manifest {inputs.manifest}"
    if expected.manifest is None:
        fix = "Bring the manifest to this job, or correct `manifest`."
        yield failed("manifest-missing", subject, "there is no such file", fix=fix)
    elif isinstance(expected.says, str):
        fix = "Bring the manifest that digest-artifacts of this release wrote."
        yield failed("manifest-unreadable", subject, expected.says, fix=fix)
    else:
        yield pinned(inputs, "", subject, expected.manifest)


def pinned(inputs: Inputs, part: str, subject: str, manifest: bytes) -> Finding:
    """The manifest is the one whose digest was given."""
    digest, pin = hashlib.sha256(manifest).hexdigest(), inputs.pin(part)
    if pin is None or digest == pin:
        return ok("manifest-differs", subject, digest)
    fix = "Find out who changed it since it was staged. Stage again, and publish that."
    return failed("manifest-differs", subject, f"it is {digest}, expected is {pin}", fix=fix)
