"""The artifact service of a run, spoken to as GitHub's own client does (version 4).

Twirp calls with JSON to the results service, and the bytes by signed addresses: blocks of a blob.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.standins.runner import RefusedError
from rehearsal.standins.web import opened

_SERVICE = "twirp/github.actions.results.api.v1.ArtifactService"
_BLOCK = 8 * 1024 * 1024


@dataclass(frozen=True)
class Artifact:
    """One artifact of the run."""

    id: str
    name: str


class ArtifactService:
    """The artifacts of this run."""

    def __init__(self) -> None:
        try:
            self._url = os.environ["ACTIONS_RESULTS_URL"]
            token = os.environ["ACTIONS_RUNTIME_TOKEN"]
        except KeyError as error:
            raise RefusedError(f"Unable to get the {error.args[0]} env variable") from error
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        run, job = _backend_ids(token)
        self._ids = {"workflow_run_backend_id": run, "workflow_job_run_backend_id": job}

    def list(self, name: str | None = None) -> list[Artifact]:
        """Every artifact of this run, or the one of this name."""
        asked = {"name_filter": name} if name is not None else {}
        found = self._call("ListArtifacts", asked).get("artifacts", [])
        return [Artifact(str(one["databaseId"]), one["name"]) for one in found]

    def upload(self, name: str, archive: Path) -> tuple[str, str]:
        """Upload a zip under this name; its id, and its sha256 in hexadecimal."""
        made = self._call("CreateArtifact", {"name": name, "version": 4})
        self._put_blob(made["signedUploadUrl"], archive)
        with archive.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = str(archive.stat().st_size)
        told = {"name": name, "size": size, "hash": f"sha256:{digest}"}
        return str(self._call("FinalizeArtifact", told)["artifactId"]), digest

    def download(self, name: str, target: Path) -> None:
        """The zip of this name."""
        url = self._call("GetSignedArtifactURL", {"name": name})["signedUrl"]
        with opened(urllib.request.Request(url)) as answer, target.open("wb") as file:
            while block := answer.read(_BLOCK):
                file.write(block)

    def delete(self, name: str) -> None:
        """Remove the artifact of this name."""
        self._call("DeleteArtifact", {"name": name})

    def _call(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        body = json.dumps({**self._ids, **asked}).encode()
        url = urllib.parse.urljoin(self._url, f"{_SERVICE}/{method}")
        with opened(urllib.request.Request(url, body, self._headers)) as answer:
            told: dict[str, Any] = json.loads(answer.read())
        if told.get("ok") is False:
            raise RefusedError(f"{method}: the artifact service said no")
        return told

    def _put_blob(self, url: str, archive: Path) -> None:
        """Blocks in order, then the list that makes them one blob."""
        ids: list[str] = []
        with archive.open("rb") as file:
            while block := file.read(_BLOCK):
                ids.append(base64.b64encode(f"{len(ids):032d}".encode()).decode())
                query = urllib.parse.urlencode({"comp": "block", "blockid": ids[-1]})
                _put(f"{url}&{query}", block, "application/octet-stream")
        listed = "".join(f"<Latest>{one}</Latest>" for one in ids)
        document = f'<?xml version="1.0" encoding="utf-8"?><BlockList>{listed}</BlockList>'
        _put(f"{url}&comp=blocklist", document.encode(), "application/xml")


def _put(url: str, body: bytes, kind: str) -> None:
    request = urllib.request.Request(url, body, {"Content-Type": kind}, method="PUT")
    with opened(request):
        pass


def _backend_ids(token: str) -> tuple[str, str]:
    """The run and job that the token is for: `Actions.Results:RUN:JOB` among its scopes."""
    payload = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    for scope in claims["scp"].split():
        kind, _, ids = scope.partition(":")
        if kind == "Actions.Results":
            run, _, job = ids.partition(":")
            return run, job
    raise RefusedError("Failed to get backend IDs: The provided JWT token is invalid")
