"""Digests of files, as `sha256sum` writes and verifies them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Self


class Sha256(str):
    """A SHA-256 as 64 hexadecimal digits, in lower case."""

    def __new__(cls, raw: str) -> Self:
        if not re.fullmatch(r"[0-9a-f]{64}", raw):
            raise ValueError("a SHA-256, 64 lower-case hexadecimal digits")
        return super().__new__(cls, raw)

    @property
    def short(self) -> str:
        """The first twelve digits, for people."""
        return self[:12]


def write(digests: Mapping[str, Sha256]) -> bytes:
    """What `sha256sum -c` verifies in the folder of the files: bare names, sorted, LF.

    Two spaces: read as text or as binary is one thing wherever checksums are verified, and the
    mark for it is what readers stumble over.
    """
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return "".join(lines).encode("ascii")


def subjects(digests: Mapping[str, Sha256]) -> str:
    """The same lines in base64 without a break: `base64-subjects` of SLSA's generic generator."""
    return base64.b64encode(write(digests)).decode("ascii")
