"""PEP 740: who published a file, as Sigstore signed it and the index keeps it.

The one module that knows `pypi_attestations`. It is imported where provenance is asked for alone:
with Sigstore it costs half a second, and it is locked apart (requirements/sigstore.txt).
"""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.errors import UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.values import Repository, WorkflowFile, fold

LIMIT = 16 * 2**20  # bytes of one provenance


@dataclass(frozen=True)
class Publisher:
    """Who has to have published: a workflow of a repository on github.com."""

    repository: Repository
    workflow: WorkflowFile

    def __str__(self) -> str:
        return f"{self.repository}/{self.workflow}"


class UnprovenError(ValueError):
    """The provenance is not what it must be; says why."""


def verify(content: bytes, name: str, sha256: Sha256, publisher: Publisher) -> str:
    """Prove that the publisher published these bytes by this name; in words, what was proved.

    Offline, by the roots of trust that the locked Sigstore brings.

    1. There is an attestation, and one that says "published" (none at all proves nothing).
    2. Every one is signed by the publisher's identity, logged, and of this name and digest.

    :raises UnprovenError: where that is not so.
    :raises UpstreamError: where the libraries are not there.
    """
    try:
        from pydantic import ValidationError
        from pypi_attestations import (
            AttestationError,
            AttestationType,
            Distribution,
            GitHubPublisher,
            Provenance,
        )
    except ImportError as error:
        raise UpstreamError(
            f"provenance cannot be verified: {error}; install release-actions[sigstore]"
        ) from error
    identity = GitHubPublisher(repository=publisher.repository, workflow=publisher.workflow.short)
    try:
        told = Provenance.model_validate_json(content)
        attested = [each for bundle in told.attestation_bundles for each in bundle.attestations]
        dist = Distribution(name=name, digest=sha256)
        kinds = [each.verify(identity, dist, offline=True)[0] for each in attested]
    except (AttestationError, ValidationError) as error:
        raise UnprovenError(f"expected {publisher}: {fold(str(error), 300)}") from error
    if AttestationType.PYPI_PUBLISH_V1 not in kinds:
        raise UnprovenError(f"no attestation says that it was published: {len(kinds)} of others")
    return f"published by {publisher}, {len(kinds)} attestation(s)"
