"""What is signed on the loopback sigstore is accepted by real verifiers, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sigstore.errors import VerificationError
from sigstore.models import Bundle, TrustedRoot
from sigstore.oidc import IdentityToken
from sigstore.verify import Verifier, policy

from rehearsal import services
from rehearsal.faults import Fault
from rehearsal.sigstore import ISSUER, Sigstore
from rehearsal.sigstore.log import Log, path, root
from tests.hanging import HANG
from tests.rehearsal.signing import (
    COMMIT,
    JOB,
    REF,
    RUN,
    WORKFLOW,
    ask,
    attest,
    context,
    run,
    sign,
    token,
)

CONTENT = b"the bytes of a wheel\n"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
SIGNER = f"https://github.com/{WORKFLOW}"


@pytest.fixture
def sigstore(tmp_path: Path) -> Iterator[Sigstore]:
    with Sigstore(tmp_path / "sigstore") as made:
        yield made
    assert not made.crashes, made.crashes


def verify(
    sigstore: Sigstore, content: bytes, bundle: Bundle, who: policy.VerificationPolicy
) -> None:
    trusted = TrustedRoot.from_file(str(sigstore.trusted_root))
    Verifier(trusted_root=trusted).verify_artifact(content, bundle, who)


# Signatures


def test_a_signature_is_accepted_for_its_bytes_and_its_signer_alone(sigstore: Sigstore) -> None:
    bundle = Bundle.from_json(sign(sigstore, CONTENT).to_json())
    ours = policy.Identity(identity=SIGNER, issuer=ISSUER)
    verify(sigstore, CONTENT, bundle, ours)
    other = SIGNER.replace("release.yml", "other.yml")
    for content, who in (
        (CONTENT + b"!", ours),
        (CONTENT, policy.Identity(identity=other, issuer=ISSUER)),
        (CONTENT, policy.Identity(identity=SIGNER, issuer="https://accounts.google.com")),
        (CONTENT, policy.GitHubWorkflowRepository("evil/app")),
        (CONTENT, policy.OIDCSourceRepositoryURI("https://github.com/evil/app")),
        (CONTENT, policy.GitHubWorkflowRef("refs/heads/main")),
    ):
        with pytest.raises(VerificationError):
            verify(sigstore, content, bundle, who)


def test_a_signature_of_one_sigstore_is_none_of_another(sigstore: Sigstore, tmp_path: Path) -> None:
    bundle, anybody = sign(sigstore, CONTENT), policy.UnsafeNoOp()
    verify(sigstore, CONTENT, bundle, anybody)
    with Sigstore(tmp_path / "other") as other, pytest.raises(VerificationError):
        verify(other, CONTENT, bundle, anybody)


def test_the_real_program_signs_as_a_job_and_verifies(sigstore: Sigstore, tmp_path: Path) -> None:
    """`sigstore sign` finds the issuer by itself, as in a job; TESTBED 3."""
    (tmp_path / "wheel").write_bytes(CONTENT)
    (tmp_path / "other").write_bytes(b"other")
    program = ("sigstore", "--trust-config", sigstore.trust_config)
    told = sigstore.begin(RUN) | {"GITHUB_ACTIONS": "true"}
    signed = run(*program, "sign", "wheel", home=tmp_path, **told)
    assert signed.returncode == 0, signed.stderr
    bundle = ("--bundle", "wheel.sigstore.json")

    def verified(*arguments: str) -> str:
        done = run(*program, "verify", *arguments, home=tmp_path)
        return "" if done.returncode == 0 else done.stderr

    assert verified("github", *bundle, "--repository", "acme/app", "--ref", REF, "wheel") == ""
    assert verified(
        "identity", *bundle, "--cert-identity", SIGNER, "--cert-oidc-issuer", ISSUER, "wheel"
    ) == ""  # fmt: skip
    refused = verified("github", *bundle, "--repository", "evil/app", "wheel")
    assert "got 'acme/app', expected 'evil/app'" in refused
    assert "FAIL" in verified("github", *bundle, "--repository", "acme/app", "other")


@pytest.fixture
def attested(sigstore: Sigstore, tmp_path: Path) -> Path:
    """A file `wheel`, and its attestation."""
    (tmp_path / "wheel").write_bytes(CONTENT)
    (tmp_path / "bundle.json").write_text(attest(sigstore, "wheel", SHA256).to_json())
    return tmp_path


FLOWS = "acme/app/.github/workflows"
NOT_OURS = "verifying with issuer"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param("", "", id="as it is"),
        pytest.param(f"--signer-workflow {FLOWS}/release.yml", "", id="its workflow"),
        pytest.param(f"--source-digest {COMMIT} --source-ref {REF}", "", id="its commit"),
        pytest.param("--deny-self-hosted-runners", "", id="its runner"),
        pytest.param("--repo evil/app", NOT_OURS, id="other repository"),
        pytest.param(f"--signer-workflow {FLOWS}/other.yml", NOT_OURS, id="other workflow"),
        pytest.param(
            f"--source-digest {'f' * 40}", "expected SourceRepositoryDigest", id="other commit"
        ),
        pytest.param("--predicate-type https://spdx.dev", "predicate", id="other predicate"),
    ],
)
def test_gh_verifies_an_attestation_offline(
    sigstore: Sigstore, attested: Path, arguments: str, said: str
) -> None:
    refused = _gh_verify(sigstore, attested, *arguments.split())
    assert refused == "" if not said else said in refused, refused


def test_gh_refuses_a_tampered_file_and_a_tampered_statement(
    sigstore: Sigstore, attested: Path
) -> None:
    (attested / "wheel").write_bytes(CONTENT.replace(b"wheel", b"whale"))
    assert _gh_verify(sigstore, attested) != ""
    changed = hashlib.sha256((attested / "wheel").read_bytes()).hexdigest()
    bundle = json.loads((attested / "bundle.json").read_text())
    payload = base64.b64decode(bundle["dsseEnvelope"]["payload"]).decode().replace(SHA256, changed)
    bundle["dsseEnvelope"]["payload"] = base64.b64encode(payload.encode()).decode()
    (attested / "bundle.json").write_text(json.dumps(bundle))
    assert _gh_verify(sigstore, attested) != ""


def _gh_verify(sigstore: Sigstore, folder: Path, *more: str) -> str:
    trusted = ("--custom-trusted-root", sigstore.trusted_root, "--bundle", "bundle.json")
    named = () if "--repo" in more else ("--repo", "acme/app")
    # A proxy that is not there: whoever asks the network fails.
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "GH_TOKEN": "gho_x"}
    command = ("gh", "attestation", "verify", "wheel", *trusted, *named, *more)
    done = run(*command, home=folder, **nowhere)
    return "" if done.returncode == 0 else done.stderr or "refused"


def test_a_certificate_says_all_that_the_token_said(sigstore: Sigstore) -> None:
    """Fulcio's extensions 1-6 as they are, 8-22 as DER UTF8Strings; TESTBED 3."""
    called = "org/flows/.github/workflows/build.yml@refs/tags/v9"
    job = replace(JOB, workflow_ref=called, workflow_commit="a" * 40, environment="pypi")
    certificate = sign(sigstore, CONTENT, otherwise=job, run_attempt=3).signing_certificate
    told = {}
    for extension in certificate.extensions:
        name = extension.oid.dotted_string
        if name.startswith("1.3.6.1.4.1.57264.1."):
            value = extension.value.public_bytes()
            number = int(name.rpartition(".")[2])
            told[number] = (value if number < 8 else value[2 + (value[1] > 127) :]).decode()
    site = "https://github.com"
    assert told == {
        1: ISSUER, 2: "push", 3: COMMIT, 4: "Release", 5: "acme/app", 6: REF,
        8: ISSUER, 9: f"{site}/{called}", 10: "a" * 40, 11: "github-hosted",
        12: f"{site}/acme/app", 13: COMMIT, 14: REF, 15: "1001", 16: f"{site}/acme", 17: "2002",
        18: f"{site}/{WORKFLOW}", 19: COMMIT, 20: "push",
        21: f"{site}/acme/app/actions/runs/77/attempts/3", 22: "public",
    }  # fmt: skip
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert [name.value for name in names.value] == [f"{site}/{called}"]
    assert names.critical


def test_a_long_name_is_written_as_der_wants_it(sigstore: Sigstore) -> None:
    """Lengths of more than 127 and of more than 255 bytes."""
    for size in (100, 300):
        ref = f"refs/tags/{'v' * size}"
        workflow = f"acme/app/.github/workflows/release.yml@{ref}"
        job = replace(JOB, workflow_ref=workflow)
        bundle = sign(sigstore, CONTENT, ref=ref, otherwise=job)
        verify(sigstore, CONTENT, bundle, policy.OIDCSourceRepositoryRef(ref))


# Who a job is


def test_a_token_has_githubs_claims_and_is_signed_by_the_published_key(sigstore: Sigstore) -> None:
    job = replace(JOB, environment="pypi")
    value = token(sigstore, "somebody", otherwise=job, run_attempt=2)
    told = requests.get(f"{sigstore.url}/.well-known/openid-configuration", timeout=HANG).json()
    assert told["issuer"] == ISSUER
    key = jwt.PyJWKClient(told["jwks_uri"]).get_signing_key_from_jwt(value)
    claims = jwt.decode(value, key, algorithms=["RS256"], audience="somebody", issuer=ISSUER)
    assert claims.items() >= {
        "sub": "repo:acme/app:environment:pypi", "environment": "pypi",
        "repository": "acme/app", "repository_owner": "acme", "repository_id": "1001",
        "repository_owner_id": "2002", "ref": REF, "ref_type": "tag", "sha": COMMIT,
        "workflow": "Release", "workflow_ref": WORKFLOW, "job_workflow_ref": WORKFLOW,
        "event_name": "push", "run_id": "77", "run_attempt": "2", "run_number": "1",
        "runner_environment": "github-hosted", "repository_visibility": "public",
        "aud": "somebody",
    }.items()  # fmt: skip
    assert claims["exp"] - claims["iat"] == 300
    assert claims["jti"] != jwt.decode(token(sigstore), options={"verify_signature": False})["jti"]


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, f"repo:acme/app:ref:{REF}"),
        ({"event": "pull_request", "ref": "refs/pull/7/merge"}, "repo:acme/app:pull_request"),
        ({"otherwise": replace(JOB, environment="a:b")}, "repo:acme/app:environment:a%3Ab"),
    ],
    ids=["ref", "pull request", "environment with a colon"],
)
def test_the_subject_of_a_token(sigstore: Sigstore, changes: dict[str, Any], subject: str) -> None:
    told = sigstore.begin(replace(RUN, **changes))
    value = requests.get(
        told["ACTIONS_ID_TOKEN_REQUEST_URL"],
        headers={"Authorization": f"bearer {told['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"},
        timeout=HANG,
    ).json()["value"]
    claims = sigstore.identify(value, ["https://github.com/acme"])
    assert claims["sub"] == subject


_ASK = """
import os, urllib.request
request = urllib.request.Request(os.environ["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=x")
request.add_header("Authorization", "Bearer " + os.environ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    print(opener.open(request).status)
except urllib.error.HTTPError as error:
    print(error.code, error.read().decode())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which job calls")
def test_only_a_job_that_declares_it_gets_a_token(sigstore: Sigstore) -> None:
    """`id-token: write`, job by job, whoever of its processes asks."""
    jobs = {
        "sign": JOB,
        "build": replace(JOB, permissions={"contents": "read"}),
        "read": replace(JOB, permissions={"id-token": "read"}),
    }
    told = sigstore.begin(replace(RUN, jobs=jobs, otherwise=None))

    def asked(job: str, run_id: str = "77") -> str:
        environment = {"GITHUB_JOB": job, "GITHUB_RUN_ID": run_id, **told}
        command = [sys.executable, "-c", _ASK]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert asked("sign") == "200"
    for refused in (asked("build"), asked("read"), asked("unknown"), asked("sign", "78")):
        assert refused.startswith("403"), refused
        assert "`id-token: write`" in refused
    # Nor does one that no job has started, whatever it says of itself.
    assert ask(told).status_code == 403


def test_a_token_is_for_who_knows_the_secret_of_the_run(sigstore: Sigstore) -> None:
    told = sigstore.begin(RUN)
    for changed in (
        {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "guessed"},
        {"ACTIONS_ID_TOKEN_REQUEST_URL": f"{sigstore.url}/oidc/78?api-version=2.0"},
    ):
        assert ask(told | changed).status_code == 401
    assert ask(told).status_code == 200


# Fulcio


def _request(sigstore: Sigstore, value: str, request: bytes) -> requests.Response:
    return requests.post(
        f"{sigstore.url}/api/v2/signingCert",
        json={"certificateSigningRequest": base64.b64encode(request).decode()},
        headers={"Authorization": f"Bearer {value}"},
        timeout=HANG,
    )


def _csr(key: Any) -> bytes:
    made = x509.CertificateSigningRequestBuilder(x509.Name([])).sign(key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def test_fulcio_certifies_nobody_by_a_token_that_is_not_right(
    sigstore: Sigstore, tmp_path: Path
) -> None:
    request = _csr(ec.generate_private_key(ec.SECP256R1()))
    assert _request(sigstore, token(sigstore), request).status_code == 201
    sigstore.issuer.seconds = -1
    over = token(sigstore)
    with Sigstore(tmp_path / "other") as other:
        foreign = token(other)
    sigstore.issuer.seconds = 300
    for value in (over, foreign, token(sigstore, "pypi"), "no token"):
        refused = _request(sigstore, value, request)
        assert refused.status_code == 401
        assert "error processing the identity token" in refused.json()["message"]


def test_fulcio_certifies_no_key_that_its_request_did_not_sign(sigstore: Sigstore) -> None:
    from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

    lines = _csr(ec.generate_private_key(ec.SECP256R1())).decode().splitlines()
    content = bytearray(base64.b64decode("".join(lines[1:-1])))
    content[-3] ^= 1
    tampered = base64.encodebytes(bytes(content)).decode().strip()
    pem = f"{lines[0]}\n{tampered}\n{lines[-1]}\n".encode()
    made = x509.CertificateSigningRequestBuilder(x509.Name([]))
    other = made.sign(ed25519.Ed25519PrivateKey.generate(), None)
    for request in (
        pem,
        b"no request",
        other.public_bytes(serialization.Encoding.PEM),
        _csr(rsa.generate_private_key(65537, 2048)),
    ):
        assert _request(sigstore, token(sigstore), request).status_code == 400
    empty = {"Authorization": f"Bearer {token(sigstore)}"}
    url = f"{sigstore.url}/api/v2/signingCert"
    assert requests.post(url, headers=empty, timeout=HANG).status_code == 400


def test_the_root_is_told_as_it_is_trusted(sigstore: Sigstore) -> None:
    told = requests.get(f"{sigstore.url}/api/v2/trustBundle", timeout=HANG).json()
    (pem,) = told["chains"][0]["certificates"]
    root_ = x509.load_pem_x509_certificate(pem.encode())
    trusted = json.loads(sigstore.trusted_root.read_text())["certificateAuthorities"][0]
    raw = trusted["certChain"]["certificates"][0]["rawBytes"]
    assert root_.public_bytes(serialization.Encoding.DER) == base64.b64decode(raw)


# Rekor


def test_every_entry_of_a_growing_log_is_proved(sigstore: Sigstore) -> None:
    """The client checks each proof against the head that comes with it."""
    with context(sigstore).signer(IdentityToken(token(sigstore))) as signer:
        for number in range(9):
            bundle = signer.sign_artifact(b"%d" % number)
            verify(sigstore, b"%d" % number, bundle, policy.UnsafeNoOp())
    assert bundle.log_entry._inner.log_index == 8
    for index, uuid in enumerate(_uuids(sigstore)):
        by_uuid = requests.get(f"{sigstore.url}/api/v1/log/entries/{uuid}", timeout=HANG).json()
        by_index = requests.get(
            f"{sigstore.url}/api/v1/log/entries?logIndex={index}", timeout=HANG
        ).json()
        assert by_uuid[uuid]["body"] == by_index[uuid]["body"]
    info = requests.get(f"{sigstore.url}/api/v1/log", timeout=HANG).json()
    proof = by_uuid[uuid]["verification"]["inclusionProof"]
    assert (info["treeSize"], info["rootHash"]) == (9, proof["rootHash"])


def _uuids(sigstore: Sigstore) -> list[str]:
    return [next(iter(sigstore.log.shown(n))) for n in range(len(sigstore.log.entries))]


def test_the_tree_is_that_of_rfc_6962() -> None:
    """Each leaf leads to the root by its path, for every size up to 17."""
    for size in range(1, 18):
        leaves = [hashlib.sha256(bytes([0, n])).digest() for n in range(size)]
        for index in range(size):
            assert _climb(index, size, leaves[index], path(index, leaves)) == root(leaves)
    assert root([]) == hashlib.sha256(b"").digest()
    assert Log("127.0.0.1").checkpoint().splitlines()[1] == "0"


def _climb(index: int, size: int, leaf: bytes, siblings: list[bytes]) -> bytes:
    """RFC 9162, 2.1.3.2: from a leaf up."""
    at, last, found = index, size - 1, leaf
    for sibling in siblings:
        if at & 1 or at == last:
            found = hashlib.sha256(b"\1" + sibling + found).digest()
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = hashlib.sha256(b"\1" + found + sibling).digest()
        at, last = at >> 1, last >> 1
    return found


def test_the_log_takes_no_signature_that_is_not_right(sigstore: Sigstore) -> None:
    url = f"{sigstore.url}/api/v1/log/entries"
    sign(sigstore, CONTENT)
    attest(sigstore, "wheel", SHA256)
    hashed, dsse = (json.loads(entry.body) for entry in sigstore.log.entries)
    again = requests.post(url, json=hashed, timeout=HANG)
    assert again.status_code == 409
    assert again.headers["Location"].endswith(_uuids(sigstore)[0])
    wrong = json.loads(json.dumps(hashed))
    wrong["spec"]["data"]["hash"]["value"] = "0" * 64
    rsa_ = json.loads(json.dumps(hashed))
    rsa_["spec"]["signature"]["publicKey"]["content"] = _rsa_certificate()
    kinds: list[Any] = [wrong, rsa_, dsse, {"kind": "intoto", "spec": {}}, [], None]
    for entry in kinds:
        refused = requests.post(url, json=entry, timeout=HANG)
        assert refused.status_code == 400, refused.text
    assert len(sigstore.log.entries) == 2
    assert requests.get(f"{url}/{'0' * 80}", timeout=HANG).status_code == 404
    assert requests.get(f"{url}?logIndex=2", timeout=HANG).status_code == 404
    assert requests.get(f"{url}?logIndex=x", timeout=HANG).status_code == 404


def _rsa_certificate() -> str:
    from datetime import UTC, datetime, timedelta

    from cryptography.hazmat.primitives.asymmetric import rsa

    key, nobody, now = rsa.generate_private_key(65537, 2048), x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder(nobody, nobody, key.public_key(), 1, now, now + timedelta(1))
    pem = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    return base64.b64encode(pem).decode()


# What goes wrong on purpose


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="status", route="id-token", status=503),
        Fault(kind="nonsense", route="id-token", body="html"),
        Fault(kind="status", route="certificate", status=503),
        Fault(kind="status", route="log-entry", status=500),
        Fault(kind="status", route="log-entry", status=409),
        Fault(kind="truncated", route="log-entry"),
        Fault(kind="reset", route="log-entry", when="after"),
    ],
    ids=lambda fault: f"{fault.route} {fault.kind} {fault.status or fault.when}",
)
def test_a_fault_fires_and_nothing_is_signed(
    sigstore: Sigstore, tmp_path: Path, fault: Fault
) -> None:
    """PAINS 41: an outage of the issuer, of Fulcio or of Rekor, seen by the real client."""
    sigstore.faults.add(fault)
    (tmp_path / "wheel").write_bytes(CONTENT)
    signing = ("sigstore", "--trust-config", sigstore.trust_config, "sign", "wheel")
    told = sigstore.begin(RUN) | {"GITHUB_ACTIONS": "true"}
    assert run(*signing, home=tmp_path, **told).returncode != 0
    assert not (tmp_path / "wheel.sigstore.json").exists()
    assert [firing.fault for firing in sigstore.faults.fired] == [fault]


def test_a_log_may_lag_behind_what_it_took(sigstore: Sigstore) -> None:
    """PAINS 42: signed, and not to be read yet."""
    sign(sigstore, CONTENT)
    url = f"{sigstore.url}/api/v1/log/entries?logIndex=0"
    sigstore.lag = {"log": 3600}
    assert requests.get(url, timeout=HANG).status_code == 404
    sigstore.lag = {}
    sigstore.faults.add(Fault(kind="lag", route="log-read", call=1))
    assert requests.get(url, timeout=HANG).status_code == 404
    assert requests.get(url, timeout=HANG).status_code == 200
    assert [firing.fault.kind for firing in sigstore.faults.fired] == ["lag"]


def test_all_services_are_there(tmp_path: Path) -> None:
    """In less than a second, as benchmarks/services.py shows."""
    with services.opened(("pypi", "crates", "sigstore"), tmp_path) as opened:
        told = opened.environment()
    assert {"REHEARSAL_PYPI", "REHEARSAL_CRATES", "REHEARSAL_SIGSTORE"} <= set(told)
    assert os.path.exists(told["REHEARSAL_SIGSTORE"])  # noqa: PTH110


def test_only_what_is_asked_for_is_started(tmp_path: Path) -> None:
    with services.opened((), tmp_path) as none:
        assert none.environment() == {}
        assert none.crashes == []
    assert list(tmp_path.iterdir()) == []
