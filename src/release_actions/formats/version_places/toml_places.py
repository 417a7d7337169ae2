"""Where each text of a TOML file stands, to the byte, so that one of them can be replaced.

`tomli` says what a file means, and not where; this scanner says where, and is believed only as
far as both agree on every text of the file. A parser that keeps style (tomlkit) has no offsets
either, and takes a third of a second for the 5,000 lines of a lock file: seven times as long as
both of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import tomli

from release_actions.formats.version_places.place import Package, Place, Role, Unreadable
from release_actions.formats.version_places.toml_scanner import BARE, spans
from release_actions.formats.version_places.toml_scanner import Path as Path
from release_actions.values import fold


class Token(NamedTuple):
    """A text of the file without its quotes."""

    path: Path
    start: int  # offsets in the file's bytes
    end: int
    line: int  # from 1
    column: int  # in characters, from 1
    raw: str  # as it stands there
    value: str  # as it is meant: not the same where there are escapes or folded lines

    def place(self, file: str, role: Role, package: Package, **more: Any) -> Place:
        """It as a version's place; `more` are further fields of Place.

        :raises Unreadable: where an escape hides the version: what stands there is not what it is.
        """
        if self.raw != self.value:
            raise Unreadable(f"`{self.raw}` hides a version", self.line, self.column)
        where = (self.start, self.end, self.line, self.column)
        return Place(file, *where, self.raw, role, package, dotted(self.path), **more)

    def part(self, start: int, end: int) -> Token:
        """The characters `start` to `end` of it alone.

        :raises Unreadable: where an escape moves what stands there.
        """
        if self.raw != self.value:
            raise Unreadable(f"`{self.raw}` hides a version", self.line, self.column)
        raw, begin = self.raw[start:end], self.start + len(self.raw[:start].encode())
        column = self.column + start
        return Token(self.path, begin, begin + len(raw.encode()), self.line, column, raw, raw)


@dataclass(frozen=True)
class Toml:
    """A file as it is meant, and each of its texts in file order."""

    document: dict[str, Any]
    tokens: tuple[Token, ...]

    @cached_property
    def _by_path(self) -> dict[Path, Token]:
        return {token.path: token for token in self.tokens}

    def at(self, *path: str | int) -> Token | None:
        """The text at that path; None where there is none, or something else."""
        return self._by_path.get(path)

    def get(self, *path: str | int) -> Any:
        """Whatever is at that path; None where there is nothing."""
        found: Any = self.document
        for key in path:
            inside = isinstance(found, dict) and key in found
            inside = inside or (isinstance(found, list) and key in range(len(found)))
            if not inside:
                return None
            found = found[key]
        return found


def read(content: bytes) -> Toml:
    """The document, and where its texts stand.

    :raises Unreadable: what is no TOML, with its line and column.
    """
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode()) + 1
        raise Unreadable("it is not UTF-8", before.count(b"\n") + 1, column) from error
    # Cargo and uv read past a byte order mark; tomli would not.
    body = text.removeprefix("\ufeff")
    document = _document(body)
    try:
        tokens = tuple(_placed(body, len(content) - len(body.encode())))
    except (LookupError, ValueError) as error:
        raise Unreadable(UNCERTAIN) from error
    said: dict[Path, str] = {}
    _gather(document, (), said)
    if {token.path: token.value for token in tokens} != said or not all(map(_plain, tokens)):
        raise Unreadable(UNCERTAIN)
    return Toml(document, tokens)


UNCERTAIN = "where its texts stand could not be told for certain"


def _document(body: str) -> dict[str, Any]:
    try:
        return tomli.loads(body)
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error
    except tomli.TOMLDecodeError as error:
        raise Unreadable(f"it is no TOML: {error.msg}", error.lineno, error.colno) from error
    except ValueError as error:  # a number of thousands of digits
        raise Unreadable(f"it is no TOML that can be read: {fold(str(error), 100)}") from error


def _gather(value: Any, path: Path, said: dict[Path, str]) -> None:
    """Every text of the document, by where it stands."""
    if isinstance(value, str):
        said[path] = value
    elif isinstance(value, dict):
        for key, each in value.items():
            _gather(each, (*path, key), said)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _gather(each, (*path, number), said)


def _plain(token: Token) -> bool:
    """Whether it is as it stands there, or there is a reason why not."""
    return token.raw == token.value or "\\" in token.raw or "\n" in token.raw


def dotted(path: Path) -> str:
    """As one would write it: `package.version`, `dependencies."a.b"`, `package[2].name`."""
    return "".join(
        f"[{part}]" if isinstance(part, int) else f".{_key(part)}" for part in path
    ).removeprefix(".")


def _key(key: str) -> str:
    quote = "'" if '"' in key else '"'
    return key if BARE.fullmatch(key) else f"{quote}{key}{quote}"


def _placed(text: str, offset: int) -> Iterator[Token]:
    """Characters to bytes, lines and columns, each counted on from the text before."""
    done, line = 0, 1
    plain = text.isascii()
    for path, start, end, value in spans(text):
        raw = text[start:end]
        offset += start - done if plain else len(text[done:start].encode())
        line += text.count("\n", done, start)
        size = end - start if plain else len(raw.encode())
        column = start - text.rfind("\n", 0, start)
        yield Token(path, offset, offset + size, line, column, raw, value)
        done, offset, line = end, offset + size, line + raw.count("\n")
