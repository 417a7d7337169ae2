"""Fulcio: a certificate for ten minutes that says who somebody is, and the log that saw it."""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_SHA256 = hashes.SHA256()
_SCTS = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
_MINUTES = timedelta(minutes=10)
_SITE = "https://github.com/"
#: Fulcio's own extensions (docs/oid-info.md there), below 1.3.6.1.4.1.57264.1. The first six are
#: bare bytes, the others DER UTF8Strings; a pair is what stands before the claim, and its name.
_BARE = {2: "event_name", 3: "sha", 4: "workflow", 5: "repository", 6: "ref"}
_ENCODED = {
    9: (_SITE, "job_workflow_ref"),
    10: ("", "job_workflow_sha"),
    11: ("", "runner_environment"),
    12: (_SITE, "repository"),
    13: ("", "sha"),
    14: ("", "ref"),
    15: ("", "repository_id"),
    16: (_SITE, "repository_owner"),
    17: ("", "repository_owner_id"),
    18: (_SITE, "workflow_ref"),
    19: ("", "workflow_sha"),
    20: ("", "event_name"),
    22: ("", "repository_visibility"),
}


def public_bytes(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as logs and trusted roots have it: DER SubjectPublicKeyInfo."""
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


class Authority:
    """A root that signs leaves, and the key of the log that promises to list them."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._log = ec.generate_private_key(ec.SECP256R1())
        self.root = self._root()

    @property
    def log_key(self) -> ec.EllipticCurvePublicKey:
        """The public key of the log of certificates."""
        return self._log.public_key()

    def _root(self) -> x509.Certificate:
        organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "rehearsal")
        common = x509.NameAttribute(NameOID.COMMON_NAME, "rehearsal-fulcio")
        name, now, key = x509.Name([organization, common]), datetime.now(UTC), self._key
        usage = _usage(key_cert_sign=True, crl_sign=True)
        return (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .sign(key, _SHA256)
        )

    def issue(self, request: bytes, claims: Mapping[str, str]) -> list[str]:
        """A certificate for whoever holds the key of this request (PEM), and the root, as PEM.

        :raises ValueError: for what is no request, or one that its own key did not sign.
        """
        asked = x509.load_pem_x509_csr(request)
        key = asked.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise ValueError("the key is not one of an elliptic curve")
        if not asked.is_signature_valid:
            raise ValueError("the signature supplied in the certificate request is not valid")
        bare = _leaf(self.root, key, claims)
        promise = self._promise(bare.sign(self._key, _SHA256))
        known = x509.UnrecognizedExtension(_SCTS, promise)
        leaf = bare.add_extension(known, critical=False).sign(self._key, _SHA256)
        return [one.public_bytes(Encoding.PEM).decode() for one in (leaf, self.root)]

    def _promise(self, bare: x509.Certificate) -> bytes:
        """RFC 6962: the log's word that it will list what is to be the certificate."""
        at, content = int(time.time() * 1000), bare.tbs_certificate_bytes
        issuer = hashlib.sha256(public_bytes(self._key.public_key())).digest()
        length = len(content).to_bytes(3, "big")
        # v1, certificate_timestamp, the moment, precert_entry; and no extensions at the end
        signed = struct.pack("!BBQH", 0, 0, at, 1) + issuer + length + content + b"\0\0"
        signature = self._log.sign(signed, ec.ECDSA(_SHA256))
        log = hashlib.sha256(public_bytes(self.log_key)).digest()
        # v1, the log, the moment, no extensions; sha256 (4) with ecdsa (3)
        one = b"\0" + log + struct.pack("!QHBB", at, 0, 4, 3) + _counted(signature)
        return _der(0x04, _counted(_counted(one)))


def _leaf(
    root: x509.Certificate, key: ec.EllipticCurvePublicKey, claims: Mapping[str, str]
) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    who = x509.UniformResourceIdentifier(_SITE + claims["job_workflow_ref"])
    issuer = root.public_key()
    assert isinstance(issuer, ec.EllipticCurvePublicKey)
    number, nobody = x509.random_serial_number(), x509.Name([])
    leaf = (
        x509.CertificateBuilder(root.subject, nobody, key, number, now, now + _MINUTES)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CODE_SIGNING]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer), critical=False)
        .add_extension(x509.SubjectAlternativeName([who]), critical=True)
    )
    for number, value in _told(claims).items():
        name = x509.ObjectIdentifier(f"1.3.6.1.4.1.57264.1.{number}")
        leaf = leaf.add_extension(x509.UnrecognizedExtension(name, value), critical=False)
    return leaf


def _told(claims: Mapping[str, str]) -> dict[int, bytes]:
    """Number of the extension to its bytes."""
    run = "{repository}/actions/runs/{run_id}/attempts/{run_attempt}".format_map(claims)
    texts = {8: claims["iss"], 21: _SITE + run}
    texts |= {number: before + claims[name] for number, (before, name) in _ENCODED.items()}
    bare = {1: claims["iss"].encode()}
    bare |= {number: claims[name].encode() for number, name in _BARE.items()}
    return bare | {number: _der(0x0C, text.encode()) for number, text in sorted(texts.items())}


def _usage(**uses: bool) -> x509.KeyUsage:
    every = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: uses.get(name, False) for name in every})


def _counted(content: bytes) -> bytes:
    """As TLS writes it: two bytes of length first."""
    return struct.pack("!H", len(content)) + content


def _der(tag: int, content: bytes) -> bytes:
    """One DER value."""
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content
