"""actions/download-artifact, from version 4 on."""

from __future__ import annotations

import os
import tempfile
import zipfile
from fnmatch import fnmatchcase
from pathlib import Path

from rehearsal.standins.artifacts import Artifact, ArtifactService
from rehearsal.standins.runner import RefusedError, boolean, output, workspace


def play(inputs: dict[str, str]) -> None:
    """Download one artifact by name, or all that are meant."""
    if inputs["name"] and inputs["artifact-ids"]:
        raise RefusedError("Inputs 'name' and 'artifact-ids' cannot be used together.")
    if inputs["github-token"] and inputs["run-id"] != os.environ["GITHUB_RUN_ID"]:
        raise RefusedError("The stand-in of actions/download-artifact knows this run's alone")
    if boolean(inputs, "skip-decompress"):
        raise RefusedError("The stand-in of actions/download-artifact always unpacks")
    target = workspace() / Path(inputs["path"]).expanduser()
    service = ArtifactService()
    meant = _meant(service, inputs)
    # One that is asked for by name or id goes right there; several each have a folder of their own.
    single = bool(inputs["name"]) or (bool(inputs["artifact-ids"]) and len(meant) == 1)
    flat = single or boolean(inputs, "merge-multiple")
    for artifact in meant:
        _download(service, artifact, target if flat else target / artifact.name)
    print(f"Total of {len(meant)} artifact(s) downloaded")
    output("download-path", str(target))


def _meant(service: ArtifactService, inputs: dict[str, str]) -> list[Artifact]:
    if name := inputs["name"]:
        found = service.list(name)
        if not found:
            raise RefusedError(
                f"Unable to download artifact(s): Artifact not found for name: {name}"
            )
        return found
    everything = service.list()
    if ids := [one.strip() for one in inputs["artifact-ids"].split(",") if one.strip()]:
        found = [one for one in everything if one.id in ids]
        if not found:
            raise RefusedError(f"None of the provided artifact IDs were found: {', '.join(ids)}")
        return found
    pattern = inputs["pattern"]
    return [one for one in everything if not pattern or fnmatchcase(one.name, pattern)]


def _download(service: ArtifactService, artifact: Artifact, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "artifact.zip")
        service.download(artifact.name, archive)
        with zipfile.ZipFile(archive) as zipped:
            zipped.extractall(target)
