"""Globs over the paths of a repository: which files a change may touch."""

from __future__ import annotations

import re
from typing import Self

from release_actions.values import Lines


class PathGlobs(tuple[str, ...]):
    """Globs, one a line: `*` and `?` stay within a folder, `**` does not, `docs/` is all of it."""

    def __new__(cls, raw: str) -> Self:
        lines = Lines(raw)
        for line in lines:
            if line.startswith(("/", "!", ":")) or "\\" in line or ".." in line.split("/"):
                raise ValueError(
                    "paths from the repository's top, one a line, such as RELEASES.md,"
                    " crates/*/Cargo.toml, **/Cargo.lock or docs/"
                )
        return super().__new__(cls, lines)

    def match(self, path: str) -> bool:
        """Whether any of them takes in the whole path."""
        return any(_expression(glob).fullmatch(path) for glob in self)


def _expression(glob: str) -> re.Pattern[str]:
    whole = f"{glob}**" if glob.endswith("/") else glob
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", whole)
    meaning = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    return re.compile("".join(meaning.get(part) or re.escape(part) for part in parts), re.DOTALL)
