"""sigstore/gh-action-sigstore-python, by sigstore's own client on the sigstore of the rehearsal."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from rehearsal.standins import signing
from rehearsal.standins.artifacts import ArtifactService
from rehearsal.standins.releases import Releases, matching, tag_of_run
from rehearsal.standins.runner import RefusedError, boolean


def play(inputs: dict[str, str]) -> None:
    """Sign each file; the bundle stands beside it."""
    if boolean(inputs, "verify") and not (
        inputs["verify-cert-identity"] and inputs["verify-oidc-issuer"]
    ):
        raise RefusedError(
            "verify-cert-identity and verify-oidc-issuer must be specified when verify is enabled"
        )
    files = matching(inputs["inputs"].split(), strict=True)
    files = [file for file in files if not file.name.endswith(".sigstore.json")]
    if not files:
        raise RefusedError("inputs: no files to sign")
    bundles = [_signed(file) for file in files]
    if boolean(inputs, "verify"):
        _verify(files, inputs)
    if boolean(inputs, "upload-signing-artifacts"):
        _keep([*files, *bundles])
    if (
        boolean(inputs, "release-signing-artifacts")
        and os.environ["GITHUB_EVENT_NAME"] == "release"
    ):
        _attach(bundles)


def _signed(file: Path) -> Path:
    with signing.signer() as signer, file.open("rb") as content:
        bundle = signer.sign_artifact(content.read())
    place = file.with_name(f"{file.name}.sigstore.json")
    place.write_text(bundle.to_json(), encoding="utf-8")
    print(f"Signed {file.name}: {place.name}")
    return place


def _verify(files: list[Path], inputs: dict[str, str]) -> None:
    told = ["--cert-identity", inputs["verify-cert-identity"]]
    told += ["--cert-oidc-issuer", inputs["verify-oidc-issuer"]]
    start = [sys.executable, "-m", "sigstore", "--trust-config", os.environ["REHEARSAL_SIGSTORE"]]
    done = subprocess.run(
        [*start, "verify", "identity", *told, *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
    )
    print((done.stdout + done.stderr).strip())
    if done.returncode:
        raise RefusedError("sigstore verify failed: see above")


def _keep(files: list[Path]) -> None:
    """As one artifact of the run."""
    name = f"signing-artifacts-{os.environ['GITHUB_JOB']}"
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "artifact.zip")
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as zipped:
            for file in files:
                zipped.write(file, file.name)
        ArtifactService().upload(name, archive)


def _attach(bundles: list[Path]) -> None:
    releases = Releases(os.environ["GITHUB_REPOSITORY"], os.environ.get("INPUT_TOKEN", ""))
    release = releases.find(tag_of_run())
    if release is None:
        raise RefusedError(f"There is no release of {tag_of_run()}")
    for bundle in bundles:
        releases.upload(release, bundle)
