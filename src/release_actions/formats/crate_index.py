"""A registry of crates as its sparse index tells it (the Cargo book, "Registry Index").

`config.json` says where the API and the files are; a crate's file has one line of JSON for each
version. Both are small, foreign, and parsed strictly: what is half understood is no answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from release_actions.formats.checksums import Sha256
from release_actions.formats.versions import Version

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class CrateName(str):
    """The name of a crate, as crates.io allows it: at most 64 of ASCII letters, digits, - and _."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,63}", raw):
            raise ValueError(
                "a crate's name: a letter, then letters, digits, - and _, at most 64 in all"
            )
        return super().__new__(cls, raw)

    @property
    def prefix(self) -> str:
        """The folders that the index has it in; cargo's `{prefix}`."""
        if len(self) < 3:
            return str(len(self))
        return f"3/{self[0]}" if len(self) == 3 else f"{self[:2]}/{self[2:4]}"

    @property
    def index_path(self) -> str:
        """Its file in the index; always in lower case."""
        return f"{self.prefix}/{self}".lower()

    @property
    def key(self) -> str:
        """What is the same for names that crates.io takes for one."""
        return self.lower().replace("-", "_")


class IndexUrl(str):
    """The address of a sparse index, with or without cargo's `sparse+`, and with a slash last.

    https, since what is published is judged by what stands there; http on this machine alone.
    """

    def __new__(cls, raw: str) -> Self:
        url = raw.strip().removeprefix("sparse+")
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (plain or parts.scheme == "https") or not parts.hostname or not _clean(url):
            raise ValueError("a sparse index, such as sparse+https://index.crates.io/")
        return super().__new__(cls, f"{url.rstrip('/')}/")

    @property
    def cargo(self) -> str:
        """As cargo wants to be told it: CARGO_REGISTRIES_NAME_INDEX."""
        return f"sparse+{self}"


def _clean(url: str) -> bool:
    return re.fullmatch(r"[!-~]+", url) is not None and not re.search(r"[@?#\\]", url)


@dataclass(frozen=True)
class RegistryConfig:
    """config.json: the pattern of the files' addresses, and the API (None: it has none)."""

    dl: str
    api: str | None

    def file_url(self, name: CrateName, version: str, checksum: str = "") -> str:
        """Where cargo gets the .crate from."""
        marks = {
            "{crate}": name,
            "{version}": version,
            "{prefix}": name.prefix,
            "{lowerprefix}": name.prefix.lower(),
            "{sha256-checksum}": checksum,
        }
        if not any(mark in self.dl for mark in marks):
            return f"{self.dl.rstrip('/')}/{name}/{version}/download"
        url = self.dl
        for mark, value in marks.items():
            url = url.replace(mark, value)
        return url


def read_config(content: bytes) -> RegistryConfig:
    """What config.json says.

    :raises ValueError: for anything that cargo would not understand either.
    """
    told = json.loads(content)
    if not isinstance(told, dict) or not isinstance(told.get("dl"), str):
        raise ValueError("no config.json of a registry: it has no `dl`")
    if told.get("auth-required"):
        raise ValueError("the registry wants a token for every read, and is given none")
    api = told.get("api")
    for url in (told["dl"], *([api] if api else [])):
        if not isinstance(url, str) or urlsplit(url).scheme not in ("https", "http"):
            raise ValueError("no config.json of a registry: an address is none")
    return RegistryConfig(told["dl"], api.rstrip("/") if api else None)


@dataclass(frozen=True)
class IndexVersion:
    """One version's line."""

    name: str
    version: Version
    checksum: Sha256
    yanked: bool


def read_lines(content: bytes, name: CrateName) -> tuple[IndexVersion, ...]:
    """Every version of this crate, in the index's order.

    :raises ValueError: for a line that is none, that is another crate's, or a version told twice.
    """
    found = tuple(_line(line, name) for line in content.splitlines() if line.strip())
    if len({line.version for line in found}) != len(found):
        raise ValueError("a version stands there twice")
    if not found:
        raise ValueError("no version stands there")
    return found


def _line(line: bytes, name: CrateName) -> IndexVersion:
    told: Any = json.loads(line)
    if not isinstance(told, dict) or told.get("name") != name:
        raise ValueError("a line is not this crate's")
    if not isinstance(told.get("yanked"), bool):
        raise ValueError("a line does not say whether it is yanked")
    return IndexVersion(
        name, Version(str(told.get("vers"))), Sha256(str(told.get("cksum"))), told["yanked"]
    )


def find(lines: Sequence[IndexVersion], version: str) -> IndexVersion | None:
    """This version's line, by its whole spelling."""
    return next((line for line in lines if line.version == version), None)


def taken_by(lines: Sequence[IndexVersion], version: str) -> IndexVersion | None:
    """A version that takes this one's place: it differs in its build metadata alone (1.0.0+a)."""
    bare = version.partition("+")[0]
    same = (line for line in lines if line.version.partition("+")[0] == bare)
    return next((line for line in same if line.version != version), None)
