"""The summary of a step, which is Markdown for a page, shown on a terminal."""

from __future__ import annotations

import html
import re

from rehearsal.terminal import Terminal, plain

_HEADING = re.compile(r"^#+\s+(.*)$")
_RULER = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")
_CELL = re.compile(r"(?<!\\)\|")
#: What a page keeps folded until somebody asks for it, and what only a page can draw. What is never
#: ended goes to the last line, as on a page.
_FOLDED = re.compile(
    r"<details>.*?(?:</details>|\Z)|^```mermaid\n.*?(?:^```$|\Z)", re.DOTALL | re.MULTILINE
)
_BREAK = re.compile(r"<br\s*/?>")
_MARKS = (
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"</?[a-z][^>]*>"), ""),
    (re.compile(r"\*\*(.+?)\*\*"), r"\1"),
    (re.compile(r"`([^`]+)`"), r"\1"),
    (re.compile(r"^>\s*"), ""),
)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+.!|~@$-])")
#: Where escaped characters wait until the marks are gone: one of Unicode's private areas.
_PRIVATE = 0xF000
_WAITING = re.compile(f"[{chr(_PRIVATE)}-{chr(_PRIVATE + 0xFF)}]")
_COMMIT = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{28}\b")


def show(summary: str, terminal: Terminal) -> None:
    """Write headings, tables and paragraphs as a terminal has them."""
    lines = _FOLDED.sub("", summary).splitlines()
    while lines:
        line = lines.pop(0).strip()
        if heading := _HEADING.match(line):
            terminal.line("  " + terminal.paint(_text(heading[1]), "bold"))
        elif line.startswith("|") and lines and _RULER.match(lines[0].strip()):
            lines.pop(0)
            rows = []
            while lines and lines[0].strip().startswith("|"):
                rows.append(_cells(lines.pop(0)))
            _table(_cells(line), rows, terminal)
        elif text := _text(line):
            terminal.line("  " + text)


def _table(head: list[str], rows: list[list[str]], terminal: Terminal) -> None:
    """A table whose empty columns are left out."""
    whole = [(row + [""] * len(head))[: len(head)] for row in rows]
    kept = [number for number in range(len(head)) if any(row[number] for row in whole)]
    terminal.table([head[n] for n in kept], [[row[n] for n in kept] for row in whole])


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return ["\n".join(_text(part) for part in _BREAK.split(cell)) for cell in _CELL.split(inner)]


def _text(marked: str) -> str:
    """The words without the marks, and commits as short as people say them."""
    text = _ESCAPED.sub(lambda found: chr(_PRIVATE + ord(found[1])), marked)
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    text = _WAITING.sub(lambda found: chr(ord(found[0]) - _PRIVATE), html.unescape(text))
    return plain(_COMMIT.sub(r"\1", text)).strip()
