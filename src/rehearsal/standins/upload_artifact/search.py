"""Which files an upload means: patterns one a line, as @actions/glob reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MAGIC = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Found:
    """The files, and the folder that their names in the artifact start from."""

    root: Path
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Pattern:
    negate: bool
    start: Path
    regex: re.Pattern[str]

    def matches(self, path: Path) -> bool:
        """Whether the path, or a folder that it lies in, is meant."""
        return any(self.regex.fullmatch(str(one)) for one in (path, *path.parents))


def find(patterns: str, *, base: Path, hidden: bool) -> Found:
    """Every file that some line means and no later `!` line takes away."""
    parsed = [_parse(line.strip(), base) for line in patterns.splitlines() if _means(line)]
    starts = _outermost([one.start for one in parsed if not one.negate])
    files: list[Path] = []
    for start in starts:
        for path in _files(start, hidden=hidden):
            meant = False
            for pattern in parsed:
                if pattern.matches(path):
                    meant = not pattern.negate
            if meant:
                files.append(path)
    return Found(_root(starts, files, base), tuple(sorted(files)))


def _means(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith("#")


def _parse(line: str, base: Path) -> _Pattern:
    negate = line.startswith("!")
    text = line.removeprefix("!").strip()
    if text == "~" or text.startswith("~/"):
        text = str(Path.home()) + text[1:]
    full = Path(os.path.normpath(base / text))
    parts = full.parts
    fixed = next((n for n, part in enumerate(parts) if _MAGIC.search(part)), len(parts))
    return _Pattern(negate, Path(*parts[:fixed]), _regex(parts))


def _regex(parts: tuple[str, ...]) -> re.Pattern[str]:
    """`**` is any depth, `*` and `?` stay within a name, and hidden names are names, too."""
    expression = ""
    for part in parts[1:]:
        expression += r"(/[^/]+)*" if part == "**" else "/" + _name(part)
    return re.compile(expression or "/")


def _name(part: str) -> str:
    told = ""
    for piece in re.findall(r"\[[^\]]+\]|.", part):
        if piece == "*":
            told += "[^/]*"
        elif piece == "?":
            told += "[^/]"
        elif len(piece) > 1:
            told += f"[{'^' if piece[1] in '!^' else ''}{re.escape(piece[1:-1].lstrip('!^'))}]"
        else:
            told += re.escape(piece)
    return told.replace(r"\-", "-")


def _outermost(starts: list[Path]) -> list[Path]:
    """The folders to walk, without those inside another."""
    unique = list(dict.fromkeys(starts))
    return [one for one in unique if not any(other in one.parents for other in unique)]


def _files(start: Path, *, hidden: bool) -> Iterator[Path]:
    if start.is_file():
        if hidden or not start.name.startswith("."):
            yield start
        return
    for folder, folders, names in os.walk(start, followlinks=True):
        if not hidden:
            folders[:] = [name for name in folders if not name.startswith(".")]
            names = [name for name in names if not name.startswith(".")]
        yield from (Path(folder, name) for name in names)


def _root(starts: list[Path], files: list[Path], base: Path) -> Path:
    """One file loses its folders; else names start from what all lines have in common."""
    if not starts:
        return base
    if len(starts) > 1:
        return Path(os.path.commonpath(starts))
    return starts[0].parent if files == [starts[0]] else starts[0]
