"""package-lock.json and npm-shrinkwrap.json: what npm keeps of the packages of the tree itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release_actions.formats.version_places import asked, json_tree
from release_actions.formats.version_places.package_json import requirements
from release_actions.formats.version_places.place import Manifest, Package, Place, Role
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import Leaf, stated, table, text, word


def read(path: str, content: bytes) -> Manifest:
    """The root's version twice, each workspace's once, and what these ask of others.

    :raises Unreadable: what is no JSON.
    """
    source = Source(path, content)
    tree = json_tree.read(source)
    places = sorted(_places(source, tree), key=lambda place: place.start)
    return Manifest(path, None, tuple(places))


def _places(source: Source, tree: Any) -> Iterator[Place]:
    root = Package("npm", word(tree, "name") or "")
    yield from stated(source, tree, ("version",), root, role=Role.LOCK)
    for where, name in _own(tree).items():
        path, at = ("packages", where), f"packages.{where or '(root)'}."
        package, key = Package("npm", name), f"{at}version"
        yield from stated(source, tree, (*path, "version"), package, role=Role.LOCK, key=key)
        yield from requirements(source, table(tree, *path), at)
    for name, entry in table(tree, "dependencies").items():
        # What lockfile version 2 keeps for npm 6.
        if (word(entry, "version") or "").startswith("file:"):
            yield from _required(source, name, table(entry, "requires"))


def _own(tree: Any) -> dict[str, str]:
    """The folder and name of each package of the tree; "" is the root's folder."""
    packages = table(tree, "packages")
    links = {  # node_modules/@scope/name, whatever its folder is called
        word(entry, "resolved"): where.rpartition("node_modules/")[2]
        for where, entry in packages.items()
        if "link" in entry
    }
    return {
        where: word(entry, "name")
        or links.get(where)
        or where.rpartition("/")[2]
        or word(tree, "name")
        or ""
        for where, entry in packages.items()
        if "node_modules/" not in f"{where}/"
    }


def _required(source: Source, by: str, wanted: dict[str, Any]) -> Iterator[Place]:
    for name, leaf in wanted.items():
        if isinstance(leaf, Leaf) and (want := asked.npm(leaf.value)):
            where = f"dependencies.{by}.requires.{name}"
            text(source, leaf, where)
            yield source.requirement(leaf.start, want, Package("npm", name), where)
