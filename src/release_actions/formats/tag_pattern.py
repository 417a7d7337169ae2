"""The pattern of a family's tags: literal text around {version}, {date} and {number}."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Day
from datetime import datetime
from typing import Self

from release_actions.formats.versions import Version

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
        beside = any(a and b for (a, _), (b, _) in zip(pieces, pieces[1:], strict=False))
        if not names or not known or beside or re.search(r"[{}\s]", raw.format_map(_Blank())):
            raise ValueError(
                "a tag pattern such as v{version} or ROM_BUILD_{date}_rc{number}: text around"
                " {version}, {date} and {number}, each at most once, at least one, none side by side"
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
        return self.format_map(parts.texts)

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
        names = {name for name, _ in _pieces(raw) if name}
        if not names <= cls.PLACES or re.search(r"[{}\s]", raw.format_map(_Blank())):
            raise ValueError(
                "a branch such as main or release/{major}.{minor}, with {version}, {major},"
                " {minor}, {patch} or {date}"
            )
        return super().__new__(cls, raw)

    def write(self, parts: Parts) -> str:
        """The branch for a release; empty where it asks for what the release does not say."""
        texts = parts.texts
        if parts.version is not None:
            major, minor, patch = parts.version.parts.to_tuple()[:3]
            texts |= {"major": str(major), "minor": str(minor), "patch": str(patch)}
        names = {name for name, _ in _pieces(self) if name}
        return self.format_map(texts) if names <= set(texts) else ""


class _Blank(Mapping[str, str]):
    """Fills every place with nothing, so that what is left over can be looked at."""

    def __getitem__(self, name: str) -> str:
        return ""

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(())

    def __len__(self) -> int:
        return 0


def _pieces(raw: str) -> list[tuple[str, str]]:
    """The pattern cut up: ("date", "") for a place, ("", "text") between them."""
    cut = re.split(r"\{([a-z]+)\}", raw)
    return [
        (piece, "") if index % 2 else ("", piece)
        for index, piece in enumerate(cut)
        if index % 2 or piece
    ]
