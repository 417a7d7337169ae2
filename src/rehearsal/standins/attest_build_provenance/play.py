"""actions/attest-build-provenance: SLSA provenance from what the issuer says of this job."""

from __future__ import annotations

from rehearsal.standins.attesting import PROVENANCE, attest, provenance


def play(inputs: dict[str, str]) -> None:
    """Sign where the subjects were built."""
    attest(inputs, PROVENANCE, provenance())
