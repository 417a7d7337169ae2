"""A Cargo.lock in the order and the words of Cargo, for packages that share their name.

Seen from what Cargo writes, and held to that by running it in the tests:

1. entries stand in the order of name, version by SemVer, source; the tree's own ones first
2. a dependency is called by its name; with its version, if its name has several of them; with its
   source as well, if that version has several sources and this one is not of the tree
3. dependencies stand in the order of their texts: by name, then version as a text, then source
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import semver

from release_actions.formats.version_places.cargo_lock_entries import Entry, Lock, lock, refers
from release_actions.formats.version_places.toml_places import Path, Token

PART = re.compile(r"^(?=\[)", re.MULTILINE)
PACKAGE = re.compile(
    r'\[\[package\]\]\r?\nname = "(?P<name>.+)"\r?\n'
    r'version = "(?P<version>.+)"\r?\n(?P<source>source)?'
)
DEPENDENCIES = re.compile(r'(?:^ ".+",\r?\n)+', re.MULTILINE)


def written(content: bytes, new: Mapping[Path, str]) -> bytes:
    """The lock as Cargo would write it with these versions, by where their entries stand.

    That is so only for a lock that is in Cargo's order before: with nothing new it stays as it is.

    :raises ValueError: a version that is none by SemVer, which Cargo would not write.
    """
    done, at = [], 0
    for token, text in _edits(lock(content), new):
        done += [content[at : token.start], text.encode()]
        at = token.end
    return _sorted(b"".join([*done, content[at:]]).decode()).encode()


def _edits(found: Lock, new: Mapping[Path, str]) -> Iterator[tuple[Token, str]]:
    """What is to stand in the place of each text that tells a package, in file order."""
    now = {
        entry: entry._replace(version=new.get(path, entry.version))
        for path, entry in found.entries.items()
    }
    sources: dict[str, dict[str, set[str | None]]] = defaultdict(lambda: defaultdict(set))
    for entries in found.named.values():
        for _, version, source in (now[entry] for entry in entries):
            sources[entries[0].name][version].add(source)
    for token in found.toml.tokens:
        if refers(token.path):
            entry = now[found.meant(token.value)]
            yield token, _called(entry, sources[entry.name])
        elif token.path[-1] == "version" and token.path[:-1] in new:
            yield token, new[token.path[:-1]]


def _called(entry: Entry, sources: Mapping[str, set[str | None]]) -> str:
    name, version, source = entry
    if len(sources[version]) > 1 and source is not None:
        return f"{name} {version} ({source.partition('#')[0]})"
    return f"{name} {version}" if len(sources) > 1 or len(sources[version]) > 1 else name


def _sorted(text: str) -> str:
    head, *parts = PART.split(text)
    packages = [(found, part) for part in parts if (found := PACKAGE.match(part))]
    packages.sort(key=lambda package: _order(package[0]))
    others = [part for part in parts if not PACKAGE.match(part)]
    end = "\r\n" if "\r\n" in text else "\n"
    bodies = [DEPENDENCIES.sub(_sorted_lines, part).rstrip() for _, part in packages]
    return head + (2 * end).join([*bodies, *(part.rstrip() for part in others)]) + end


def _order(package: re.Match[str]) -> tuple[str, semver.Version, bool]:
    return package["name"], semver.Version.parse(package["version"]), package["source"] is not None


def _sorted_lines(lines: re.Match[str]) -> str:
    return "".join(sorted(lines[0].splitlines(keepends=True), key=_words))


def _words(line: str) -> list[str]:
    return line.strip(' ",\r\n').split(" ")
