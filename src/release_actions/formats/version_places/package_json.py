"""package.json of npm, and what pnpm-workspace.yaml adds to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release_actions.formats.version_places import asked, json_tree, yaml_tree
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import (
    Leaf,
    at,
    is_list,
    is_true,
    stated,
    table,
    text,
    word,
    words,
)

TABLES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")


def read(path: str, content: bytes) -> Manifest:
    """The version, what is asked of other packages, and the workspace's packages.

    :raises Unreadable: what is no JSON.
    """
    source = Source(path, content)
    if path.endswith(".yaml"):
        return _members(path, None, at(yaml_tree.read(source), ("packages",)))
    tree = json_tree.read(source)
    name = word(tree, "name")
    package = Package("npm", name or "")
    places = [*stated(source, tree, ("version",), package), *requirements(source, tree)]
    workspaces = at(tree, ("workspaces",))
    return _members(
        path,
        package,
        workspaces if is_list(workspaces) else at(workspaces, ("packages",)),
        places=tuple(sorted(places, key=lambda place: place.start)),
        published=not is_true(at(tree, ("private",))),
    )


def _members(path: str, package: Package | None, globs: Any, **more: Any) -> Manifest:
    folders = words(globs)
    wanted = [f"{folder.rstrip('/')}/package.json" for folder in folders if folder[:1] != "!"]
    unwanted = [f"{folder[1:].rstrip('/')}/package.json" for folder in folders if folder[:1] == "!"]
    return Manifest(
        path,
        package,
        members=all_beside(path, *wanted),
        excluded=all_beside(path, *unwanted),
        **more,
    )


def requirements(source: Source, entry: Any, at: str = "") -> Iterator[Place]:
    """What a package asks of others; `at` is what its own place is called, with a dot."""
    for key in TABLES:
        for name, leaf in table(entry, key).items():
            if not isinstance(leaf, Leaf) or leaf.kind != "text":
                continue
            want = asked.npm(leaf.value)
            if want:
                where = f"{at}{key}.{name}"
                text(source, leaf, where)
                yield source.requirement(leaf.start, want, Package("npm", name), where)
