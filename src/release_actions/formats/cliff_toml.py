"""git-cliff's cliff.toml: which tags it takes for releases. No I/O."""

from __future__ import annotations

import re

import tomli


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
        table = tomli.loads(text).get("git", {})
    except UnicodeDecodeError as error:
        raise NotCliffError("not UTF-8", content.count(b"\n", 0, error.start) + 1) from None
    except tomli.TOMLDecodeError as error:
        raise NotCliffError(f"not TOML: {error}", error.lineno) from None
    except (ValueError, RecursionError) as error:
        raise NotCliffError(f"not TOML that can be read: {error}", 0) from None
    said = table.get("tag_pattern", "") if isinstance(table, dict) else ""
    if not isinstance(said, str):
        raise NotCliffError("git.tag_pattern is no text", 0)
    # The value is TOML's; only its place is looked up, and it may be none.
    place = re.search(r"^[ \t]*(?:git\.)?\"?tag_pattern\"?[ \t]*=", text, re.MULTILINE)
    return said, text.count("\n", 0, place.start()) + 1 if said and place else 0
