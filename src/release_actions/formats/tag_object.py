"""A tag object as git stores it: what it names, and what is signed by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

ARMOURS = {
    b"-----BEGIN PGP SIGNATURE-----": "gpg",
    b"-----BEGIN PGP MESSAGE-----": "gpg",
    b"-----BEGIN SSH SIGNATURE-----": "ssh",
    b"-----BEGIN SIGNED MESSAGE-----": "x509",
}


@dataclass(frozen=True)
class TagObject:
    """One tag object; `payload` is the bytes that its signature is over."""

    name: str
    payload: bytes
    signature: bytes
    kind: Literal["", "gpg", "ssh", "x509"]


def read(content: bytes) -> TagObject | None:
    """The tag object, or None where its bytes are none."""
    header = content.partition(b"\n\n")[0]
    name = re.search(rb"^tag (.+)$", header, re.MULTILINE)
    if name is None:
        return None
    # git's own rule: the signature begins at the last line that opens one.
    starts = [
        (match.start(), kind)
        for line, kind in ARMOURS.items()
        for match in re.finditer(b"^" + re.escape(line), content, re.MULTILINE)
    ]
    at, kind = max(starts, default=(len(content), ""))
    return TagObject(name[1].decode(errors="replace"), content[:at], content[at:], kind)  # type: ignore[arg-type]  # the table's values
