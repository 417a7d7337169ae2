"""What a client must be told to sign here, and a verifier to trust what was signed."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from rehearsal.sigstore.authority import Authority, public_bytes
from rehearsal.sigstore.log import Log

_VALID = {"start": "2020-01-01T00:00:00Z"}
_MEDIA = "application/vnd.dev.sigstore."


def trusted_root(url: str, authority: Authority, log: Log) -> dict[str, Any]:
    """Sigstore's TrustedRoot: one authority, its log, and one log of signatures."""
    certificate = {"rawBytes": _b64(authority.root.public_bytes(Encoding.DER))}
    one = {
        "subject": {"organization": "rehearsal", "commonName": "rehearsal-fulcio"},
        "uri": url,
        "certChain": {"certificates": [certificate]},
        "validFor": _VALID,
    }
    return {
        "mediaType": f"{_MEDIA}trustedroot+json;version=0.1",
        "tlogs": [_log(url, log.key)],
        "ctlogs": [_log(url, authority.log_key)],
        "certificateAuthorities": [one],
        "timestampAuthorities": [],
    }


def client_trust_config(url: str, authority: Authority, log: Log) -> dict[str, Any]:
    """Sigstore's ClientTrustConfig: whom to trust, and where to sign."""
    service = [{"url": url, "majorApiVersion": 1, "validFor": _VALID, "operator": "rehearsal"}]
    any_one = {"selector": "ANY"}
    return {
        "mediaType": f"{_MEDIA}clienttrustconfig.v0.1+json",
        "trustedRoot": trusted_root(url, authority, log),
        "signingConfig": {
            "mediaType": f"{_MEDIA}signingconfig.v0.2+json",
            "caUrls": service,
            "oidcUrls": service,
            "rekorTlogUrls": service,
            "rekorTlogConfig": any_one,
            "tsaUrls": [],
            "tsaConfig": any_one,
        },
    }


def _log(url: str, key: ec.EllipticCurvePublicKey) -> dict[str, Any]:
    raw = public_bytes(key)
    public = {"rawBytes": _b64(raw), "keyDetails": "PKIX_ECDSA_P256_SHA_256", "validFor": _VALID}
    identity = {"keyId": _b64(hashlib.sha256(raw).digest())}
    return {"baseUrl": url, "hashAlgorithm": "SHA2_256", "publicKey": public, "logId": identity}


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
