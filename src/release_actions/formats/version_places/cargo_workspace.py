"""Cargo's workspaces: whose member a crate is, and what it has from there.

https://doc.rust-lang.org/cargo/reference/workspaces.html; all paths are from the tree's root.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from posixpath import dirname, join

from release_actions.formats.version_places.cargo_manifest import (
    INHERITED,
    CargoManifest,
    publishes,
    shared_version,
)
from release_actions.formats.version_places.place import Manifest, Place, Role

Manifests = Mapping[str, Manifest]  # by path; those of other ecosystems are passed over


def root(manifest: Manifest, manifests: Manifests) -> CargoManifest | None:
    """The root of its workspace: itself, the one it names, or the nearest above it.

    One that excludes it is passed over, as Cargo does.
    """
    if not isinstance(manifest, CargoManifest) or manifest.workspace:
        return manifest if isinstance(manifest, CargoManifest) else None
    for path in [manifest.above] if manifest.above else _above(manifest.path):
        found = manifests.get(path)
        if isinstance(found, CargoManifest) and found.holds(manifest.path):
            return found
    return None


def stated(manifest: Manifest, manifests: Manifests) -> Place | None:
    """Where the version of its crate stands: there, or in its workspace's root."""
    found, package = manifest, manifest.package
    if manifest.inherits:
        above = root(manifest, manifests)
        if above is None:
            return None
        found, package = above, shared_version(above.path)
    own = (p for p in found.places if p.role is Role.STATEMENT and p.package == package)
    return next(own, None)


def settled(manifests: Manifests) -> dict[str, Manifest]:
    """The same with what each crate has from its workspace; INHERITED stays where there is none."""
    return {path: _settled(manifest, manifests) for path, manifest in manifests.items()}


def members(top: CargoManifest, manifests: Manifests) -> tuple[str, ...]:
    """The manifests of the workspace, the root's own included, in the order they are found.

    Listed ones, and from each of them on what it asks for by a path; what the root lends and nobody
    borrows is none. A crate without [workspace] is one by itself.
    """
    found: dict[str, None] = {}
    ahead = [top.path, *(path for path in manifests if _listed(top, path))]
    while ahead:
        path = ahead.pop(0)
        manifest = manifests.get(path)
        belongs = manifest == top or (manifest and root(manifest, manifests) == top)
        if isinstance(manifest, CargoManifest) and belongs and path not in found:
            found[path] = None
            ahead += manifest.beside
            ahead += [top.lends[name] for name in manifest.borrows if name in top.lends]
    return tuple(found)


def _settled(manifest: Manifest, manifests: Manifests) -> Manifest:
    above = root(manifest, manifests)
    if above is None or not isinstance(manifest, CargoManifest):
        return manifest
    metadata = {
        key: above.shared.get(key, INHERITED) if value is INHERITED else value
        for key, value in manifest.metadata.items()
    }
    published = manifest.published and publishes(metadata.get("publish", True))
    if metadata == manifest.metadata and published == manifest.published:
        return manifest  # most are settled by themselves
    return replace(manifest, metadata=metadata, published=published)


def _above(path: str) -> Iterator[str]:
    folder = dirname(path)
    while folder:
        folder = dirname(folder)
        yield join(folder, "Cargo.toml")


def _listed(top: CargoManifest, path: str) -> bool:
    return any(_matches(path.split("/"), glob.split("/")) for glob in top.listed)


def _matches(parts: list[str], globs: list[str]) -> bool:
    if not globs or not parts:
        return not globs and not parts
    if globs[0] == "**":
        return any(_matches(parts[at:], globs[1:]) for at in range(len(parts)))
    return fnmatchcase(parts[0], globs[0]) and _matches(parts[1:], globs[1:])
