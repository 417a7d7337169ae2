"""Releases of a repository by GitHub's API, as actions that make releases use it."""

from __future__ import annotations

import json
import mimetypes
import os
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rehearsal.standins.runner import RefusedError, command, workspace
from rehearsal.standins.upload_artifact.search import find
from rehearsal.standins.web import AnsweredError, call, opened

#: What is not said is left as it is.
Fields = Mapping[str, Any]


class Releases:
    """The releases of one repository."""

    def __init__(self, repository: str, token: str) -> None:
        self._url = f"{os.environ['GITHUB_API_URL']}/repos/{repository}/releases"
        self._token = f"Bearer {token}"

    def find(self, tag: str) -> dict[str, Any] | None:
        """The release of this tag; a draft is found among all of them alone."""
        try:
            found: dict[str, Any] = self._call("GET", f"{self._url}/tags/{tag}")
            return found
        except AnsweredError as error:
            if error.status != 404:
                raise
        page = 1
        while listed := self._call("GET", f"{self._url}?per_page=100&page={page}"):
            for release in listed:
                if release["tag_name"] == tag and release["draft"]:
                    return dict(release)
            page += 1
        return None

    def create(self, fields: Fields) -> dict[str, Any]:
        """Make one."""
        made: dict[str, Any] = self._call("POST", self._url, _said(fields))
        return made

    def update(self, release: Mapping[str, Any], fields: Fields) -> dict[str, Any]:
        """Change one."""
        made: dict[str, Any] = self._call("PATCH", f"{self._url}/{release['id']}", _said(fields))
        return made

    def assets(self, release: Mapping[str, Any]) -> dict[str, int]:
        """Its files: name -> id."""
        listed = self._call("GET", f"{self._url}/{release['id']}/assets?per_page=100")
        return {one["name"]: one["id"] for one in listed}

    def remove(self, asset: int) -> None:
        """Remove a file."""
        self._call("DELETE", f"{self._url}/assets/{asset}")

    def upload(self, release: Mapping[str, Any], file: Path, kind: str = "") -> dict[str, Any]:
        """Give it a file."""
        address = release["upload_url"].partition("{")[0]
        url = f"{address}?{urllib.parse.urlencode({'name': file.name})}"
        guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {
            "Authorization": self._token,
            "Content-Type": kind or guessed,
            "User-Agent": "rehearsal",
            "Accept": "application/vnd.github+json",
        }
        request = urllib.request.Request(url, file.read_bytes(), headers, method="POST")
        with opened(request) as answer:
            made: dict[str, Any] = json.loads(answer.read())
        print(f"Uploaded {file.name}")
        return made

    def _call(self, method: str, url: str, body: Any = None) -> Any:
        return call(method, url, body, Authorization=self._token)


def _said(fields: Fields) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "")}


def tag_of_run() -> str:
    """The tag that this run is for; "" if it is for a branch."""
    ref = os.environ["GITHUB_REF"]
    return ref.removeprefix("refs/tags/") if ref.startswith("refs/tags/") else ""


def matching(patterns: Sequence[str], *, base: Path | None = None, strict: bool) -> list[Path]:
    """The files that each pattern means; one that means none is told, or refused if `strict`."""
    found: dict[Path, None] = {}
    for pattern in patterns:
        files = find(pattern, base=base or workspace(), hidden=True).files
        if not files:
            told = f"Pattern '{pattern}' does not match any files."
            if strict:
                raise RefusedError(told)
            command("warning", told)
        found |= dict.fromkeys(files)
    return list(found)


def body_of(text: str, path: str) -> str | None:
    """A text, or that of a file, which counts more; None if neither was given."""
    if path:
        file = workspace() / path
        if not file.is_file():
            raise RefusedError(f"The file of the release's body is not there: {path}")
        return file.read_text(encoding="utf-8")
    return text or None


def flag(inputs: Mapping[str, str], name: str) -> bool | None:
    """A boolean that was given; None if it was not."""
    value = inputs.get(name, "").lower()
    return None if value == "" else value == "true"
