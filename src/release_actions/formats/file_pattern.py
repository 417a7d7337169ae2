"""Patterns of files, as a shell with globstar reads them."""

from __future__ import annotations

import fnmatch
import re
from typing import Self

from release_actions.values import Lines


class FilePattern(str):
    """A pattern below a folder: * ? [abc] within a name, ** for any folders; / between them."""

    def __new__(cls, raw: str) -> Self:
        parts = raw.split("/")
        out = raw.startswith("/") or ".." in parts or parts[-1] in ("", ".", "**")
        if (
            out
            or re.search(r"[\x00-\x1f\x7f\\]", raw)
            or any("**" in p and p != "**" for p in parts)
        ):
            raise ValueError("a pattern of files below `path`, such as dist/*.whl or out/**/*.zip")
        return super().__new__(cls, raw)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its names, one a folder."""
        return tuple(part for part in self.split("/") if part not in ("", "."))


class FilePatterns(tuple[FilePattern, ...]):
    """Patterns, one a line."""

    def __new__(cls, raw: str) -> Self:
        return super().__new__(cls, dict.fromkeys(FilePattern(line) for line in Lines(raw)))


def fits(part: str, name: str) -> bool:
    """Whether a name fits this part of a pattern; a hidden one only where the part says so."""
    if name.startswith(".") and not part.startswith("."):
        return False
    return re.fullmatch(fnmatch.translate(part), name) is not None
