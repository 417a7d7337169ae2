"""What crates.io has of a crate, what cargo sends, and what the index and the API make of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.registries.service import Refused

#: crates.io's own numbers, so that an owner may be checked by one (Wasmtime's bot is 73222).
USERS = {"ada": 1001, "wasmtime-publish": 73222}


@dataclass
class CrateVersion:
    """One version as the registry has it."""

    name: str
    number: str
    index: dict[str, Any]  # its line in the index
    file: Path
    checksum: str
    at: float  # time.monotonic()
    yanked: bool = False
    by: str = ""


@dataclass
class Crate:
    """One crate: its versions in the order in which they came, and who may publish."""

    name: str
    owners: list[str]
    versions: list[CrateVersion] = field(default_factory=list)


def key(name: str) -> str:
    """crates.io takes `-` for `_`, and minds no case."""
    return name.lower().replace("-", "_")


def index_path(name: str) -> str:
    """Where the index has a crate (the Cargo book, "Index files")."""
    low = name.lower()
    if len(low) <= 2:
        return f"{len(low)}/{low}"
    return f"3/{low[0]}/{low}" if len(low) == 3 else f"{low[:2]}/{low[2:4]}/{low}"


def received(data: bytes) -> tuple[dict[str, Any], bytes]:
    """What cargo sends: the length of the JSON, the JSON, the length of the file, the file."""
    size = int.from_bytes(data[:4], "little")
    told: dict[str, Any] = json.loads(data[4 : 4 + size])
    content = data[8 + size :]
    if len(content) != int.from_bytes(data[4 + size : 8 + size], "little"):
        raise Refused(400, "invalid tarball length")
    return told, content


def index_line(told: dict[str, Any], checksum: str) -> dict[str, Any]:
    """A new version's line in the index, of what cargo told."""
    return {
        "name": told["name"],
        "vers": told["vers"],
        "deps": [_dependency(d) for d in told.get("deps", [])],
        "cksum": checksum,
        "features": told.get("features", {}),
        "yanked": False,
        "links": told.get("links"),
        "v": 2,
    }


def _dependency(told: dict[str, Any]) -> dict[str, Any]:
    """A dependency as the index has it: the name in the manifest first, the package beside it."""
    alias = told.get("explicit_name_in_toml")
    return {
        "name": alias or told["name"],
        "req": told["version_req"],
        "features": told["features"],
        "optional": told["optional"],
        "default_features": told["default_features"],
        "target": told["target"],
        "kind": told["kind"],
        "registry": told.get("registry"),
        "package": told["name"] if alias else None,
    }


def user(login: str) -> dict[str, Any]:
    """A user, by number and by name."""
    return {"id": USERS.get(login, 2000), "login": login}


def about(version: CrateVersion) -> dict[str, Any]:
    """What the API says of a version."""
    return {
        "crate": version.name,
        "num": version.number,
        "checksum": version.checksum,
        "crate_size": version.file.stat().st_size,
        "yanked": version.yanked,
        "dl_path": f"/api/v1/crates/{version.name}/{version.number}/download",
        "published_by": user(version.by),
    }
