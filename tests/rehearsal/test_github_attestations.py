"""Attestations at the loopback GitHub: kept, found by a file's digest, verified by real gh."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from rehearsal.github import GitHub, Repository
from rehearsal.github.attesting import snappy
from rehearsal.sigstore import Sigstore
from tests.rehearsal.bundles import BUNDLE, DIGEST, bundle
from tests.rehearsal.conftest import Client
from tests.rehearsal.signing import attest, run

CONTENT = b"the bytes of a wheel\n"
NEWER = {"X-GitHub-Api-Version": "2026-03-10"}


def test_a_bundle_is_kept_and_found_by_what_it_is_about(
    repository: Repository, client: Client
) -> None:
    other = f"sha256:{'cd' * 32}"
    made = client("POST ~/attestations", json={"bundle": bundle(DIGEST, other)})
    assert made.status_code == 201
    assert made.json() == {"id": repository.attestations[0].id}
    for digest in (DIGEST, other):
        (found,) = client.get(f"~/attestations/{digest}")["attestations"]
        assert found["bundle"] == bundle(DIGEST, other)
        assert found["repository_id"] == repository.state.id
    assert client(f"GET ~/attestations/sha256:{'ef' * 32}").status_code == 404
    assert client("GET ~/attestations/abab").status_code == 422


def test_the_newer_api_tells_where_the_packed_bundle_lies(
    repository: Repository, client: Client
) -> None:
    repository.add_attestation(BUNDLE)
    told = client(f"GET ~/attestations/{DIGEST}", headers=NEWER).json()
    (found,) = told["attestations"]
    assert "bundle" not in found
    path = found["bundle_url"].removeprefix(client.base)
    packed = Client(client.base, None)(f"GET {path}").content
    assert packed == snappy(json.dumps(BUNDLE).encode())


def test_what_is_no_statement_is_not_kept(repository: Repository, client: Client) -> None:
    broken: list[Any] = [
        None,
        {},
        BUNDLE | {"dsseEnvelope": {"payload": "not base64"}},
        BUNDLE | {"dsseEnvelope": {"payload": "W10="}},
        BUNDLE | {"dsseEnvelope": []},
        bundle(),
    ]
    for one in broken:
        assert client("POST ~/attestations", json={"bundle": one}).status_code == 422, one
    assert repository.attestations == []


def test_a_list_is_read_by_kind_and_page_by_page(repository: Repository, client: Client) -> None:
    kinds = ["https://spdx.dev/Document/v2.3", *["https://slsa.dev/provenance/v1"] * 5]
    for number, kind in enumerate(kinds):
        repository.add_attestation(bundle(DIGEST, kind=kind, salt=str(number)))
    path = f"~/attestations/{DIGEST}"
    assert len(client.get(path)["attestations"]) == 6
    assert len(client.get(path, predicate_type="sbom")["attestations"]) == 1
    assert len(client.get(path, predicate_type=kinds[1])["attestations"]) == 5
    seen, address = [], f"GET {path}?per_page=2&predicate_type=provenance"
    while address:
        answer = client(address)
        seen += [one["bundle"] for one in answer.json()["attestations"]]
        link = answer.links.get("next", {}).get("url", "")
        address = f"GET {link.removeprefix(client.base)}" if link else ""
    assert seen == [bundle(DIGEST, salt=str(number)) for number in (5, 4, 3, 2, 1)]
    assert client(f"GET {path}?after=x").status_code == 400


def test_permissions_are_those_of_attestations(
    repository: Repository, client_with: Callable[..., Client]
) -> None:
    reader, writer = client_with(attestations="read"), client_with(attestations="write")
    nobody = client_with(contents="write", id_token="write")
    body = {"bundle": BUNDLE}
    assert reader("POST ~/attestations", json=body).status_code == 403
    refused = nobody("POST ~/attestations", json=body)
    assert refused.headers["x-accepted-github-permissions"] == "attestations=write"
    assert writer("POST ~/attestations", json=body).status_code == 201
    assert reader(f"GET ~/attestations/{DIGEST}").status_code == 200
    assert nobody(f"GET ~/attestations/{DIGEST}").status_code == 403


def test_a_list_may_not_know_of_the_newest_yet(
    github: GitHub, repository: Repository, client: Client
) -> None:
    """PAINS 42: an attestation is not read as soon as it is written."""
    repository.add_attestation(BUNDLE)
    github.faults.add(Fault(kind="stale", route="attestations", call=1))
    assert client(f"GET ~/attestations/{DIGEST}").status_code == 404
    assert client(f"GET ~/attestations/{DIGEST}").status_code == 200
    github.faults.add(Fault(kind="lag", route="*"))
    client("POST ~/attestations", json={"bundle": bundle(DIGEST, salt="2")})
    assert len(client.get(f"~/attestations/{DIGEST}")["attestations"]) == 1
    assert len(client.get(f"~/attestations/{DIGEST}")["attestations"]) == 2
    assert [firing.fault.kind for firing in github.faults.fired] == ["stale", "lag"]


def test_a_snapshot_keeps_attestations(github: GitHub, repository: Repository) -> None:
    kept = github.snapshot()
    repository.add_attestation(BUNDLE)
    github.restore(kept)
    assert repository.attestations == []


# Real gh


@pytest.fixture
def sigstore(tmp_path: Path) -> Iterator[Sigstore]:
    with Sigstore(tmp_path / "sigstore") as made:
        yield made
    assert not made.crashes, made.crashes


@pytest.fixture
def gh_verify(github: GitHub, sigstore: Sigstore, tmp_path: Path) -> Callable[..., str]:
    """Verify the file `wheel` by the API, and say what it said against it."""
    token = github.token(permissions={"attestations": "read"}, repository="acme/app")
    (tmp_path / "wheel").write_bytes(CONTENT)
    run("gh", "config", "set", "http_unix_socket", github.socket_path, home=tmp_path)

    def verify(*more: str) -> str:
        root = ("--custom-trusted-root", str(sigstore.trusted_root))
        command = ("gh", "attestation", "verify", "wheel", "--repo", "acme/app", *root, *more)
        done = run(*command, home=tmp_path, GH_TOKEN=token)
        return "" if done.returncode == 0 else done.stderr or "refused"

    return verify


def test_gh_verifies_what_the_api_gives(
    github: GitHub, repository: Repository, sigstore: Sigstore, gh_verify: Callable[..., str]
) -> None:
    assert "HTTP 404" in gh_verify()
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    repository.add_attestation(json.loads(attest(sigstore, "wheel", sha256).to_json()))
    assert gh_verify() == ""
    assert gh_verify("--signer-workflow", "acme/app/.github/workflows/release.yml") == ""
    assert gh_verify("--signer-workflow", "acme/app/.github/workflows/other.yml") != ""
    assert {"attestations", "storage"} <= {record.route for record in github.requests}


def test_gh_refuses_what_was_signed_for_other_bytes_or_elsewhere(
    repository: Repository, sigstore: Sigstore, gh_verify: Callable[..., str]
) -> None:
    """GitHub keeps what it is given: the digest it lists it by proves nothing."""
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    strange = attest(sigstore, "wheel", sha256, repository="evil/app")
    repository.add_attestation(json.loads(strange.to_json()))
    assert "SourceRepositoryOwnerURI" in gh_verify()
    unsigned = json.loads(attest(sigstore, "wheel", "0" * 64).to_json())
    unsigned["dsseEnvelope"]["payload"] = bundle(f"sha256:{sha256}")["dsseEnvelope"]["payload"]
    repository.state.attestations.clear()
    repository.add_attestation(unsigned)
    assert gh_verify() != ""


@pytest.mark.parametrize("route", ["attestations", "storage"])
def test_gh_says_no_where_github_does_not_answer(
    github: GitHub,
    repository: Repository,
    sigstore: Sigstore,
    gh_verify: Callable[..., str],
    route: str,
) -> None:
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    repository.add_attestation(json.loads(attest(sigstore, "wheel", sha256).to_json()))
    github.faults.add(Fault(kind="truncated", route=route))
    assert gh_verify() != ""
    assert github.faults.fired
