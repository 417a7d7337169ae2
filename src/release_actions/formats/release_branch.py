"""Which versions a release branch carries, by its name: release-48.0.0 carries 48.0.0, 48.0.1 …"""

from __future__ import annotations

import re

from release_actions.formats.tag_pattern import BranchPattern
from release_actions.formats.versions import Version

# Numbers with dots wherever they stand, else one that stands alone: release-1.2.x, v2, stable/3.
NUMBERS = re.compile(
    r"(?<![0-9.])([0-9]+(?:\.[0-9]+){1,2})(?!\.?[0-9])|(?:^|[-/_])v?([0-9]+)(?=\.x|[-/_]|$)"
)
SHAPES = {
    "version": r"(?P<version>[0-9]+\.[0-9]+\.[0-9]+)(?:[-+][0-9A-Za-z.+-]+)?",
    "major": r"(?P<major>[0-9]+)",
    "minor": r"(?P<minor>[0-9]+)",
    "patch": r"(?P<patch>[0-9]+)",
    "date": r"[0-9]{8}",
}


def why_not(version: Version, branch: str, pattern: BranchPattern | None = None) -> str:
    """Why a version is none of this branch's; empty where it is one.

    They share major and minor, as far as the branch names them, and the version's patch is not
    below the branch's. A branch that names no version, such as main, carries every one.
    """
    if pattern is None:
        named = numbers(branch)
    else:
        told = _read(branch, pattern)
        if told is None:
            return f"branch {branch} does not have the shape {pattern}"
        named = told
    mine = version.parts.to_tuple()[:3]
    if named[:2] == mine[: len(named[:2])] and named[2:] <= mine[2 : len(named)]:
        return ""
    return f"branch {branch} carries {'.'.join(map(str, named))} and its patches, not {version}"


def numbers(branch: str) -> tuple[int, ...]:
    """The version that a branch's name says, as far as it does: () for main, (1, 2) for 1.2.x.

    Where several stand there it is the one with the most dots, and the last of those.
    """
    found = [match[1] or match[2] for match in NUMBERS.finditer(branch)]
    best = max(reversed(found), key=lambda text: text.count("."), default="")
    return tuple(map(int, best.split("."))) if best else ()


def _read(branch: str, pattern: BranchPattern) -> tuple[int, ...] | None:
    """What a branch of this pattern says; None where it is none."""
    cut = re.split(r"\{([a-z]+)\}", pattern)
    shape = "".join(
        SHAPES[piece] if index % 2 else re.escape(piece) for index, piece in enumerate(cut)
    )
    match = re.fullmatch(shape, branch)
    if match is None:
        return None
    found = match.groupdict()
    if found.get("version"):
        return tuple(map(int, found["version"].split(".")))
    named = []
    for place in ("major", "minor", "patch"):
        if found.get(place) is None:
            break
        named.append(int(found[place]))
    return tuple(named)
