"""uv.lock and poetry.lock: what they keep of the packages of the tree itself.

poetry.lock has no entry for the project, only for others of the tree that it depends on by path.
A package whose version is dynamic has none in uv.lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release_actions.formats.version_places import asked
from release_actions.formats.version_places.place import Manifest, Place, Role
from release_actions.formats.version_places.python_name import python
from release_actions.formats.version_places.toml_places import Path, Toml
from release_actions.formats.version_places.toml_places import read as toml

LOCAL = ("editable", "virtual", "directory")


def read(path: str, content: bytes) -> Manifest:
    """The version of each package of the tree, and what these ask of one another.

    :raises Unreadable: what is no TOML.
    """
    file = toml(content)
    packages = file.document.get("package", [])
    found = [
        place
        for number, entry in enumerate(packages if isinstance(packages, list) else [])
        if isinstance(entry, dict)
        for place in _entry(path, file, entry, ("package", number))
    ]
    return Manifest(path, None, tuple(sorted(found, key=lambda place: place.start)))


def local(source: Any) -> bool:
    """Whether a package is of the tree, by its `source`."""
    return isinstance(source, dict) and (
        source.get("type") == "directory" or any(key in source for key in LOCAL)
    )


def _entry(path: str, file: Toml, entry: dict[str, Any], at: Path) -> Iterator[Place]:
    own = local(entry.get("source"))
    if own and (token := file.at(*at, "version")):
        yield token.place(path, Role.LOCK, python(str(entry.get("name"))), python=True)
    for where, other in _tables(entry, at):
        name = python(str(other.get("name")))
        # A dependency tells a version where several of that name are locked.
        if local(other.get("source")) and (token := file.at(*where, "version")):
            yield token.place(path, Role.LOCK, name, python=True)
        token = file.at(*where, "specifier") if own else None
        want = asked.pep440(token.value) if token else None
        if token and want:
            yield token.part(want.start, want.end).place(
                path,
                Role.REQUIREMENT,
                name,
                python=True,
                operator=want.operator,
                partial=want.partial,
            )


def _tables(value: Any, at: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every table with a name in the lists below a package's entry."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in pairs:
        if isinstance(each, dict) and isinstance(value, list) and "name" in each:
            yield (*at, key), each
        if isinstance(each, dict | list):
            yield from _tables(each, (*at, key))
