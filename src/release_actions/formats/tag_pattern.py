"""The pattern of a family's tags: literal text around {version}, {date} and {number}."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from itertools import pairwise
from typing import Self

from release_actions.formats.versions import Version

Pieces = list[tuple[str, str]]  # (place, "") or ("", text)

SHAPES = {
    "version": r"[0-9][0-9A-Za-z.+-]*",
    "date": r"[0-9]{8}",
    "number": r"[0-9]{2}",
}


class Date(str):
    """A day as YYYYMMDD, and one that the calendar has."""

    def __new__(cls, raw: str) -> Self:
        try:
            if not re.fullmatch(SHAPES["date"], raw):
                raise ValueError
            datetime.strptime(raw, "%Y%m%d")
        except ValueError:
            raise ValueError("a day as YYYYMMDD that the calendar has") from None
        return super().__new__(cls, raw)

    @classmethod
    def of(cls, day: Day) -> Self:
        return cls(f"{day:%Y%m%d}")


@dataclass(frozen=True)
class Parts:
    """What a tag says by its text; None for what its pattern has no place for."""

    version: Version | None = None
    date: Date | None = None
    number: int | None = None

    @property
    def texts(self) -> dict[str, str]:
        found = {"version": self.version, "date": self.date}
        texts = {name: str(value) for name, value in found.items() if value is not None}
        return texts if self.number is None else texts | {"number": f"{self.number:02}"}


class TagPattern(str):
    """A family's tags: {version} is strict SemVer, {date} YYYYMMDD, {number} two digits."""

    def __new__(cls, raw: str) -> Self:
        pieces = _pieces(raw)
        names = [name for name, literal in pieces if name]
        known = set(names) <= set(SHAPES) and len(names) == len(set(names))
        beside = any(a and b for (a, _), (b, _) in pairwise(pieces))
        if not names or not known or beside or _stray(pieces):
            raise ValueError(
                "a tag pattern such as v{version} or ROM_BUILD_{date}_rc{number}: text around"
                " {version}, {date} and {number}, at least one, each once, none side by side"
            )
        return super().__new__(cls, raw)

    @property
    def places(self) -> frozenset[str]:
        """The names of what it has a place for."""
        return frozenset(name for name, _ in _pieces(self) if name)

    def read(self, tag: str) -> Parts:
        """What the whole tag says; a ValueError tells why it is none of this family."""
        shape = "".join(
            f"(?P<{name}>{SHAPES[name]})" if name else re.escape(literal)
            for name, literal in _pieces(self)
        )
        match = re.fullmatch(shape, tag)
        if match is None:
            raise ValueError(f"it does not have the shape {self}")
        found = match.groupdict()
        number = found.get("number")
        return Parts(
            Version(found["version"]) if "version" in found else None,
            Date(found["date"]) if "date" in found else None,
            None if number is None else int(number),
        )

    def write(self, parts: Parts) -> str:
        """The tag that says this; a KeyError for what is not given is a bug of the caller."""
        return _fill(_pieces(self), parts.texts)

    def prefix(self, parts: Parts) -> str:
        """What every tag that says this begins with."""
        texts, known = parts.texts, ""
        for name, literal in _pieces(self):
            if name and name not in texts:
                break
            known += texts[name] if name else literal
        return known


class BranchPattern(str):
    """A branch by the version it releases: release/{major}.{minor}, or a plain name."""

    PLACES = frozenset({"version", "major", "minor", "patch", "date"})

    def __new__(cls, raw: str) -> Self:
        pieces = _pieces(raw)
        if _stray(pieces) or not {name for name, _ in pieces if name} <= cls.PLACES:
            raise ValueError(
                "a branch such as main or release/{major}.{minor}, with {version}, {major},"
                " {minor}, {patch} or {date}"
            )
        return super().__new__(cls, raw)

    @property
    def places(self) -> frozenset[str]:
        """The names of what it has a place for."""
        return frozenset(name for name, _ in _pieces(self) if name)

    def fits(self, tags: TagPattern) -> bool:
        """Whether such a tag says all that this branch asks for."""
        of_version = {"version", "major", "minor", "patch"}
        told = tags.places | (of_version if "version" in tags.places else set())
        return self.places <= told

    @property
    def prefix(self) -> str:
        """What every such branch begins with."""
        name, literal = _pieces(self)[0]
        return "" if name else literal

    def order(self, branch: str) -> tuple[int, ...] | None:
        """What tells an earlier branch from a later one; None for one that is none of these.

        A {version} is a final one: the branch of a candidate alone is no release branch.
        """
        shape = "".join(
            f"(?P<{name}>{NUMBERS[name]})" if name else re.escape(literal)
            for name, literal in _pieces(self)
        )
        match = re.fullmatch(shape, branch, re.ASCII)
        if match is None:
            return None
        found = match.groupdict()
        numbers = (found[name] for name in NUMBERS if name in found)
        return tuple(int(number) for text in numbers for number in text.split("."))

    def write(self, parts: Parts) -> str:
        """The branch of a release that says all that it asks for."""
        texts = parts.texts
        if parts.version is not None:
            major, minor, patch = parts.version.parts.to_tuple()[:3]
            texts |= {"major": str(major), "minor": str(minor), "patch": str(patch)}
        return _fill(_pieces(self), texts)


# SemVer 2.0: a number has no zero in front. The order is that in which branches compare.
NUMBERS = {
    "version": r"(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)\.(?:0|[1-9][0-9]*)",
    "major": r"0|[1-9][0-9]*",
    "minor": r"0|[1-9][0-9]*",
    "patch": r"0|[1-9][0-9]*",
    "date": r"[0-9]{8}",
}


def _stray(pieces: Pieces) -> bool:
    """Whether a brace or a space stands in the text between the places."""
    return any(re.search(r"[{}\s]", literal) for _, literal in pieces)


def _fill(pieces: Pieces, texts: Mapping[str, str]) -> str:
    return "".join(texts[name] if name else literal for name, literal in pieces)


def _pieces(raw: str) -> Pieces:
    """The pattern cut up: ("date", "") for a place, ("", "text") between them."""
    cut = re.split(r"\{([a-z]+)\}", raw)
    return [
        (piece, "") if index % 2 else ("", piece)
        for index, piece in enumerate(cut)
        if index % 2 or piece
    ]
