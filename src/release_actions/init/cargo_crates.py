"""The Cargo workspaces of a tree, their crates in the order they need each other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from release_actions.formats.crate_index import CrateName
from release_actions.formats.publish_order import CRATES_IO
from release_actions.formats.version_places import cargo_workspace
from release_actions.formats.version_places.cargo_manifest import CargoManifest
from release_actions.formats.version_places.place import Manifest, Role
from release_actions.init.facts import CargoWorkspace, Crate

Read = Callable[[str], Manifest | None]


def workspaces(
    read: Read, paths: Collection[str], roots: Collection[str]
) -> Iterator[CargoWorkspace]:
    """Each workspace, and each crate that is in none, that begins at one of `roots`."""
    read_all = {path: said for path in paths if isinstance(said := read(path), CargoManifest)}
    manifests = cargo_workspace.settled(read_all)
    taken: set[str] = set()
    for path in sorted(manifests, key=lambda path: (path.count("/"), path)):
        top = manifests[path]
        if path in taken or path not in roots or not isinstance(top, CargoManifest):
            continue
        members = cargo_workspace.members(top, manifests)
        taken.update(members)
        yield _workspace(top, members, manifests)


def _workspace(
    top: CargoManifest, members: tuple[str, ...], manifests: Mapping[str, Manifest]
) -> CargoWorkspace:
    crates = {}
    for path in members:
        manifest = manifests[path]
        if isinstance(manifest, CargoManifest) and manifest.package is not None:
            crates[path] = _crate(manifest, manifests)
    names = {crate.name: path for path, crate in crates.items()}
    graph = {path: _needs(manifests[path], top, names) for path in crates}
    try:
        order = list(_ordered(graph))
    except CycleError as error:
        cycle = tuple(crates[path].name for path in error.args[1])
        return CargoWorkspace(top.path, tuple(crates.values()), cycle)
    return CargoWorkspace(top.path, tuple(crates[path] for path in order))


def _ordered(graph: Mapping[str, set[str]]) -> Iterator[str]:
    """Each after those that it needs, else as the workspace has them."""
    sorter = TopologicalSorter(graph)
    sorter.prepare()
    place = {path: number for number, path in enumerate(graph)}
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        yield from ready
        sorter.done(*ready)


def _needs(manifest: Manifest, top: CargoManifest, names: Mapping[str, str]) -> set[str]:
    """The manifests of the crates that have to be there first: those that are asked for by version.

    What is asked for by path alone is a development dependency, which cargo leaves out.
    """
    assert isinstance(manifest, CargoManifest)
    asked = [p.package.name for p in manifest.places if p.role is Role.REQUIREMENT]
    lent = {manifest_path: name for name, path in names.items() for manifest_path in [path]}
    asked += [lent[path] for name in manifest.borrows if (path := top.lends.get(name, "")) in lent]
    return {names[name] for name in asked if name in names} - {manifest.path}


def _crate(manifest: CargoManifest, manifests: Mapping[str, Manifest]) -> Crate:
    assert manifest.package is not None
    place = cargo_workspace.stated(manifest, manifests)
    version, stated = (place.text, place.path) if place else ("", "")
    name = manifest.package.name
    return Crate(name, manifest.path, version, stated, _kept(manifest, name, version))


def _kept(manifest: CargoManifest, name: str, version: str) -> str:
    registries = manifest.metadata.get("publish", True)
    if not manifest.published:
        return "publish = false" if version else "it has no version"
    if isinstance(registries, tuple) and CRATES_IO not in registries:
        return f"publish names {', '.join(registries)}, and not crates-io"
    if not version:
        return "its workspace states no version"
    try:
        CrateName(name)
    except ValueError as error:
        return f"crates.io takes {error}"
    return ""
