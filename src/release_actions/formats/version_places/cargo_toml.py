"""Cargo.toml: a crate's version, what it asks of others, and what its workspace shares.

https://doc.rust-lang.org/cargo/reference/manifest.html and
https://doc.rust-lang.org/cargo/reference/workspaces.html say what each field means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from posixpath import dirname, join, normpath
from typing import Any

from release_actions.formats.version_places import toml_places
from release_actions.formats.version_places.cargo_dependencies import Dependency, dependencies
from release_actions.formats.version_places.cargo_manifest import (
    INHERITED,
    SHARED,
    CargoManifest,
    Metadata,
    Value,
    publishes,
    shared_version,
)
from release_actions.formats.version_places.place import Package, Place, Role, Unreadable
from release_actions.formats.version_places.toml_places import Path, Toml, dotted

NAMES = ("Cargo.toml",)


def read(path: str, content: bytes) -> CargoManifest:
    """A crate, a workspace's root, or both.

    :raises Unreadable: what is no manifest, by the rules of TOML or of Cargo.
    """
    toml = toml_places.read(content)
    own = _own(toml)
    if own is None and "workspace" not in toml.document:
        raise Unreadable("there is no [package] and no [workspace]", 1, 1)
    package, workspace = _table(toml.document, own or ""), _table(toml.document, "workspace")
    crate = Package("cargo", _name(package)) if own else None
    asked = [each for each in dependencies(toml) if not _another_of_itself(each, crate)]
    listed = tuple(_manifest(path, glob) for glob in _texts(workspace, "members"))
    beside = {each: _manifest(path, folder) for each, folder in _folders(path, asked)}
    lends = {each.name: manifest for each, manifest in beside.items() if each.lent}
    metadata = _metadata(package)
    return CargoManifest(
        path,
        crate,
        tuple(_in_file_order(_places(path, toml, crate, asked))),
        # https://doc.rust-lang.org/cargo/reference/manifest.html#the-version-field: without a
        # version a crate is not published.
        published="version" in package and publishes(metadata.get("publish", True)),
        inherits=package.get("version") == {"workspace": True},
        # `default-members` are among the members, or Cargo refuses.
        members=tuple(dict.fromkeys([*listed, *beside.values()])),
        excluded=tuple(f"{_folder(path, each)}/**" for each in _texts(workspace, "exclude")),
        workspace="workspace" in toml.document,
        listed=listed,
        beside=tuple(manifest for each, manifest in beside.items() if not each.lent),
        lends=lends,
        borrows=tuple(each.name for each in asked if each.borrowed),
        above="".join(_manifest(path, each) for each in _texts(package, "workspace")),
        metadata=metadata,
        shared=_metadata(_table(workspace, "package")),
    )


def metadata(content: bytes) -> Metadata:
    """What [package] says beside name and version; INHERITED for what is the workspace's.

    :raises Unreadable: what is no TOML.
    """
    toml = toml_places.read(content)
    return _metadata(_table(toml.document, _own(toml) or ""))


def _own(toml: Toml) -> str | None:
    """Where the crate itself is described; [project] is what Cargo before 1.0 called it."""
    return next((key for key in ("package", "project") if key in toml.document), None)


def _table(document: dict[str, Any], key: str) -> dict[str, Any]:
    table = document.get(key, {})
    if not isinstance(table, dict):
        raise Unreadable(f"`{key}` is no table")
    return table


def _name(package: dict[str, Any]) -> str:
    name = package.get("name")
    if not isinstance(name, str) or not name:
        raise Unreadable("`package.name` is no text")
    return name


def _metadata(table: dict[str, Any]) -> Metadata:
    return {key: _value(table[key]) for key in SHARED if key in table}


def _value(value: Any) -> Value:
    if value == {"workspace": True}:
        return INHERITED
    if isinstance(value, list):
        return tuple(map(str, value))
    return value if isinstance(value, bool) else str(value)


def _places(
    path: str, toml: Toml, crate: Package | None, asked: list[Dependency]
) -> Iterator[Place | None]:
    yield _statement(path, toml, (_own(toml) or "package", "version"), crate)
    yield _statement(path, toml, ("workspace", "package", "version"), shared_version(path))
    for each in asked:
        yield each.place(path)


def _in_file_order(places: Iterable[Place | None]) -> list[Place]:
    return sorted((place for place in places if place), key=lambda place: place.start)


def _statement(path: str, toml: Toml, key: Path, package: Package | None) -> Place | None:
    token, value = toml.at(*key), toml.get(*key)
    if token is None or package is None:
        if value not in (None, {"workspace": True}):
            raise Unreadable(f"`{dotted(key)}` is no text")
        return None
    return token.place(path, Role.STATEMENT, package)


def _another_of_itself(asked: Dependency, crate: Package | None) -> bool:
    """A crate that asks for its own name means an older or newer one of the registry.

    Only by a path could it mean this one.
    """
    itself = crate is not None and asked.package == crate.name and not asked.lent
    return itself and asked.folder is None


def _folders(path: str, asked: list[Dependency]) -> Iterator[tuple[Dependency, str]]:
    """What is asked for by a path within the tree."""
    for each in asked:
        if each.folder is not None and not _folder(path, each.folder).startswith(("..", "/")):
            yield each, each.folder


def _texts(table: dict[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    return [each for each in (value if isinstance(value, list) else [value]) if type(each) is str]


def _folder(path: str, relative: str) -> str:
    return normpath(join(dirname(path), relative))


def _manifest(path: str, relative: str) -> str:
    return normpath(join(dirname(path), relative, "Cargo.toml"))
