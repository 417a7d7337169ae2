"""A file that holds the version and nothing else: VERSION, VERSION.txt."""

from __future__ import annotations

import re
from itertools import islice

from release_actions.formats.version_places.place import Manifest, Package, Role
from release_actions.formats.version_places.source import Source


def read(path: str, content: bytes) -> Manifest:
    """The one word of the file, without the v that some put in front of it.

    :raises Unreadable: where there is no word, or more than one.
    """
    source = Source(path, content)
    words = list(islice(re.finditer(r"\S+", source.text), 2))
    if len(words) != 1:
        at = words[1].start() if words else 0
        raise source.unreadable("it should hold the version and nothing else", at)
    start, end = words[0].span()
    start += bool(re.match(r"v[0-9]", words[0][0]))
    package = Package("plain", "")
    return Manifest(path, package, (source.place(start, end, package, "the file", Role.STATEMENT),))
