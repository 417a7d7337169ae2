"""The assets of a release as a table in its notes."""

from __future__ import annotations

from collections.abc import Iterable

from release_actions.formats import asset_manifest
from release_actions.formats.asset_manifest import ExpectedAsset


def assets(content: bytes) -> tuple[ExpectedAsset, ...] | str:
    """What a manifest names, or why it cannot be read."""
    try:
        return asset_manifest.read(content)
    except ValueError as error:
        return str(error)


def table(named: Iterable[ExpectedAsset]) -> str:
    """One row an asset; its name needs no escape, since it is an AssetName."""
    rows = [f"| `{asset.name}` | {asset.size:,} | `{asset.sha256}` |" for asset in named]
    return "\n".join(["| file | bytes | SHA-256 |", "|-|-:|-|", *rows])
