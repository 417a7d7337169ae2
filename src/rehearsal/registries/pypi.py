"""PyPI on this machine: uploads as twine makes them, JSON, the simple index, files, provenance."""

from __future__ import annotations

import hashlib
import html
import json
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rehearsal.registries.publishers import Admitted, Identify, Publisher, Trust, UnfitError
from rehearsal.registries.pypi_shapes import (
    Dist,
    Project,
    described,
    digests,
    normal,
    page,
    provenance_of,
    release,
    simple,
)
from rehearsal.registries.service import Asked, Refused, Reply, Route, Service

_SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
#: Looks at an attestation of a file (its name and sha256) that this job sent; ValueError: no good.
JudgeAttestation = Callable[[str, str, Any, Admitted], None]


class PyPI(Service):
    """A PyPI for as long as the `with` lasts.

    Layers are version-json, project-json, simple, files and provenance. With `without` an index
    that is less than PyPI: one of these layers answers 404 to everything; with
    `simple-json` it knows HTML only. `twist` makes a liar of a layer: what it would say (JSON, or
    a page) is given to a function first.
    """

    remembers = ("projects", "tokens", "_minted", "spent")

    def __init__(self, folder: Path | str) -> None:
        super().__init__(folder)
        self.projects: dict[str, Project] = {}
        self.tokens: set[str] = set()
        self.without: set[str] = set()
        self.twist: dict[str, Callable[[Any], Any]] = {}
        self._trust: Trust | None = None
        self._judge: JudgeAttestation | None = None
        self._minted: dict[str, Admitted] = {}

    @property
    def spent(self) -> set[str]:
        """The identity tokens that were used: each is good once."""
        return self._trust.spent if self._trust else set()

    @spent.setter
    def spent(self, spent: set[str]) -> None:
        if self._trust:
            self._trust.spent = spent

    def routes(self) -> tuple[Route, ...]:
        return (
            Route("upload", "POST", "/legacy/", self._upload, True),
            Route("project-json", "GET", "/pypi/<name>/json", self._project_json, False),
            Route("version-json", "GET", "/pypi/<name>/<version>/json", self._version_json, False),
            Route("index", "GET", "/simple/", self._index, False),
            Route("simple", "GET", "/simple/<name>/", self._simple, False),
            Route("files", "GET", "/packages/<a>/<b>/<c>/<filename>", self._file, False),
            Route(
                "provenance",
                "GET",
                "/integrity/<name>/<version>/<filename>/provenance",
                self._provenance,
                False,
            ),
            Route("audience", "GET", "/_/oidc/audience", self._audience, False),
            # No change that a rehearsal would compare: a token comes and goes.
            Route("mint", "POST", "/_/oidc/mint-token", self._mint, False),
        )

    def refuse(self, refused: Refused) -> Reply:
        text = f"<html><head><title>{refused.status} {html.escape(refused.message)}</title></head>"
        reply = Reply.html(f"{text}<body>{html.escape(refused.message)}</body></html>")
        reply.status, reply.headers = refused.status, refused.headers
        return reply

    # What a test or a rehearsal sets up

    @property
    def upload_url(self) -> str:
        """What twine is told: TWINE_REPOSITORY_URL."""
        return f"{self.url}/legacy/"

    @property
    def simple_url(self) -> str:
        """What pip is told: --index-url."""
        return f"{self.url}/simple/"

    def token(self) -> str:
        """A token that may upload."""
        secret = f"pypi-{secrets.token_urlsafe(24)}"
        self.tokens.add(secret)
        return secret

    def trust(
        self, identify: Identify, *publishers: Publisher, judge: JudgeAttestation | None = None
    ) -> None:
        """Give tokens to these publishers alone, and let `judge` look at their attestations.

        Else whoever asks for a token gets one, and any attestation is taken as it is.
        """
        # The workflow is read from here, so a reusable workflow is not its caller (PAINS 22).
        self._trust = Trust(identify, "job_workflow_ref", list(publishers))
        self._judge = judge

    def add(
        self,
        project: str,
        version: str,
        filename: str,
        content: bytes | Path,
        *,
        provenance: Any = None,
        yanked: str | None = None,
    ) -> Dist:
        """Have a file uploaded; a Path is served as it is, and not copied."""
        sums = digests(content)
        file = content if isinstance(content, Path) else self._kept(filename, content)
        kind = "bdist_wheel" if filename.endswith(".whl") else "sdist"
        size = file.stat().st_size
        dist = Dist(project, version, filename, kind, file, *sums, size, time.monotonic(), yanked)
        dist.provenance = provenance
        with self.lock:
            self.projects.setdefault(normal(project), Project(project)).dists.append(dist)
        return dist

    def files(self, project: str, version: str) -> dict[str, str]:
        """What is there of a version, whatever any layer shows: file name to sha256."""
        found = self.projects.get(normal(project))
        return {d.filename: d.sha256 for d in found.dists if d.version == version} if found else {}

    def _kept(self, filename: str, content: bytes) -> Path:
        file = self.folder / "files" / secrets.token_hex(8) / filename
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        return file

    # Uploads

    def _upload(self, asked: Asked) -> Reply:
        if asked.token not in self.tokens:
            raise Refused(403, "Invalid or non-existent authentication information.")
        form, sent = asked.request.form, asked.request.files.get("content")
        if form.get(":action") != "file_upload" or sent is None or not sent.filename:
            raise Refused(400, "Invalid upload: there is no file.")
        publisher = self._minted.get(asked.token)
        if publisher is not None and normal(form["name"]) not in map(normal, publisher.names):
            who = publisher.claims["repository"]
            raise Refused(
                403, f"The user '{who}' isn't allowed to upload to project {form['name']!r}."
            )
        content, filename = sent.stream.read(), sent.filename
        digest = hashlib.sha256(content).hexdigest()
        if form.get("sha256_digest") not in (None, "", digest):
            raise Refused(400, "The digest supplied does not match a digest calculated.")
        if there := self._dist(filename):
            if there.sha256 == digest:
                return Reply(b"", 200, "text/plain")  # the very same bytes: nothing is to be done
            raise Refused(
                400, f"File already exists ('{filename}', with blake2_256 hash '{there.blake2}')."
            )
        if asked.struck.take("partial-upload") is not None:
            raise Refused(502, "Bad Gateway")
        attestations = json.loads(form.get("attestations") or "[]")
        self._look_at(attestations, filename, digest, publisher)
        provenance = provenance_of(attestations, publisher)
        self.add(form["name"], form["version"], filename, content, provenance=provenance)
        return Reply(b"", 200, "text/plain")

    def _look_at(
        self, attestations: list[Any], filename: str, digest: str, publisher: Admitted | None
    ) -> None:
        """Refuse attestations of somebody whom no publisher stands for, or that are no good."""
        if self._trust is None or not attestations:
            return
        if publisher is None:
            raise Refused(400, "Attestations are only supported when using Trusted Publishing")
        for one in attestations if self._judge else ():
            assert self._judge is not None
            try:
                self._judge(filename, digest, one, publisher)
            except ValueError as error:
                message = f"Invalid attestations supplied during upload: {error}"
                raise Refused(400, message) from error

    def _dist(self, filename: str) -> Dist | None:
        every = (dist for project in self.projects.values() for dist in project.dists)
        return next((dist for dist in every if dist.filename == filename), None)

    # What is served

    def _shown(self, asked: Asked, name: str, layer: str) -> tuple[Project, list[Dist]]:
        project = self.projects.get(normal(name))
        if project is None or layer in self.without:
            raise Refused(404, "Not Found")
        found = [d for d in project.dists if self.shows(asked, layer, d.at)]
        if found and asked.struck.take("lag"):
            found = found[:-1]
        if not found:
            raise Refused(404, "Not Found")
        return project, found

    def _project_json(self, asked: Asked, name: str) -> Reply:
        project, found = self._shown(asked, name, "project-json")
        latest = found[-1].version
        releases: dict[str, list[Any]] = {}
        for dist in found:
            releases.setdefault(dist.version, []).append(described(dist, self.url))
        told = release(project, latest, found, self.url) | {"releases": releases}
        return Reply.json(self._said("project-json", told))

    def _version_json(self, asked: Asked, name: str, version: str) -> Reply:
        project, found = self._shown(asked, name, "version-json")
        if not any(dist.version == version for dist in found):
            raise Refused(404, "Not Found")
        told = release(project, version, found, self.url)
        return Reply.json(self._said("version-json", told))

    def _said(self, layer: str, told: Any) -> Any:
        twist = self.twist.get(layer)
        return twist(told) if twist else told

    def _index(self, asked: Asked) -> Reply:
        if "simple" in self.without:
            raise Refused(404, "Not Found")
        names = "".join(f'<a href="/simple/{n}/">{n}</a><br/>\n' for n in self.projects)
        return Reply.html(f"<!DOCTYPE html><html><body>{names}</body></html>")

    def _simple(self, asked: Asked, name: str) -> Reply:
        if name != normal(name):
            return Reply(b"", 301, "text/plain", {"Location": f"/simple/{normal(name)}/"})
        project, found = self._shown(asked, name, "simple")
        accept = asked.request.headers.get("Accept", "")
        if "json" in accept and "simple-json" not in self.without:
            told = self._said("simple", simple(project, found, self.url))
            return Reply.json(told, content_type=_SIMPLE_JSON)
        return Reply.html(self._said("simple", page(project, found, self.url)))

    def _file(self, asked: Asked, a: str, b: str, c: str, filename: str) -> Reply:
        dist = self._dist(filename)
        if dist is None or not dist.path.endswith(f"/{a}/{b}/{c}/{filename}"):
            raise Refused(404, "Not Found")
        if "files" in self.without or not self.shows(asked, "files", dist.at):
            raise Refused(404, "Not Found")
        return Reply(dist.file)

    def _provenance(self, asked: Asked, name: str, version: str, filename: str) -> Reply:
        _, found = self._shown(asked, name, "provenance")
        for dist in found:
            if (dist.version, dist.filename) == (version, filename) and dist.provenance is not None:
                kind = "application/vnd.pypi.integrity.v1+json"
                return Reply.json(dist.provenance, content_type=kind)
        return Reply.json({"message": f"No provenance available for {filename}"}, 404)

    # Trusted publishing

    def _audience(self, asked: Asked) -> Reply:
        return Reply.json({"audience": "pypi"})

    def _mint(self, asked: Asked) -> Reply:
        identity = (asked.request.get_json(silent=True) or {}).get("token")
        if not identity:
            return _refused_token("invalid-payload", "token is absent")
        try:
            admitted = self._trust.admit(identity, "pypi") if self._trust else None
        except UnfitError as error:
            return _refused_token(error.code, str(error))
        token = self.token()
        if admitted is not None:
            self._minted[token] = admitted
        return Reply.json({"success": True, "token": token})


def _refused_token(code: str, why: str) -> Reply:
    errors = [{"code": code, "description": why}]
    return Reply.json({"message": "Token request failed", "errors": errors}, 422)
