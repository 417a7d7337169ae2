"""What PyPI asks of an attestation that comes with an upload (PEP 740)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rehearsal.sigstore.identity import ISSUER

if TYPE_CHECKING:
    from rehearsal.registries.publishers import Admitted
    from rehearsal.registries.pypi import JudgeAttestation
    from rehearsal.sigstore.service import Sigstore

_PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
_PROVENANCE = "https://slsa.dev/provenance/v1"


def judge(sigstore: Sigstore) -> JudgeAttestation:
    """Whether an attestation was signed on this sigstore, for this file, by who sends it."""

    def look(filename: str, sha256: str, attestation: Any, by: Admitted) -> None:
        # Here, since these take a quarter of a second, and few rehearsals upload attestations.
        from pydantic import ValidationError
        from pypi_attestations import Attestation, AttestationError
        from sigstore.errors import Error
        from sigstore.models import TrustedRoot
        from sigstore.verify import Verifier
        from sigstore.verify.policy import AllOf, OIDCBuildConfigURI, OIDCIssuerV2

        workflow = f"https://github.com/{by.claims['workflow_ref']}"
        policy = AllOf([OIDCIssuerV2(ISSUER), OIDCBuildConfigURI(workflow)])
        try:
            bundle = Attestation.model_validate(attestation).to_bundle()
            trusted = TrustedRoot.from_file(str(sigstore.trusted_root))
            _, payload = Verifier(trusted_root=trusted).verify_dsse(bundle, policy)
        except (ValidationError, AttestationError, Error) as error:
            raise ValueError(str(error)) from error
        _require_about(json.loads(payload), filename, sha256)

    return look


def _require_about(statement: Any, filename: str, sha256: str) -> None:
    expected = [{"name": filename, "digest": {"sha256": sha256}}]
    if statement["subject"] != expected:
        raise ValueError(f"the subject is {statement['subject']}, and not {expected}")
    if statement["predicateType"] not in (_PUBLISH, _PROVENANCE):
        raise ValueError(f"unknown predicate type: {statement['predicateType']}")
