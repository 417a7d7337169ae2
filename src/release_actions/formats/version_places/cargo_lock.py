"""Cargo.lock: the versions that it keeps of this tree's crates, changed as Cargo would do it.

Cargo is not run, and nothing is looked up: a lock is edited as text, and what came of it is parsed
and compared with what it had to become.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from release_actions.formats.version_places import place
from release_actions.formats.version_places.cargo_lock_entries import (
    REFERENCE,
    Lock,
    lock,
    refers,
)
from release_actions.formats.version_places.cargo_lock_order import written
from release_actions.formats.version_places.place import Manifest, Package, Place, Role, Unreadable
from release_actions.formats.version_places.toml_places import Path, Token

NAMES = ("Cargo.lock",)

TABLES = {"package", "root", "patch"}  # where entries stand
Edits = Iterable[tuple[Place, str]]


def read(path: str, content: bytes) -> Manifest:
    """The own entries' versions, and those in `name version` where that means one of them.

    :raises Unreadable: what is no lock file of a known version.
    """
    found = lock(content)
    places = (_place(path, token, found) for token in found.toml.tokens)
    return Manifest(path, None, tuple(each for each in places if each))


def rewritten(content: bytes, edits: Edits) -> bytes:
    """The lock with these places changed, and in Cargo's order, where it was so before.

    Two packages of one name are sorted by version, and told apart by it wherever one is meant; so
    a new version may move an entry, and add a source to a reference or take it away.

    :raises ValueError: where a place does not hold its own text.
    """
    edits = tuple(edits)
    changed = place.rewritten(content, edits)
    before, new = lock(content), _new(content, edits)
    shared = {entry.name for path, entry in before.entries.items() if path in new}
    if all(len(before.named[name]) < 2 for name in shared) or written(content, {}) != content:
        return changed
    return written(content, new)


def proved(before: bytes, after: bytes, edits: Edits) -> None:
    """That the own entries have their new versions, and all else means what it meant.

    :raises Unreadable: what is not as it has to be.
    """
    expected, found = _meaning(lock(before), _new(before, edits)), _meaning(lock(after), {})
    for subject in {**expected, **found}:
        if expected.get(subject) != found.get(subject):
            raise Unreadable(f"`{subject}` would not be what it has to be after this edit")


def _place(path: str, token: Token, found: Lock) -> Place | None:
    entry = found.entries.get(token.path[:-1])
    if entry and entry.source is None and token.path[-1] == "version":
        return token.place(path, Role.LOCK, Package("cargo", entry.name))
    if not refers(token.path):
        return None
    meant, words = found.meant(token.value, token.line), REFERENCE.fullmatch(token.value)
    if meant.source is not None or words is None or words["version"] is None:
        return None
    return token.part(*words.span("version")).place(path, Role.LOCK, Package("cargo", meant.name))


def _new(content: bytes, edits: Edits) -> dict[Path, str]:
    """The entries that get a version, by where they stand, and which."""
    found = lock(content)
    by_start = {edited.start: text for edited, text in edits}
    versions = ((path, found.toml.at(*path, "version")) for path in found.entries)
    return {path: by_start[at.start] for path, at in versions if at and at.start in by_start}


def _meaning(found: Lock, new: Mapping[Path, str]) -> dict[str, Any]:
    """All that it says, by its subjects and not by where they stand, with the new versions."""
    now = {
        entry: entry._replace(version=new.get(path, entry.version))
        for path, entry in found.entries.items()
    }
    meaning = {key: found.toml.document[key] for key in found.toml.document.keys() - TABLES}
    for path, entry in found.entries.items():
        fields = dict(found.toml.get(*path)) | now[entry]._asdict()
        if path[0] != "patch":
            meant = (now[found.meant(each)] for each in fields.get("dependencies", ()))
            fields["dependencies"] = Counter(meant)
            fields["replace"] = now[found.meant(fields["replace"])] if "replace" in fields else None
        subject = " ".join([*TABLES & {path[0]} - {"package"}, *filter(None, now[entry])])
        meaning[subject] = fields
    return meaning
