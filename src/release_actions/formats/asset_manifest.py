"""The set of assets that a release is to have: its manifest, and the names that assets may bear.

{"schema": 1, "assets": [{"name": …, "sha256": …, "size": …, "media_type": …}, …]}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from release_actions.formats.checksums import Sha256
from release_actions.values import Lines, fold

SCHEMA = 1
LIMIT = 4 * 2**20  # bytes; a release has at most a thousand assets

# IANA's names for what is released; fixed, since the system's own tables differ.
MEDIA_TYPES = {
    ".apk": "application/vnd.android.package-archive",
    ".crate": "application/gzip",
    ".deb": "application/vnd.debian.binary-package",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pem": "application/x-pem-file",
    ".sha256": "text/plain",
    ".tgz": "application/gzip",
    ".txt": "text/plain",
    ".whl": "application/zip",
    ".xml": "application/xml",
    ".xz": "application/x-xz",
    ".zip": "application/zip",
    ".zst": "application/zstd",
}


class AssetName(str):
    """A name that GitHub keeps as it is, that is no option and no path, and that needs no quotes.

    GitHub renames what has other characters, and what begins or ends with a period.
    """

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}(?<!\.)", raw) or ".." in raw:
            raise ValueError(
                "a bare file name of at most 200 letters, digits and . _ + -, beginning with a"
                " letter, digit or _, without .. and without a . at its end"
            )
        return super().__new__(cls, raw)

    @property
    def media_type(self) -> str:
        """What it holds, by its suffix."""
        suffix = self[self.rfind(".") :].lower() if "." in self else ""
        return MEDIA_TYPES.get(suffix, "application/octet-stream")


class Part(str):
    """One of several jobs that stage one release: a short name, part of an asset's name."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?", raw):
            raise ValueError("a name of at most 50 small letters, digits and -, such as linux-x64")
        return super().__new__(cls, raw)

    @property
    def manifest(self) -> AssetName:
        """The asset that holds this part's manifest."""
        return AssetName(f"{self}.manifest.json")


class Parts(tuple[Part, ...]):
    """The names of all parts, one a line."""

    def __new__(cls, raw: str) -> Self:
        parts = [Part(line) for line in Lines(raw)]
        if len(set(parts)) != len(parts):
            raise ValueError("each part once")
        return super().__new__(cls, parts)


@dataclass(frozen=True, order=True)
class ExpectedAsset:
    """One file that the release is to have."""

    name: AssetName
    sha256: Sha256
    size: int  # bytes, at least one: GitHub takes no empty file
    media_type: str


def write(assets: Iterable[ExpectedAsset]) -> bytes:
    """The manifest, the same bytes for the same set."""
    listed = [vars(asset) for asset in sorted(assets)]
    return (json.dumps({"schema": SCHEMA, "assets": listed}, indent=2) + "\n").encode("ascii")


def read(content: bytes) -> tuple[ExpectedAsset, ...]:
    """The set; a ValueError tells what is wrong with the manifest."""
    if len(content) > LIMIT:
        raise ValueError(f"it has more than {LIMIT} bytes")
    try:
        document = json.loads(content.decode("utf-8"), object_pairs_hook=_once)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"it is no JSON: {fold(str(error), 100)}") from None
    if not isinstance(document, dict) or set(document) != {"schema", "assets"}:
        raise ValueError("it is no object with `schema` and `assets`")
    if document["schema"] is not SCHEMA:
        raise ValueError(f"its schema is {fold(str(document['schema']), 40)}, not {SCHEMA}")
    if not isinstance(document["assets"], list) or not document["assets"]:
        raise ValueError("its `assets` is no list, or an empty one")
    assets = tuple(_asset(entry) for entry in document["assets"])
    if twice := twin(asset.name for asset in assets):
        raise ValueError(f"it names {twice[0]} and {twice[1]}, which are one name or nearly so")
    return assets


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON says nothing of a key that is there twice, and each reader takes another one."""
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a key is there twice")
    return dict(pairs)


def _asset(entry: Mapping[str, Any]) -> ExpectedAsset:
    shown = fold(str(entry), 100)
    kinds = {"name": str, "sha256": str, "size": int, "media_type": str}
    if not isinstance(entry, dict) or {k: type(v) for k, v in entry.items()} != kinds:
        raise ValueError(f"an asset has a name, sha256, size and media_type: {shown}")
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+", entry["media_type"], re.ASCII):
        raise ValueError(f"no media type: {shown}")
    if entry["size"] < 1:
        raise ValueError(f"a size is at least one byte: {shown}")
    try:
        name, digest = AssetName(entry["name"]), Sha256(entry["sha256"])
    except ValueError as error:
        raise ValueError(f"{error}: {shown}") from None
    return ExpectedAsset(name, digest, entry["size"], entry["media_type"])


def twin(names: Iterable[str]) -> tuple[str, str] | None:
    """Two names that are one where case does not count, as on macOS and Windows; else None."""
    seen: dict[str, str] = {}
    for name in names:
        if name.casefold() in seen:
            return seen[name.casefold()], name
        seen[name.casefold()] = name
    return None
