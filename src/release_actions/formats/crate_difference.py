"""Where two .crate files differ, member by member and field by field, on one screen.

Two digests say that something differs. Here is what, and why most likely: another commit (then
`.cargo_vcs_info.json` differs, even if no packaged file does), another cargo (then its own
spelling of Cargo.toml or the packing differ), or other content.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import tomli

from release_actions.formats.crate import LOCK, MANIFEST, VCS, Crate, CrateFile
from release_actions.values import fold

Kind = Literal["content", "commit", "cargo"]
SCREEN = 16  # differences that are told; the rest is counted
FIELDS = 4  # of one file
# What newer versions of cargo write into a normalised Cargo.toml, and earlier ones do not.
FOUND = ("autobins", "autoexamples", "autotests", "autobenches", "autolib", "build")
NEWER = {
    *(f"package.{name}" for name in FOUND),
    "lib.name",
    "lib.path",
    "bin",
    "example",
    "test",
    "bench",
}
WHY: Mapping[Kind, str] = {
    "content": "what it holds differs",
    "commit": "only the commit differs that it says it was packaged at",
    "cargo": "its content is the same: another version of cargo packed it",
}


@dataclass(frozen=True)
class Difference:
    """One member, what differs in it, and what such a difference comes from."""

    path: str
    kind: Kind
    said: str


def differences(first: Crate, second: Crate, names: tuple[str, str]) -> tuple[Difference, ...]:
    """All that differs, what weighs most first; `names` are what the two are called.

    For two files of different bytes: if every member is the same, that is told as well.
    """
    found = [
        difference
        for path in sorted({*first.files, *second.files})
        for difference in _member(path, first, second, names)
    ]
    if not found:
        said = "every member is the same; the tar headers or the compression differ"
        return (Difference("the archive", "cargo", said),)
    order: dict[Kind, int] = {kind: at for at, kind in enumerate(WHY)}
    return tuple(sorted(found, key=lambda d: order[d.kind]))


def why(found: tuple[Difference, ...]) -> str:
    """The differences in one sentence, by the weightiest."""
    kind = found[0].kind
    told = WHY[kind]
    others = [WHY[k] for k in WHY if k != kind and any(d.kind == k for d in found)]
    if kind == "content" and any(d.kind == "commit" for d in found):
        return f"{told}, and it is of another commit"
    return told if not others or kind == "content" else f"{told}, and it is packed otherwise"


def _member(path: str, first: Crate, second: Crate, names: tuple[str, str]) -> Iterator[Difference]:
    one, two = first.files.get(path), second.files.get(path)
    if one is None or two is None:
        kind: Kind = "commit" if path == VCS else "content"
        there = names[1] if one is None else names[0]
        yield Difference(path, kind, f"only in the {there} one{_absence(path)}")
        return
    if one.executable != two.executable:
        which = names[0] if one.executable else names[1]
        yield Difference(path, "content", f"executable in the {which} one alone")
    if one.sha256 != two.sha256:
        yield _changed(path, (one, two), (first.texts.get(path), second.texts.get(path)), names)


def _absence(path: str) -> str:
    if path == VCS:
        return ": the other was packaged outside of git"
    return ": --exclude-lockfile, or another cargo" if path == LOCK else ""


def _changed(
    path: str,
    files: tuple[CrateFile, CrateFile],
    texts: tuple[bytes | None, bytes | None],
    names: tuple[str, str],
) -> Difference:
    one, two = texts
    fields = None if one is None or two is None else _fields(path, one, two)
    if fields is None:
        sizes = (
            f"{n} {f.size} bytes, {f.sha256.short}…" for n, f in zip(names, files, strict=True)
        )
        return Difference(path, "content", "; ".join(sizes))
    if not fields:
        kind: Kind = "commit" if path == VCS else "cargo"
        return Difference(path, kind, "the same values, written otherwise")
    return Difference(path, _kind(path, fields), _listed(fields, names))


def _kind(path: str, fields: Mapping[str, tuple[Any, Any]]) -> Kind:
    if path == VCS:
        return "commit" if not any("dirty" in name for name in fields) else "content"
    if path == LOCK:
        return "cargo" if set(fields) == {"version"} else "content"
    newer = all(name in NEWER and None in values for name, values in fields.items())
    return "cargo" if newer else "content"


def _listed(fields: Mapping[str, tuple[Any, Any]], names: tuple[str, str]) -> str:
    told = [
        f"{fold(name, 60)}: {names[0]} {_value(one)}, {names[1]} {_value(two)}"
        for name, (one, two) in list(fields.items())[:FIELDS]
    ]
    more = len(fields) - len(told)
    return "; ".join([*told, *([f"and {more} more"] if more else [])])


def _value(value: Any) -> str:
    return "has none" if value is None else fold(str(value), 60)


def _fields(path: str, one: bytes, two: bytes) -> dict[str, tuple[Any, Any]] | None:
    """The fields that differ, by their dotted names; None where they cannot be told."""
    parse = {VCS: _json, MANIFEST: _toml, LOCK: _lock}[path]
    try:
        first, second = dict(_flat("", parse(one))), dict(_flat("", parse(two)))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return {
        name: (first.get(name), second.get(name))
        for name in dict.fromkeys([*first, *second])
        if first.get(name) != second.get(name)
    }


def _json(text: bytes) -> Any:
    return json.loads(text)


def _toml(text: bytes) -> Any:
    return tomli.loads(text.decode())


def _lock(text: bytes) -> Any:
    """A lock file by its packages: name and source to versions and checksums."""
    told = tomli.loads(text.decode())
    found: dict[str, Any] = {"version": told.get("version")}
    for package in told.get("package", []):
        place = f"{package['name']} ({package.get('source', 'path')})"
        entry = f"{package['version']} {package.get('checksum', '')}".strip()
        needs = ",".join(package.get("dependencies", []))
        found[place] = "; ".join(filter(None, [found.get(place), entry, needs]))
    return found


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}" if name else str(key), inner)
    else:
        yield name, value
