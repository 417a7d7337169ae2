"""git-cliff's cliff.toml: which tags it takes for releases. No I/O."""

from __future__ import annotations

import re
import tomllib


class NotCliffError(ValueError):
    """A file that git-cliff would not read, with its line (0: not known)."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


def tag_pattern(content: bytes) -> tuple[str, int]:
    """`git.tag_pattern` and its line; empty and 0 where it is not said.

    :raises NotCliffError: where it is no TOML, or the pattern is no text.
    """
    try:
        text = content.decode("utf-8")
        table = tomllib.loads(text).get("git", {})
    except UnicodeDecodeError as error:
        raise NotCliffError("not UTF-8", content.count(b"\n", 0, error.start) + 1) from None
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise NotCliffError(f"not TOML: {error}", int(found[1]) if found else 0) from None
    said = table.get("tag_pattern", "") if isinstance(table, dict) else ""
    if not isinstance(said, str):
        raise NotCliffError("git.tag_pattern is no text", 0)
    # The value is TOML's; only its place is looked up, and it may be none.
    place = re.search(r"^[ \t]*(?:git\.)?\"?tag_pattern\"?[ \t]*=", text, re.MULTILINE)
    return said, text.count("\n", 0, place.start()) + 1 if said and place else 0
