"""A bundle that looks like one, for tests of those who keep it and do not verify it."""

from __future__ import annotations

import base64
import json
from typing import Any

DIGEST = f"sha256:{'ab' * 32}"
PROVENANCE = "https://slsa.dev/provenance/v1"


def bundle(*digests: str, kind: str = PROVENANCE, salt: str = "") -> dict[str, Any]:
    """A bundle about files with these digests."""
    subjects = [{"name": "a", "digest": dict([digest.split(":")])} for digest in digests]
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": subjects,
        "predicateType": kind,
        "predicate": {"salt": salt},
    }
    return {
        "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
        "verificationMaterial": {"certificate": {"rawBytes": "eA=="}, "tlogEntries": []},
        "dsseEnvelope": {
            "payload": base64.b64encode(json.dumps(statement).encode()).decode(),
            "payloadType": "application/vnd.in-toto+json",
            "signatures": [{"sig": "eA=="}],
        },
    }


BUNDLE = bundle(DIGEST)
