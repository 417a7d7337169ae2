"""A scanner of TOML 1.1: where each text of a file stands.

It reads what `tomli` has accepted, so it need not notice what is wrong; see toml_places.py.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator

import tomli

Path = tuple[str | int, ...]  # keys, and numbers from 0 in arrays
Span = tuple[Path, int, int, str]  # where in the document, where in the text, its meaning

BARE = re.compile(r"[A-Za-z0-9_-]+")
BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
OTHER = re.compile(r"[^,\]}#\n]++")  # numbers, dates, true and false
TEXT = re.compile(
    r'"""(?P<a>(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*+"{0,2})"""'
    r"|'''(?P<b>(?:[^']++|'{1,2}(?!'))*+'{0,2})'''"
    r'|"(?P<c>(?:[^"\\]++|\\.)*+)"'
    r"|'(?P<d>[^']*+)'"
)
# Most lines of most files, for speed alone: the slow way would find the same.
LINE = r'(?P<key>[A-Za-z0-9_-]++)[ \t]*+=[ \t]*+"(?P<text>[^"\\\n]*+)"(?!")'
TABLE = r"\[(?P<several>\[)?(?P<table>[A-Za-z0-9_-]++)\](?(several)\])"
ITEM = re.compile(r'[ \t\r\n]*+"([^"\\\n]*+)"(?!")[ \t\r\n]*+(?=[,\]])')
TEXTLESS = r"""[^"'#\[\]{}=\n]++=[^"'#\[\]{}\n]*+(?:\{[^"'#\[\]{}\n]*+\}[ \t\r]*+)?(?=[\n#]|\Z)"""
PLAIN = re.compile(rf"{BLANK.pattern}(?:{LINE}|{TABLE}|{TEXTLESS})")


def spans(text: str) -> Iterator[Span]:
    """The texts of the file, in their order.

    :raises LookupError: what is not TOML as it is known here.
    """
    at = 0
    table: Path = ()
    elements: dict[Path, int] = {}  # of each array of tables, how many there are so far
    while True:
        if found := PLAIN.match(text, at):
            key, value, again, name = found.groups()
            at = found.end()
            if key:
                yield (*table, key), *found.span("text"), value
            elif name:
                table = _table((name,), elements, bool(again))
        elif (at := _past(BLANK, text, at)) == len(text):
            return
        elif text[at] == "[":
            several = text.startswith("[[", at)
            keys, at = _keys(text, at + 1 + several)
            table = _table(keys, elements, several)
            at += 1 + several
        else:
            keys, at = _keys(text, at)
            at = yield from _value(text, _past(BLANK, text, at + 1), (*table, *keys))


def _table(keys: Path, elements: dict[Path, int], several: bool) -> Path:
    """Where a header leads: into the last element of each array of tables on the way."""
    path: Path = ()
    for key in keys[: -1 if several else None]:
        path = (*path, key)
        if path in elements:
            path = (*path, elements[path] - 1)
    if several:
        path = (*path, keys[-1])
        elements[path] = elements.get(path, 0) + 1
        path = (*path, elements[path] - 1)
    return path


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _keys(text: str, at: int) -> tuple[Path, int]:
    """A key with its dots, and where it ends, blanks included."""
    keys: list[str] = []
    while True:
        at = _past(BLANK, text, at)
        if bare := BARE.match(text, at):
            keys.append(bare[0])
            at = bare.end()
        else:
            _, _, key, at = _text(text, at)
            keys.append(key)
        at = _past(BLANK, text, at)
        if not text.startswith(".", at):
            return tuple(keys), at
        at += 1


def _text(text: str, at: int) -> tuple[int, int, str, int]:
    """Where the text stands without its quotes, its meaning, and where its quotes end."""
    found = TEXT.match(text, at)
    if found is None or found.lastgroup is None:
        raise LookupError("no text")
    value = found[found.lastgroup]
    if "\\" in value or "\n" in value:
        value = tomli.loads(f"_={found[0]}")["_"]
    return *found.span(found.lastgroup), value, found.end()


def _value(text: str, at: int, path: Path) -> Generator[Span, None, int]:
    """The texts of the value there; returns where it ends."""
    opening = text[at]
    if opening in "\"'":
        start, end, value, at = _text(text, at)
        yield path, start, end, value
        return at
    if opening not in "[{":
        return _past(OTHER, text, at)
    number = 0
    while text[at] not in "]}":
        at += 1  # past the opening bracket, or past a comma
        if opening == "[" and (found := ITEM.match(text, at)):
            yield (*path, number), *found.span(1), found[1]
            at = found.end()
        elif text[at := _past(BLANK, text, at)] not in "]}":
            keys: Path = (number,)
            if opening == "{":
                keys, at = _keys(text, at)
                at = _past(BLANK, text, at + 1)
            at = _past(BLANK, text, (yield from _value(text, at, (*path, *keys))))
        number += 1
    return at + 1
