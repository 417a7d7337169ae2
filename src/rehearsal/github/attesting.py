"""How attestations come to be kept: a bundle, and the digests that its statement is about."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rehearsal.github.state import Attestation, now

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository

_PARTS = ("mediaType", "verificationMaterial", "dsseEnvelope")


def add_attestation(repository: Repository, bundle: Mapping[str, Any]) -> Attestation:
    """Keep a bundle. Whether its signature is right is for verifiers to say, as on GitHub.

    :raises ValueError: for one without a DSSE envelope that holds an in-toto statement.
    """
    kind, digests = _about(bundle)
    packed = repository.github.store.put(snappy(json.dumps(bundle).encode()))
    identity = repository.github.next_id()
    kept = Attestation(identity, dict(bundle), packed, kind, digests, now())
    repository.state.attestations.append(kept)
    return kept


def _about(bundle: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The predicate type of the statement, and what it is about: ALGORITHM:HEX."""
    missing = [part for part in _PARTS if part not in bundle]
    if missing:
        raise ValueError(f"the bundle has no {missing[0]}")
    try:
        statement = json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"], validate=True))
        digests = tuple(
            f"{algorithm}:{value}"
            for subject in statement["subject"]
            for algorithm, value in subject["digest"].items()
        )
        kind = statement["predicateType"]
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"the envelope holds no in-toto statement: {error!r}") from error
    if not digests or not isinstance(kind, str):
        raise ValueError("the statement is about nothing")
    return kind, digests


def snappy(content: bytes) -> bytes:
    """Google's Snappy, block format: nothing is made smaller, every piece stands as it is."""
    left, head = len(content), b""
    while left >= 0x80:
        head += bytes([left & 0x7F | 0x80])
        left >>= 7
    head += bytes([left])
    pieces = (content[at : at + 0x10000] for at in range(0, len(content), 0x10000))
    # 61 << 2: a literal whose length, less one, stands in the next two bytes
    return head + b"".join(b"\xf4" + (len(p) - 1).to_bytes(2, "little") + p for p in pieces)
