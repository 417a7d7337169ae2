"""Faults of signing: the issuer, Fulcio, Rekor, and GitHub's own keeping of attestations."""

from __future__ import annotations

from rehearsal.faults import Fault
from rehearsal.unkind import deeds, release_deeds
from rehearsal.unkind.kinds import AGAIN, RECOVERED, Strike, meanwhile, rows

_sign = rows("sign", "sigstore")

SIGNING = (
    _sign(
        "rekor-5xx-once",
        "Rekor answers 503, once.",
        "E.41",
        RECOVERED,
        Fault(kind="status", route="log-entry", call=1, status=503),
    ),
    _sign(
        "rekor-down",
        "Rekor is down for the whole run: nothing is staged, and nothing is public.",
        "E.41",
        AGAIN,
        Fault(kind="status", route="log-entry", status=503),
    ),
    _sign(
        "rekor-slow",
        "Rekor takes four seconds.",
        "E.41",
        RECOVERED,
        Fault(kind="delay", route="log-entry", call=1, seconds=4),
    ),
    _sign(
        "rekor-unanswered",
        "Rekor keeps the entry, and the answer does not come.",
        "E.42",
        RECOVERED,
        Fault(kind="reset", route="log-entry", call=1, when="after"),
    ),
    _sign(
        "fulcio-5xx-once",
        "Fulcio answers 500, once.",
        "E.41",
        RECOVERED,
        Fault(kind="status", route="certificate", call=1, status=500),
    ),
    _sign(
        "fulcio-down",
        "Fulcio is down for the whole run.",
        "E.41",
        AGAIN,
        Fault(kind="status", route="certificate", status=503),
    ),
    _sign(
        "oidc-refuses",
        "GitHub's issuer gives this job no token.",
        "B.22",
        AGAIN,
        Fault(kind="status", route="id-token", status=403),
    ),
    _sign(
        "oidc-token-over",
        "The clocks differ: the issuer's token is over when Fulcio reads it.",
        "E.41",
        AGAIN,
        meanwhile(release_deeds.short_tokens, route="id-token", at="sigstore"),
        mend=release_deeds.long_tokens,
    ),
    _sign(
        "attestation-not-kept-at-first",
        "GitHub answers the keeping of the attestation with 500, twice.",
        "E.42",
        RECOVERED,
        Strike(fault=Fault(kind="status", route="create-attestation", call=(1, 2), status=500)),
    ),
    _sign(
        "attestation-missing",
        "GitHub has no attestation when it is verified.",
        "E.42",
        AGAIN,
        meanwhile(release_deeds.drop_attestations, route="attestations"),
    ),
    _sign(
        "attestation-of-another-workflow",
        "The attestation that GitHub has was signed by another workflow.",
        "E.44",
        AGAIN,
        meanwhile(release_deeds.sign_as_another, route="id-token", at="sigstore", when="before"),
        mend=release_deeds.sign_as_ourselves,
    ),
    _sign(
        "token-cannot-attest",
        "The job does not declare `attestations: write`.",
        "E.42",
        AGAIN,
        meanwhile(deeds.without("attestations", "read"), route="git-fetch"),
    ),
)
