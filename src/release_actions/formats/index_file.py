"""One file of a project as some layer of an index tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from release_actions.formats.checksums import Sha256
from release_actions.formats.dist_name import FILE_NAME
from release_actions.values import fold


class SimpleUrl(str):
    """The address of a simple index (PEP 503), what pip is given as --index-url."""

    def __new__(cls, raw: str) -> Self:
        parts = urlsplit(raw)
        plain = parts.scheme in ("https", "http") and parts.hostname and raw.isprintable()
        if not plain or "@" in parts.netloc or parts.query or parts.fragment or " " in raw:
            raise ValueError(
                "the address of a simple index, such as https://HOST/simple/, without a password"
            )
        return super().__new__(cls, raw if raw.endswith("/") else f"{raw}/")

    @property
    def base(self) -> str | None:
        """What the JSON and the integrity API are below: https://HOST/ for https://HOST/simple/."""
        found = re.fullmatch(r"(.*/)\+?simple/", self)
        return found[1] if found else None


@dataclass(frozen=True)
class IndexFile:
    """A file by its name and address; None where the layer does not tell it."""

    name: str
    url: str
    sha256: Sha256 | None = None
    size: int | None = None
    yanked: str | None = None  # the reason, perhaps empty; None where it is not yanked
    provenance: str | None = None  # the address of it


def from_json(entry: Mapping[str, Any], index: str) -> IndexFile:
    """An entry of the version or project JSON (`digests`) or of PEP 691 (`hashes`).

    :raises ValueError, KeyError, TypeError: for what is no such entry.
    """
    url = address(entry["url"], index)
    digests = entry.get("digests") or entry.get("hashes") or {}
    size, yanked = entry.get("size"), entry.get("yanked", False)
    if not isinstance(yanked, str | bool) or not isinstance(digests, Mapping):
        raise ValueError("whether it is yanked, or its digests, cannot be read")
    reason = yanked if isinstance(yanked, str) else str(entry.get("yanked_reason") or "")
    provenance = entry.get("provenance")
    return IndexFile(
        name=file_name(entry.get("filename") or last(url)),
        url=url,
        sha256=Sha256(digests["sha256"]) if "sha256" in digests else None,
        size=size if type(size) is int and size >= 0 else None,
        yanked=None if yanked is False else reason,
        provenance=address(provenance, index) if provenance else None,
    )


def once(files: Iterable[IndexFile]) -> dict[str, IndexFile]:
    """Files by their name; a ValueError where one is told twice, and differently."""
    found: dict[str, IndexFile] = {}
    for file in files:
        if found.setdefault(file.name, file) != file:
            raise ValueError(f"{file.name} is told of twice, and differently")
    return found


def file_name(raw: object) -> str:
    """A name that is no path and no option: it becomes a file here."""
    if not isinstance(raw, str) or not FILE_NAME.fullmatch(raw):
        raise ValueError(f"no file name: {fold(str(raw), 80)}")
    return raw


def address(raw: object, index: str) -> str:
    """Where a file is: any host, but by https, unless the index itself is not."""
    text = str(raw)
    schemes = ("https",) if index.startswith("https:") else ("https", "http")
    parts = urlsplit(text)
    if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"no address of a file: {fold(text, 80)}")
    return text.partition("#")[0]


def last(url: str) -> str:
    """The last part of an address's path: PEP 503 has the file's name there."""
    return unquote(urlsplit(url).path.rpartition("/")[2])
