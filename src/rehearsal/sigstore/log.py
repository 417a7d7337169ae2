"""Rekor, version 1: a log that only grows, and a proof for each entry that it is in there."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from rehearsal.sigstore.authority import public_bytes

_ECDSA = ec.ECDSA(hashes.SHA256())


class DuplicateError(Exception):
    """The log has this very entry already: its uuid."""


@dataclass(frozen=True)
class Entry:
    """One entry: its canonical body, and when it came."""

    body: bytes
    integrated: int  # seconds since 1970
    at: float  # time.monotonic()

    @property
    def leaf(self) -> bytes:
        """RFC 6962: the hash of a leaf."""
        return hashlib.sha256(b"\0" + self.body).digest()


class Log:
    """A log of signatures. `host` must be that of its address: verifiers look for it."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._id = hashlib.sha256(public_bytes(self.key)).digest()
        self._tree = int.from_bytes(self._id[:7], "big")
        self.entries: list[Entry] = []

    @property
    def key(self) -> ec.EllipticCurvePublicKey:
        """The public key."""
        return self._key.public_key()

    def add(self, proposed: Any) -> int:
        """Take an entry (`hashedrekord` or `dsse`), and say where it stands.

        :raises ValueError: for one that is not understood, or whose signature is not right.
        :raises DuplicateError: for one that is there already.
        """
        entry = Entry(canonical(_body(proposed)), int(time.time()), time.monotonic())
        if any(known.body == entry.body for known in self.entries):
            raise DuplicateError(self._uuid(entry))
        self.entries.append(entry)
        return len(self.entries) - 1

    def find(self, uuid: str) -> int | None:
        """Where the entry of this uuid stands; without the tree's own part it will do as well."""
        known = (n for n, entry in enumerate(self.entries) if self._uuid(entry)[-64:] == uuid[-64:])
        return next(known, None)

    def shown(self, index: int) -> dict[str, Any]:
        """An entry with all that proves it, by its uuid."""
        entry, leaves = self.entries[index], [entry.leaf for entry in self.entries]
        told = {
            "body": _b64(entry.body),
            "integratedTime": entry.integrated,
            "logID": self._id.hex(),
            "logIndex": index,
        }
        proof = {
            "checkpoint": self.checkpoint(),
            "hashes": [one.hex() for one in path(index, leaves)],
            "logIndex": index,
            "rootHash": root(leaves).hex(),
            "treeSize": len(leaves),
        }
        promise = _b64(self._key.sign(canonical(told), _ECDSA))
        verification = {"inclusionProof": proof, "signedEntryTimestamp": promise}
        return {self._uuid(entry): told | {"verification": verification}}

    def checkpoint(self) -> str:
        """The head of the log, as a signed note."""
        top = _b64(root([entry.leaf for entry in self.entries]))
        note = f"{self._host} - {self._tree}\n{len(self.entries)}\n{top}\n"
        signature = self._id[:4] + self._key.sign(note.encode(), _ECDSA)
        return f"{note}\n\N{EM DASH} {self._host} {_b64(signature)}\n"

    def info(self) -> dict[str, Any]:
        """What the log says of itself."""
        top = root([entry.leaf for entry in self.entries]).hex()
        told = {"rootHash": top, "treeSize": len(self.entries), "treeID": str(self._tree)}
        return told | {"signedTreeHead": self.checkpoint(), "inactiveShards": []}

    def _uuid(self, entry: Entry) -> str:
        return f"{self._tree:016x}{entry.leaf.hex()}"


def canonical(value: Any) -> bytes:
    """RFC 8785, for what stands in entries: whole numbers, and text in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def root(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962: the hash of a whole tree."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256(b"").digest()
    half = _half(leaves)
    return hashlib.sha256(b"\1" + root(leaves[:half]) + root(leaves[half:])).digest()


def path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 6962: what leads from a leaf to the root."""
    if len(leaves) < 2:
        return []
    half = _half(leaves)
    if index < half:
        return [*path(index, leaves[:half]), root(leaves[half:])]
    return [*path(index - half, leaves[half:]), root(leaves[:half])]


def _half(leaves: Sequence[bytes]) -> int:
    """The largest power of two that is smaller than how many there are."""
    return 1 << ((len(leaves) - 1).bit_length() - 1)


def _body(proposed: Any) -> dict[str, Any]:
    """What is kept of a proposed entry, once its signature has been looked at."""
    try:
        kind, spec = proposed["kind"], proposed["spec"]
        made = {"hashedrekord": _hashed, "dsse": _envelope}[kind](spec)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"no entry that this log takes: {error!r}") from error
    except InvalidSignature as error:
        raise ValueError("error validating signature: invalid signature") from error
    return {"apiVersion": "0.0.1", "kind": kind, "spec": made}


def _hashed(spec: Any) -> dict[str, Any]:
    told, signature = spec["data"]["hash"], spec["signature"]
    by, content = signature["publicKey"]["content"], signature["content"]
    digest = bytes.fromhex(told["value"])
    _key_of(by).verify(base64.b64decode(content), digest, ec.ECDSA(Prehashed(hashes.SHA256())))
    kept = {"algorithm": told["algorithm"], "value": told["value"]}
    return {
        "data": {"hash": kept},
        "signature": {"content": content, "publicKey": {"content": by}},
    }


def _envelope(spec: Any) -> dict[str, Any]:
    text, (by,) = spec["proposedContent"]["envelope"], spec["proposedContent"]["verifiers"]
    envelope = json.loads(text)
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
    # DSSE's pre-authentication encoding
    signed = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    for one in envelope["signatures"]:
        _key_of(by).verify(base64.b64decode(one["sig"]), signed, _ECDSA)
    return {
        "envelopeHash": _sha256(text.encode()),
        "payloadHash": _sha256(payload),
        "signatures": [{"signature": s["sig"], "verifier": by} for s in envelope["signatures"]],
    }


def _key_of(verifier: str) -> ec.EllipticCurvePublicKey:
    key = x509.load_pem_x509_certificate(base64.b64decode(verifier)).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("the key is not one of an elliptic curve")
    return key


def _sha256(content: bytes) -> dict[str, str]:
    return {"algorithm": "sha256", "value": hashlib.sha256(content).hexdigest()}


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
