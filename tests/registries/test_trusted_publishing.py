"""The loopback registries give a token to the job that their owners wrote down, and no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
from pypi_attestations import Attestation

from rehearsal.registries import Crates, Publisher, PyPI
from rehearsal.sigstore import Sigstore, pep740
from tests.hanging import HANG
from tests.rehearsal.signing import JOB, REF, attest, token

CONTENT = b"bytes"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WHEEL = "acme_app-1.2.0-py3-none-any.whl"
OTHER = f"acme/app/.github/workflows/other.yml@{REF}"


@pytest.fixture
def sigstore(tmp_path: Path) -> Iterator[Sigstore]:
    with Sigstore(tmp_path / "sigstore") as made:
        yield made
    assert not made.crashes, made.crashes


@pytest.fixture
def pypi(tmp_path: Path, sigstore: Sigstore) -> Iterator[PyPI]:
    with PyPI(tmp_path / "pypi") as made:
        ours = Publisher("acme/app", "release.yml", ("Acme.App",), environment="PyPI")
        made.trust(sigstore.identify, ours, judge=pep740.judge(sigstore))
        yield made
        assert not made.crashes


@pytest.fixture
def crates(tmp_path: Path, sigstore: Sigstore) -> Iterator[Crates]:
    with Crates(tmp_path / "crates") as made:
        made.trust(sigstore.identify, Publisher("acme/app", "release.yml", ("zz-a",)))
        yield made
        assert not made.crashes


PYPI_JOB = replace(JOB, environment="pypi")


def _mint(pypi: PyPI, value: str) -> requests.Response:
    return requests.post(f"{pypi.url}/_/oidc/mint-token", json={"token": value}, timeout=HANG)


def _code(answer: requests.Response) -> str:
    assert answer.status_code == 422, answer.text
    return str(answer.json()["errors"][0]["code"])


def test_pypi_gives_a_token_once_to_the_publisher_of_a_project(
    pypi: PyPI, sigstore: Sigstore
) -> None:
    value = token(sigstore, "pypi", otherwise=PYPI_JOB)
    given = _mint(pypi, value)
    assert given.status_code == 200
    assert given.json()["token"].startswith("pypi-")
    assert _code(_mint(pypi, value)) == "invalid-reuse-token"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"otherwise": JOB}, "invalid-publisher"),
        ({"otherwise": replace(JOB, environment="testpypi")}, "invalid-publisher"),
        ({"otherwise": replace(PYPI_JOB, workflow_ref=OTHER)}, "invalid-publisher"),
        ({"otherwise": PYPI_JOB, "repository": "evil/app"}, "invalid-publisher"),
        ({"otherwise": PYPI_JOB, "audience": "testpypi"}, "invalid-token"),
    ],
    ids=["no environment", "other environment", "other workflow", "other repository", "audience"],
)
def test_pypi_gives_no_token_to_another(
    pypi: PyPI, sigstore: Sigstore, changes: dict[str, Any], code: str
) -> None:
    audience = changes.pop("audience", "pypi")
    assert _code(_mint(pypi, token(sigstore, audience, **changes))) == code
    assert _code(_mint(pypi, "no token")) == "invalid-token"
    assert _code(_mint(pypi, "")) == "invalid-payload"
    assert pypi.tokens == set()


def _upload(pypi: PyPI, secret: str, name: str = "acme-app", **more: str) -> requests.Response:
    asked = {"name": name, "version": "1.2.0", ":action": "file_upload", **more}
    file = {"content": (WHEEL, CONTENT)}
    auth = ("__token__", secret)
    return requests.post(pypi.upload_url, data=asked, files=file, auth=auth, timeout=HANG)


@pytest.fixture
def minted(pypi: PyPI, sigstore: Sigstore) -> str:
    return str(_mint(pypi, token(sigstore, "pypi", otherwise=PYPI_JOB)).json()["token"])


def test_a_minted_token_is_for_its_own_projects(pypi: PyPI, minted: str) -> None:
    refused = _upload(pypi, minted, "other")
    assert (refused.status_code, pypi.projects) == (403, {})
    assert "allowed to upload to project" in refused.text
    assert _upload(pypi, minted).status_code == 200


def _attestation(sigstore: Sigstore, name: str = WHEEL, sha256: str = SHA256, **more: Any) -> str:
    bundle = attest(sigstore, name, sha256, otherwise=PYPI_JOB, **more)
    return f"[{Attestation.from_bundle(bundle).model_dump_json()}]"


def test_an_attestation_is_served_with_who_published(
    pypi: PyPI, sigstore: Sigstore, minted: str
) -> None:
    assert _upload(pypi, minted, attestations=_attestation(sigstore)).status_code == 200
    url = f"{pypi.url}/integrity/acme-app/1.2.0/{WHEEL}/provenance"
    (told,) = requests.get(url, timeout=HANG).json()["attestation_bundles"]
    expected = {"repository": "acme/app", "workflow": "release.yml", "environment": "PyPI"}
    assert told["publisher"] == {"kind": "GitHub", **expected}
    assert len(told["attestations"]) == 1


Make = Callable[[Sigstore], str]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda s: _attestation(s, "b-1.whl"), id="other name"),
        pytest.param(lambda s: _attestation(s, sha256="0" * 64), id="other bytes"),
        pytest.param(lambda s: _attestation(s, workflow_ref=OTHER), id="other workflow"),
        pytest.param(lambda s: _attestation(s, kind="https://example.org/x"), id="other kind"),
        pytest.param(lambda s: "[{}]", id="none"),
        pytest.param(lambda s: _attestation(s).replace('"version":1', '"version":9'), id="form"),
    ],
)
def test_pypi_takes_no_attestation_that_is_not_right(
    pypi: PyPI, sigstore: Sigstore, minted: str, make: Make
) -> None:
    """PyPI verifies before it takes the file."""
    refused = _upload(pypi, minted, attestations=make(sigstore))
    assert refused.status_code == 400
    assert "Invalid attestations supplied during upload" in refused.text
    assert pypi.files("acme-app", "1.2.0") == {}


def test_pypi_takes_no_attestation_of_another_sigstore_or_with_a_plain_token(
    pypi: PyPI, sigstore: Sigstore, minted: str, tmp_path: Path
) -> None:
    with Sigstore(tmp_path / "other") as other:
        strange = _attestation(other)
    assert _upload(pypi, minted, attestations=strange).status_code == 400
    plain = _upload(pypi, pypi.token(), attestations=_attestation(sigstore))
    assert "only supported when using Trusted Publishing" in plain.text
    assert pypi.files("acme-app", "1.2.0") == {}


# crates.io


def _crate_token(crates: Crates, value: str) -> requests.Response:
    url = f"{crates.url}/api/v1/trusted_publishing/tokens"
    return requests.post(url, json={"jwt": value}, timeout=HANG)


@pytest.mark.parametrize("audience", ["crates.io", "its address"])
def test_crates_io_gives_a_token_once_to_the_publisher_of_a_crate(
    crates: Crates, sigstore: Sigstore, audience: str
) -> None:
    name = audience if audience == "crates.io" else crates.url.removeprefix("http://")
    value = token(sigstore, name)
    given = _crate_token(crates, value)
    assert given.status_code == 200
    assert crates.tokens[given.json()["token"]].names == frozenset({"zz-a"})
    again = _crate_token(crates, value)
    assert (again.status_code, "already used" in again.text) == (400, True)


@pytest.mark.parametrize(
    "changes",
    [{"workflow_ref": OTHER}, {"repository": "acme/other"}, {"audience": "pypi"}],
    ids=["other workflow", "other repository", "audience"],
)
def test_crates_io_gives_no_token_to_another(
    crates: Crates, sigstore: Sigstore, changes: dict[str, str]
) -> None:
    audience = changes.pop("audience", "crates.io")
    assert _crate_token(crates, token(sigstore, audience, **changes)).status_code == 400
    assert _crate_token(crates, "").status_code == 400
    assert crates.tokens == {}


def test_a_minted_token_publishes_its_own_crates_and_makes_no_new_one(
    crates: Crates, sigstore: Sigstore
) -> None:
    secret = _crate_token(crates, token(sigstore, "crates.io")).json()["token"]
    crates.add({"name": "zz-b", "vers": "0.1.0"}, b"")

    def publish(name: str) -> str:
        told = f'{{"name": "{name}", "vers": "0.2.0"}}'.encode()
        body = len(told).to_bytes(4, "little") + told + (1).to_bytes(4, "little") + b"x"
        url = f"{crates.url}/api/v1/crates/new"
        answer = requests.put(url, body, headers={"Authorization": secret}, timeout=HANG)
        return "" if answer.status_code == 200 else str(answer.json()["errors"][0]["detail"])

    assert "do not support creating new crates" in publish("zz-a")
    crates.add({"name": "zz-a", "vers": "0.1.0"}, b"")
    assert "not valid for crate `zz-b`" in publish("zz-b")
    assert publish("zz-a") == ""


def test_a_minted_token_yanks_nothing_and_that_of_a_user_does(
    crates: Crates, sigstore: Sigstore
) -> None:
    """Or a release that yanks by trusted publishing would pass a rehearsal, and then fail."""
    minted = _crate_token(crates, token(sigstore, "crates.io")).json()["token"]
    version = crates.add({"name": "zz-a", "vers": "0.1.0"}, b"")
    url = f"{crates.url}/api/v1/crates/zz-a/0.1.0/yank"
    for secret, status in ((minted, 403), (crates.token(), 200)):
        done = requests.delete(url, headers={"Authorization": secret}, timeout=HANG)
        assert (done.status_code, version.yanked) == (status, status == 200)
