"""The entries of a Cargo.lock, and which of them a reference means."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

from release_actions.formats.version_places import toml_places
from release_actions.formats.version_places.place import Unreadable
from release_actions.formats.version_places.toml_places import Path, Toml, dotted

KNOWN = (None, 3, 4)  # the first two versions of the format do not say which they are
REFERENCE = re.compile(r"(?P<name>\S+)(?: (?P<version>\S+)(?: \((?P<source>\S+)\))?)?")


class Entry(NamedTuple):
    """What Cargo tells packages apart by."""

    name: str
    version: str
    source: str | None  # None: a crate of this tree, or another one by its path


@dataclass(frozen=True)
class Lock:
    """A lock file, and its entries by where they stand."""

    toml: Toml
    entries: dict[Path, Entry]

    @cached_property
    def named(self) -> dict[str, list[Entry]]:
        """The packages of each name; what [[patch.unused]] has is none of them."""
        found: dict[str, list[Entry]] = defaultdict(list)
        for path, entry in self.entries.items():
            if path[0] != "patch":
                found[entry.name].append(entry)
        return found

    def meant(self, reference: str, line: int = 0) -> Entry:
        """The entry that a dependency's text (in this line) means.

        :raises Unreadable: where it means none, or more than one.
        """
        found = REFERENCE.fullmatch(reference)
        among = self.named.get(found["name"], []) if found else []
        if found and found["version"]:
            among = [each for each in among if each.version == found["version"]]
        if found and found["source"]:
            # A git source ends in #COMMIT in the entry alone.
            among = [e for e in among if (e.source or "").partition("#")[0] == found["source"]]
        elif len(among) > 1:
            among = [each for each in among if each.source is None]
        if len(among) != 1:
            raise Unreadable(f"`{reference}` does not mean one entry, but {len(among)}", line)
        return among[0]


@lru_cache(maxsize=16)  # a lock is read, proved and read back
def lock(content: bytes) -> Lock:
    """:raises Unreadable: what is no lock file of a known version."""
    toml = toml_places.read(content)
    version = toml.document.get("version")
    if version not in KNOWN:
        raise Unreadable(f"a lock file of version {version} is not known here")
    paths: list[Path] = [("root",)] if "root" in toml.document else []  # as Cargo before 1.16 did
    for tables in (("package",), ("patch", "unused")):
        paths += [(*tables, at) for at in range(len(_listed(toml, tables)))]
    entries = {path: _entry(toml, path) for path in paths}
    _once(toml, entries)
    return Lock(toml, entries)


def refers(path: Path) -> bool:
    """Whether a text there means another entry."""
    return path[0] in ("package", "root") and (
        path[-2:-1] == ("dependencies",) or path[-1] == "replace"
    )


def _listed(toml: Toml, path: Path) -> list[object]:
    found = toml.get(*path)
    if not isinstance(found, list | None):
        raise Unreadable(f"`{dotted(path)}` is no list of tables")
    return found or []


def _once(toml: Toml, entries: dict[Path, Entry]) -> None:
    """Cargo refuses an entry that stands there twice, as careless merges leave it.

    Of this tree's own crates both are places, so that whoever counts them can tell which.
    """
    known = set[tuple[str | int, Entry]]()
    for path, entry in entries.items():
        if entry.source is not None and (path[0], entry) in known:
            again = toml.at(*path, "name")
            line = again.line if again else 0
            raise Unreadable(f"`{entry.name} {entry.version}` stands there twice", line)
        known.add((path[0], entry))


def _entry(toml: Toml, path: Path) -> Entry:
    name, version, source = (toml.at(*path, key) for key in ("name", "version", "source"))
    if name is None or version is None:
        raise Unreadable(f"`{dotted(path)}` has no name or no version")
    asks, replaced = toml.get(*path, "dependencies"), toml.get(*path, "replace")
    asks = [] if asks is None else asks
    if not isinstance(asks, list) or not all(isinstance(each, str) for each in asks):
        raise Unreadable(f"`{dotted((*path, 'dependencies'))}` is no list of texts", name.line)
    if not isinstance(replaced, str | None):
        raise Unreadable(f"`{dotted((*path, 'replace'))}` is no text", name.line)
    return Entry(name.value, version.value, source.value if source else None)
