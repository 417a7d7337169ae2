"""How a text is spelt in a shell: escapes, and the expressions that GitHub puts in before."""

from __future__ import annotations

import re

from release_actions.formats.shell_words.nodes import Piece, Word

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = re.compile(r"\s*'((?:[^']|'')*)'\s*")
_ANSI = re.compile(
    r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0?[0-7]{1,3}|.)", re.DOTALL
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b"}
_NAMED |= {"f": "\f", "v": "\v", "\\": "\\", "'": "'", '"': '"', "?": "?"}


def ansi(text: str) -> str:
    """The text that the escapes of `$'…'`, of printf and of echo -e stand for."""
    return _ANSI.sub(_character, text)


def _character(found: re.Match[str]) -> str:
    code = found[1]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else "?"
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    return _NAMED.get(code, f"\\{code}")


def constant(expression: str) -> str | None:
    """The text that a `${{ 'text' }}` is, or None where it is no such constant."""
    found = _LITERAL.fullmatch(expression)
    return found[1].replace("''", "'") if found else None


def put_in(found: re.Match[str], offset: int) -> Piece:
    """The piece that a `${{ … }}` is."""
    return Piece(offset, constant(found[1]), f"{{{found[1].strip()}")


def literally(text: str, offset: int) -> Word:
    """Text in which only GitHub's expressions mean something: they go in before any shell reads."""
    pieces: list[Piece] = []
    at = 0
    for found in EXPRESSION.finditer(text):
        if found.start() > at:
            pieces.append(Piece(offset + at, text[at : found.start()]))
        pieces.append(put_in(found, offset + found.start()))
        at = found.end()
    if at < len(text) or not pieces:
        pieces.append(Piece(offset + at, text[at:]))
    return Word(offset, tuple(pieces))
