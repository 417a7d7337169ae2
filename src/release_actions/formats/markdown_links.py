"""The links of a Markdown text that lead to files beside it. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_CODE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_LINK = re.compile(
    r"\]\(\s*<?(?P<inline>[^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+[\"'(][^)]*)?\s*\)"
    r"|^ {0,3}\[[^\]]+\]:\s*<?(?P<defined>[^\s>]+)>?"
    r"|\b(?:src|href)\s*=\s*[\"'](?P<html>[^\"']+)[\"']",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|\?", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A path as the text has it, without its anchor, and its line."""

    path: str
    line: int


def links(text: str) -> Iterator[Link]:
    """Every relative link outside code and comments."""
    text = _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = _CODE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
            continue
        if mark:
            fence = mark[1]
            continue
        for found in _LINK.finditer(_SPAN.sub("", line)):
            target = next(group for group in found.groups() if group is not None)
            path = unquote(re.split(r"[#?]", target)[0])
            if path and not _ELSEWHERE.match(target):
                yield Link(path, number)
