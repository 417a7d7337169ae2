"""actions/upload-artifact, from version 4 on."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
from pathlib import Path

from rehearsal.standins.artifacts import ArtifactService
from rehearsal.standins.runner import RefusedError, boolean, command, output, workspace
from rehearsal.standins.upload_artifact.search import Found, find

_FORBIDDEN = re.compile(r'["\\/:<>|*?\r\n]')


def play(inputs: dict[str, str]) -> None:
    """Find the files, and upload them as one zip."""
    name = inputs["name"]
    if bad := _FORBIDDEN.search(name):
        raise RefusedError(
            f"The artifact name is not valid: {name}. Contains the following character: {bad[0]!r}"
        )
    if not boolean(inputs, "archive"):
        raise RefusedError("The stand-in of actions/upload-artifact does not know `archive: false`")
    found = find(
        inputs["path"],
        base=workspace(),
        hidden=boolean(inputs, "include-hidden-files"),
    )
    if not found.files:
        _nothing_found(inputs)
        return
    _upload(name, found, inputs)


def _nothing_found(inputs: dict[str, str]) -> None:
    told = f"No files were found with the provided path: {inputs['path']}."
    match inputs["if-no-files-found"]:
        case "error":
            raise RefusedError(f"{told} No artifacts will be uploaded.")
        case "ignore":
            print(f"{told} No artifacts will be uploaded.")
        case "warn":
            command("warning", f"{told} No artifacts will be uploaded.")
        case other:
            raise RefusedError(
                f"Unrecognized if-no-files-found input. Provided: {other}."
                " Available options: warn,error,ignore"
            )


def _upload(name: str, found: Found, inputs: dict[str, str]) -> None:
    service = ArtifactService()
    if any(one.name == name for one in service.list(name)):
        if not boolean(inputs, "overwrite"):
            # Act's server would take it; GitHub's does not.
            raise RefusedError(
                "Failed to CreateArtifact: Received non-retryable error: Failed request:"
                " (409) Conflict: an artifact with this name already exists on the workflow run"
            )
        service.delete(name)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "artifact.zip")
        _zip(archive, found, int(inputs["compression-level"]))
        identity, digest = service.upload(name, archive)
    server, repository = os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_REPOSITORY"]
    run = os.environ["GITHUB_RUN_ID"]
    output("artifact-id", identity)
    output("artifact-digest", digest)
    output("artifact-url", f"{server}/{repository}/actions/runs/{run}/artifacts/{identity}")
    print(f"Artifact {name} has been successfully uploaded: {len(found.files)} files, {digest}")


def _zip(archive: Path, found: Found, level: int) -> None:
    """The zip; as with the real action no file keeps its mode."""
    method = zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED
    with zipfile.ZipFile(archive, "w", method, compresslevel=level or None) as zipped:
        for file in found.files:
            entry = zipfile.ZipInfo(file.relative_to(found.root).as_posix())
            entry.external_attr = 0o644 << 16
            entry.compress_type = method
            with file.open("rb") as source, zipped.open(entry, "w") as target:
                while block := source.read(1 << 20):
                    target.write(block)
