"""Whether a file differs in nothing but a version that moved."""

from __future__ import annotations

import re
from collections.abc import Iterable

Move = tuple[str, str]  # from this version to that one, each as the file spells it


def only_versions(before: bytes, after: bytes, moves: Iterable[Move]) -> bool:
    """Whether each line is as it was, or is so but for versions that moved as told."""
    old, new, moved = before.split(b"\n"), after.split(b"\n"), tuple(moves)
    return len(old) == len(new) and all(
        line == other or _moved(line, other, moved) for line, other in zip(old, new, strict=True)
    )


def _moved(line: bytes, other: bytes, moves: tuple[Move, ...]) -> bool:
    """Every version of the line moved, in place of what stands there; none is left behind."""
    for before, after in moves:
        line = _token(before).sub(after.encode().replace(b"\\", rb"\\"), line)
    return line == other


def _token(version: str) -> re.Pattern[bytes]:
    """The whole version: 1.2.3 is neither in 11.2.3 nor in 1.2.3-dev nor in 1.2.3.4."""
    text = re.escape(version.encode())
    return re.compile(rb"(?<![0-9A-Za-uw-z.+])(?<![0-9]-)" + text + rb"(?![0-9A-Za-z+-]|\.[0-9])")
