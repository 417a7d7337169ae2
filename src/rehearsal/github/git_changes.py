"""The files that differ between two commits, as git lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class FileChange:
    """One file that differs between two commits."""

    path: str
    status: str
    oid: str
    additions: int
    deletions: int
    previous: str | None


_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "T": "changed"}


def parse_changes(output: str) -> Iterator[FileChange]:
    """Read `git diff-tree -z --raw --numstat`: first all raw entries, then all counts."""
    fields = iter(output.split("\0"))
    raw: dict[str, tuple[str, str, str | None]] = {}
    for head in fields:
        if head.startswith(":"):
            _, _, old, new, letter = head.split()
            path = next(fields)
            previous, path = (path, next(fields)) if letter[0] in "RC" else (None, path)
            raw[path] = (_STATUS.get(letter[0], "changed"), old if letter == "D" else new, previous)
        elif head:
            added, removed, path = head.split("\t")
            if not path:  # A rename: both names follow.
                next(fields)
                path = next(fields)
            status, oid, previous = raw[path]
            yield FileChange(path, status, oid, _lines(added), _lines(removed), previous)


def _lines(count: str) -> int:
    """A count of lines; a binary file has none."""
    return 0 if count == "-" else int(count)
