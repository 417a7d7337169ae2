"""A loopback sigstore: real signatures by real clients, that real verifiers accept offline.

with Sigstore(folder) as sigstore:
    environment |= sigstore.begin(run)      # what its jobs need to ask for an identity
    …                                       # sign, by --trust-config sigstore.trust_config
    # gh attestation verify … --custom-trusted-root sigstore.trusted_root
"""

from rehearsal.sigstore.identity import ISSUER, JobIdentity, RunIdentity
from rehearsal.sigstore.service import Sigstore

__all__ = ["ISSUER", "JobIdentity", "RunIdentity", "Sigstore"]
