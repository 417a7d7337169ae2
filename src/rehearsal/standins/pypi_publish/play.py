"""pypa/gh-action-pypi-publish: trusted publishing, attestations, and twine."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rehearsal.standins import identity
from rehearsal.standins.addresses import here
from rehearsal.standins.pypi_publish import uploader
from rehearsal.standins.pypi_publish.attestations import attest
from rehearsal.standins.runner import RefusedError, boolean, command, workspace
from rehearsal.standins.web import AnsweredError, call

_DEFAULTS = {
    "repository-url": "https://upload.pypi.org/legacy/",
    "packages-dir": "dist",
    "verify-metadata": "true",
    "skip-existing": "false",
    "print-hash": "false",
}


def play(inputs: dict[str, str]) -> None:
    """Everything that lies in the folder goes to the index, or nothing is said to have."""
    inputs = _settled(inputs)
    index = here(inputs["repository-url"])
    attested = boolean(inputs, "attestations")
    password = inputs["password"]
    if inputs["user"] == "__token__" and not password:
        password = _mint(index)
    elif attested:
        attested = False
        command(
            "warning",
            "The workflow was run with the 'attestations: true' input, but an explicit password"
            " was also set, disabling Trusted Publishing. As a result, the attestations input is"
            " ignored.",
        )
    folder = workspace() / inputs["packages-dir"]
    files = _files(folder, inputs["packages-dir"])
    if boolean(inputs, "verify-metadata"):
        _twine(index, ["check", *map(str, files)], {})
    if attested:
        attest(files)
        files = _files(folder, inputs["packages-dir"])
    if boolean(inputs, "print-hash"):
        _print_hashes(files)
    _upload(inputs, index, password, files, attested=attested)


def _settled(inputs: dict[str, str]) -> dict[str, str]:
    """Each input by its name today: the old ones are written with `_`."""
    told = {
        name: inputs[name] or inputs[name.replace("-", "_")] or value
        for name, value in _DEFAULTS.items()
    }
    return inputs | told


def _mint(index: str) -> str:
    """A token of the index for who this job is."""
    audience = call("GET", f"{index}/_/oidc/audience")["audience"]
    try:
        told = identity.token(audience)
    except RefusedError as error:
        raise RefusedError(
            f"Trusted publishing exchange failure: OpenID Connect token retrieval failed: {error}"
            " This generally indicates a workflow configuration error, such as insufficient"
            " permissions. Make sure that your workflow has `id-token: write` configured at the"
            " job level"
        ) from error
    try:
        token = str(call("POST", f"{index}/_/oidc/mint-token", {"token": told})["token"])
    except AnsweredError as error:
        raise RefusedError(
            "Trusted publishing exchange failure: Token request failed: the server refused the"
            f" request for the following reasons: {error}"
        ) from error
    command("add-mask", token)
    return token


def _files(folder: Path, told: str) -> list[Path]:
    """All that lies there, and not the dists alone: twine stumbles over what is none."""
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    if not files:
        raise RefusedError(
            f"It looks like there are no Python distribution packages to publish in the directory"
            f" '{told}'. Please verify that they are in place should you face this problem."
        )
    return files


def _print_hashes(files: Sequence[Path]) -> None:
    print("Showing hash values of files to be uploaded:")
    for file in files:
        content = file.read_bytes()
        print(f"{file.name}\n\nSHA256: {hashlib.sha256(content).hexdigest()}")
        print(f"MD5: {hashlib.md5(content, usedforsecurity=False).hexdigest()}")
        print(f"BLAKE2-256: {hashlib.blake2b(content, digest_size=32).hexdigest()}\n")


def _upload(
    inputs: dict[str, str], index: str, password: str, files: Sequence[Path], *, attested: bool
) -> None:
    options = ["--non-interactive", "--disable-progress-bar"]
    options += ["--verbose"] if boolean(inputs, "verbose") else []
    options += ["--skip-existing"] if boolean(inputs, "skip-existing") else []
    options += ["--attestations"] if attested else []
    secrets = {"TWINE_USERNAME": inputs["user"], "TWINE_PASSWORD": password}
    secrets["TWINE_REPOSITORY_URL"] = f"{index}/legacy/"
    _twine(index, ["upload", *options, *map(str, files)], secrets)


def _twine(index: str, arguments: Sequence[str], more: dict[str, str]) -> None:
    """Run it; what it says is the log of this step."""
    kept = ("PATH", "HOME", "TMPDIR", "NO_PROXY", "no_proxy", "LANG")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    program = [sys.executable, "-I", str(Path(uploader.__file__).resolve())]
    done = subprocess.run(
        [*program, index, "--no-color", *arguments],
        env=environment | more,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise RefusedError(f"twine {arguments[0]} failed with exit code {done.returncode}")
