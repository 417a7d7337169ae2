"""Chart.yaml of Helm.

`version` is the chart's; `appVersion` is that of the program which the chart installs, often one of
somebody else. So it is the chart's own where it says the same (or v and the same), and then moves
with it. Else it is what the chart asks of another package (ecosystem `helm-app`), and stays; where
the two must be one, a pointer to Chart.yaml:appVersion says so and tells each drift.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from release_actions.formats.version_places import asked, yaml_tree
from release_actions.formats.version_places.beside import beside
from release_actions.formats.version_places.place import Manifest, Package, Place, Role
from release_actions.formats.version_places.source import Source
from release_actions.formats.version_places.tree import at, is_list, stated, text, word


def read(path: str, content: bytes) -> Manifest:
    """The chart's version, its appVersion, and what it asks of charts of the same tree.

    :raises Unreadable: what is no YAML, or a version that YAML takes for a number.
    """
    source = Source(path, content)
    tree = yaml_tree.read(source)
    name = word(tree, "name") or ""
    places = [
        *stated(source, tree, ("version",), Package("helm", name)),
        *_application(source, tree, name),
        *_requirements(source, tree),
    ]
    return Manifest(path, Package("helm", name), tuple(sorted(places, key=lambda p: p.start)))


def _application(source: Source, tree: Any, name: str) -> Iterator[Place]:
    """appVersion is free text, and may well be a number to YAML (`1.27`): then it is not ours."""
    said, leaf = word(tree, "appVersion"), at(tree, ("appVersion",))
    if said and source.text[leaf.start : leaf.end] == said:
        start = leaf.start + bool(re.match("v[0-9]", said))
        own = source.text[start : leaf.end] == word(tree, "version")
        package = Package("helm" if own else "helm-app", name)
        role = Role.STATEMENT if own else Role.REQUIREMENT
        yield source.place(start, leaf.end, package, "appVersion", role)


def _requirements(source: Source, tree: Any) -> list[Place]:
    found = at(tree, ("dependencies",))
    places = []
    for number, each in enumerate(found if is_list(found) else []):
        where = word(each, "repository") or ""
        local = where.removeprefix("file://") if where.startswith("file://") else None
        # Another chart of the tree: named by its folder, or lying in charts/.
        if where and (local is None or beside(source.path, local) is None):
            continue
        name, leaf = word(each, "name") or "", at(each, ("version",))
        if leaf is None:
            continue
        key = f"dependencies[{number}].version"
        want = asked.semver(text(source, leaf, key), r"\^|~|>=|=|")
        if want:
            places.append(source.requirement(leaf.start, want, Package("helm", name), key))
    return places
