"""Paths that one file of a tree gives for others."""

from __future__ import annotations

from posixpath import dirname, join, normpath


def beside(path: str, other: str) -> str | None:
    """`other`, as the file at `path` means it, from the tree's root; None outside of the tree."""
    found = normpath(join(dirname(path), other.replace("\\", "/")))
    return None if found.startswith(("../", "/")) or found in ("..", ".") else found


def all_beside(path: str, *others: str) -> tuple[str, ...]:
    """Those that are in the tree, each once."""
    found = (beside(path, other) for other in others)
    return tuple(dict.fromkeys(each for each in found if each))
