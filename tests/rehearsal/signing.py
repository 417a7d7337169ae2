"""A run at the loopback sigstore that signs, and those who look at what it signed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests
from sigstore.dsse import Statement
from sigstore.models import Bundle, ClientTrustConfig
from sigstore.oidc import IdentityToken
from sigstore.sign import SigningContext

from rehearsal.sigstore import JobIdentity, RunIdentity, Sigstore
from rehearsal.sigstore.log import canonical
from tests.hanging import HANG

BIN = Path(sys.executable).parent
REF = "refs/tags/v1.2.0"
WORKFLOW = f"acme/app/.github/workflows/release.yml@{REF}"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROVENANCE = "https://slsa.dev/provenance/v1"
#: A job that may ask who it is; whoever asks in a test is taken for it.
JOB = JobIdentity(workflow_ref=WORKFLOW, permissions={"id-token": "write"})
RUN = RunIdentity(
    repository="acme/app",
    repository_id=1001,
    owner_id=2002,
    commit=COMMIT,
    ref=REF,
    workflow="Release",
    workflow_ref=WORKFLOW,
    event="push",
    run_id=77,
    otherwise=JOB,
)


def token(sigstore: Sigstore, audience: str = "sigstore", **changes: Any) -> str:
    """The token that GitHub's issuer gives to the job of a run, by asking for it."""
    told = sigstore.begin(replace(RUN, **changes))
    answer = ask(told, audience)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["value"])


def ask(told: Mapping[str, str], audience: str = "sigstore") -> requests.Response:
    """Ask for a token with the variables that a job has."""
    return requests.get(
        f"{told['ACTIONS_ID_TOKEN_REQUEST_URL']}&audience={audience}",
        headers={"Authorization": f"Bearer {told['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"},
        timeout=HANG,
    )


def context(sigstore: Sigstore) -> SigningContext:
    """Sigstore's own client, told to sign here."""
    config = ClientTrustConfig.from_json(sigstore.trust_config.read_text())
    return SigningContext.from_trust_config(config)


def sign(sigstore: Sigstore, content: bytes, **changes: Any) -> Bundle:
    """A signature of bytes."""
    who = IdentityToken(token(sigstore, **changes))
    with context(sigstore).signer(who) as signer:
        return signer.sign_artifact(content)


def attest(
    sigstore: Sigstore, name: str, sha256: str, kind: str = PROVENANCE, **changes: Any
) -> Bundle:
    """A signed statement about one file, which says no more than of which kind it is."""
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": sha256}}],
        "predicateType": kind,
        "predicate": {},
    }
    who = IdentityToken(token(sigstore, **changes))
    with context(sigstore).signer(who) as signer:
        return signer.sign_dsse(Statement(canonical(statement)))


def run(*command: str | Path, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A program beside our Python, with an environment of its own."""
    kept = {"PATH": os.environ["PATH"], "HOME": str(home), "NO_PROXY": "127.0.0.1"}
    program, *arguments = map(str, command)
    return subprocess.run(
        [BIN / program, *arguments],
        env=kept | {"NO_COLOR": "1", "COLUMNS": "300"} | more,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
