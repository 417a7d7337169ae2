"""The summary of a step, which is Markdown for a page, shown on a terminal."""

from __future__ import annotations

import html
import re

from rehearsal.terminal import Terminal, plain

_HEADING = re.compile(r"^#+\s+(.*)$")
_RULER = re.compile(r"^\|?[\s:|-]+\|[\s:|-]*$")
_CELL = re.compile(r"(?<!\\)\|")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")
_TAG = re.compile(r"<br\s*/?>|</?[a-z][^>]*>")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>()#+.!|~-])")


def show(summary: str, terminal: Terminal) -> None:
    """Write headings, tables and paragraphs as a terminal has them."""
    lines = summary.splitlines()
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
    return [_text(cell) for cell in _CELL.split(inner)]


def _text(marked: str) -> str:
    """The words without the marks."""
    text = _BOLD.sub(r"\1", _LINK.sub(r"\1", _TAG.sub(" ", marked))).replace("`", "")
    return plain(html.unescape(_ESCAPED.sub(r"\1", text))).strip()
