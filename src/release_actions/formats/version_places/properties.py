"""Java properties: gradle.properties."""

from __future__ import annotations

import re

from release_actions.formats.version_places.place import (
    Manifest,
    Package,
    Place,
    Role,
    Unreadable,
)
from release_actions.formats.version_places.source import Source

KEYS = ("version", "VERSION_NAME")  # Gradle's own, and that of the publishing plugin of Android
# A logical line: a comment, or a key, what parts it from its value, and the value, in which a
# backslash before the line's end goes on in the next line.
LINE = re.compile(
    r"^[ \t\f]*(?:[#!][^\r\n]*|(?P<key>(?:\\[\s\S]|[^ \t\f\r\n\\=:])+)"
    r"(?P<parted>[ \t\f]*[=: \t\f]?[ \t\f]*)(?P<value>(?:\\(?:\r\n|[\s\S])|[^\r\n\\])*))",
    re.M,
)


def read(path: str, content: bytes) -> Manifest:
    """`version=1.2.3`; another key that ends in it, or one in a comment, is another matter."""
    try:
        source = Source(path, content)
    except Unreadable:
        source = Source(path, content, "iso-8859-1")  # as Java read them before version 9
    package = Package("gradle", "")
    found = [line for line in _lines(source.text) if line["key"] in KEYS]
    if len(found) > 1:
        why = f"`{found[1]['key']}` is given as well as `{found[0]['key']}`"
        raise source.unreadable(f"{why}: which is it?", found[1].start("key"))
    places = tuple(_place(source, line, package) for line in found if line["value"].strip(" \t\f"))
    return Manifest(path, package, places)


def _lines(text: str) -> list[re.Match[str]]:
    found, at = [], 0
    while line := LINE.search(text, at):
        found.append(line)
        at = max(line.end(), at + 1)
    return found


def _place(source: Source, line: re.Match[str], package: Package) -> Place:
    value = line["value"].rstrip(" \t\f")
    if "\\" in value:
        raise source.unreadable(f"`{line['key']}` is not spelled as it is meant", line.start())
    start = line.start("value")
    return source.place(start, start + len(value), package, line["key"], Role.STATEMENT)
