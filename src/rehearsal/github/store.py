"""Bytes under their digest: release assets and artifacts."""

from __future__ import annotations

import hashlib
from pathlib import Path


class Store:
    """A folder of files named for the sha256 of their content; nothing is ever removed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Keep these bytes; their digest is what they are asked for by."""
        digest = hashlib.sha256(content).hexdigest()
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / digest).write_bytes(content)
        return f"sha256:{digest}"

    def get(self, digest: str) -> bytes:
        """The bytes with this digest."""
        return (self._folder / digest.removeprefix("sha256:")).read_bytes()
