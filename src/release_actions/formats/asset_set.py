"""What a release has, against the set that it is to have: by digest and size, not by name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import ExpectedAsset, Part
from release_actions.formats.checksums import Sha256


@dataclass(frozen=True)
class Asset:
    """A file of a release. `digest` is None where it is not whole, or the server tells none."""

    id: int
    name: str
    state: str  # uploaded, or starter and open for what broke off or still comes
    size: int  # bytes
    digest: Sha256 | None
    begun: datetime

    @property
    def whole(self) -> bool:
        return self.state == "uploaded"

    def __str__(self) -> str:
        state = "" if self.whole else f", {self.state}"
        return f"{self.size} bytes, {self.digest.short if self.digest else 'no digest'}{state}"


def difference(expected: ExpectedAsset, there: Asset | None) -> str:
    """How what is there is not what is expected; empty where it is, by its bytes."""
    if there is None:
        return "it is not there"
    if not there.whole:
        return f"its upload broke off ({there.state})"
    if (there.size, there.digest) == (expected.size, expected.sha256):
        return ""
    return f"it has {there}; expected are {expected.size} bytes, {expected.sha256.short}"


def own_asset(part: Part, manifest: bytes) -> ExpectedAsset:
    """A part's manifest as an asset of its own."""
    digest = Sha256(hashlib.sha256(manifest).hexdigest())
    return ExpectedAsset(part.manifest, digest, len(manifest), "application/json")


@dataclass(frozen=True)
class PartSet:
    """What one part brings, its manifest too; or why that cannot be read."""

    part: Part
    assets: tuple[ExpectedAsset, ...]
    problem: str = ""


def read_part(part: Part, manifest: bytes) -> PartSet:
    """What the part's manifest says."""
    try:
        assets = asset_manifest.read(manifest)
    except ValueError as error:
        return PartSet(part, (), str(error))
    return PartSet(part, (own_asset(part, manifest), *assets))


def shared(sets: Mapping[str, Iterable[ExpectedAsset]]) -> Iterator[tuple[str, str, str]]:
    """Each name that two of the sets bring, and which two; case does not count."""
    seen: dict[str, str] = {}
    for whose, assets in sets.items():
        for asset in assets:
            before = seen.setdefault(asset.name.casefold(), whose)
            if before != whose:
                yield asset.name, before, whose
