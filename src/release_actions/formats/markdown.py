"""Text as GitHub's Markdown: foreign lines made harmless, headings found, a body cut in two."""

from __future__ import annotations

import re
from dataclasses import dataclass

from release_actions.formats.changelog.lines import FENCE, Line, cut, level
from release_actions.values import fold

SHOWN = 200  # characters of one foreign line
# What CommonMark 0.31 or GFM would make something else of: emphasis, code, links, tables, math.
SPECIAL = re.compile(r"[\\`*_\[\]~|$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
CODE = re.compile(r"(?<!`)`(?!`)([^`]+)`(?!`)")


def inline(text: str, limit: int = SHOWN) -> str:
    """Foreign text as one line that shows itself and does nothing: `code` stays code.

    A mention would tell a stranger, so that `@` gets an invisible neighbour; an image, a link or
    HTML would show what nobody of the project wrote. `#12` stays a reference to this repository.
    """
    line = fold(text, limit)
    shown, at = "", 0
    for match in CODE.finditer(line):
        # In a table a bar ends the cell even in code.
        code = match[0] if "|" not in match[0] else _escaped(match[0])
        shown += _escaped(line[at : match.start()]) + code
        at = match.end()
    return _begun(shown + _escaped(line[at:]))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = SPECIAL.sub(lambda match: f"\\{match[0]}", text)
    return text.replace("@", "@&#8203;")


def _begun(text: str) -> str:
    """What would begin a heading, a rule or a list at the start of a line does not."""
    match = re.match(r"#{1,6}(?=\s|$)|[-+=]|[0-9]{1,9}(?=[.)])", text)
    if match is None:
        return text
    end = match.end() if match[0].isdigit() else 0
    return f"{text[:end]}\\{text[end:]}"


@dataclass(frozen=True)
class Heading:
    """A heading, and whether anything stands under it before the next of its level or above."""

    text: str
    filled: bool


def headings(body: str) -> tuple[Heading, ...]:
    """Every heading outside code and comments, in its order."""
    lines = cut(body.encode("utf-8", "replace"))
    return tuple(
        Heading(_title(line), _filled(lines[index + 1 :], level(line)))
        for index, line in enumerate(lines)
        if level(line)
    )


def _title(line: Line) -> str:
    return re.sub(r"^#+[ \t]*|[ \t]+#+[ \t]*$", "", line.said).strip()


def _filled(below: tuple[Line, ...], depth: int) -> bool:
    for line in below:
        if level(line):
            if level(line) <= depth:
                return False
        elif not line.blank and line.kind != "comment":
            return True
    return False


def visible(body: str) -> str:
    """The body without its comments, which no reader sees."""
    return re.sub(r"<!--.*?(-->|\Z)", " ", body, flags=re.DOTALL)


def size(text: str) -> int:
    """Characters as the strictest counter has them: UTF-16 units, each line end as two."""
    return len(text.encode("utf-16-le", "replace")) // 2 + text.count("\n")


def split(body: str, room: int) -> tuple[str, str]:
    """As many whole lines as there is room for, and the rest; no code block is cut open.

    A single line that is longer than the room goes to the rest.
    """
    end, safe, used, fence = 0, 0, 0, ""
    for line in re.findall(r"[^\n]*\n|[^\n]+", body):
        used += size(line)
        if used > room:
            break
        end += len(line)
        fence = _fence(fence, line)
        safe = safe if fence else end
    else:
        return body, ""
    return body[:safe], body[safe:]


def _fence(fence: str, line: str) -> str:
    """The mark of the code block that is open after this line, or nothing."""
    if fence:
        closing = line.strip()
        closes = closing and set(closing) == {fence[0]} and len(closing) >= len(fence)
        return "" if closes else fence
    opening = FENCE.match(line.rstrip("\r\n"))
    return opening["mark"] if opening else ""
