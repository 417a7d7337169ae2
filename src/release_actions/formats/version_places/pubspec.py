"""pubspec.yaml of Dart and Flutter.

The number after + (`1.2.3+45`) is the build's: a store wants a higher one each time, whatever the
version. It stays as it is, and is not part of the place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release_actions.formats.version_places import asked, yaml_tree
from release_actions.formats.version_places.beside import all_beside
from release_actions.formats.version_places.place import Manifest, Package, Place
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import Leaf, at, stated, table, text, word, words

TABLES = ("dependencies", "dev_dependencies", "dependency_overrides")


def read(path: str, content: bytes) -> Manifest:
    """The version, and what is asked of other packages (`^1.2.3`, or a table with `version`).

    :raises Unreadable: what is no YAML, or a version that YAML takes for a number.
    """
    source = Source(path, content)
    tree = yaml_tree.read(source)
    package = Package("dart", word(tree, "name") or "")
    places = [*stated(source, tree, ("version",), package, cut="+"), *_requirements(source, tree)]
    folders = words(at(tree, ("workspace",)))
    return Manifest(
        path,
        package,
        tuple(sorted(places, key=lambda place: place.start)),
        published=word(tree, "publish_to") != "none",
        members=all_beside(path, *(f"{folder}/pubspec.yaml" for folder in folders)),
    )


def _requirements(source: Source, tree: Any) -> Iterator[Place]:
    for key in TABLES:
        for name, value in table(tree, key).items():
            leaf = at(value, ("version",)) if isinstance(value, dict) else value
            # `foo: any`, `foo: {path: …}` and an empty `foo:` ask for no version.
            if isinstance(leaf, Leaf) and leaf.kind == "text":
                where = f"{key}.{name}"
                want = asked.semver(text(source, leaf, where), r"\^|>=|")
                if want:
                    yield source.requirement(leaf.start, want, Package("dart", name), where)
