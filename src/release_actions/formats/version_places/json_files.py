"""JSON files that state one version at their top: those of Lerna, Deno, JSR and Composer."""

from __future__ import annotations

from release_actions.formats.version_places import json_tree
from release_actions.formats.version_places.place import Manifest, Package
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import stated, word

ECOSYSTEMS = {"lerna.json": "npm", "deno.json": "jsr", "jsr.json": "jsr", "composer.json": "php"}


def read(path: str, content: bytes) -> Manifest:
    """The `version` at the top; `independent` in lerna.json says that there is none.

    :raises Unreadable: what is no JSON.
    """
    name = path.rpartition("/")[2]
    if b'"version"' not in content:
        return Manifest(path, None)  # deno.json may well be JSON with comments
    source = Source(path, content)
    tree = json_tree.read(source)
    package = Package(ECOSYSTEMS[name], word(tree, "name") or "")
    if name == "lerna.json" and word(tree, "version") == "independent":
        return Manifest(path, None)
    return Manifest(path, package, stated(source, tree, ("version",), package))
