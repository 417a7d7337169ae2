"""An index of Python packages, PyPI or one like it, by HTTP.

Four layers tell of one version: the JSON of the version, the JSON of the project, the simple
index (what pip resolves by), and the host of the files. Each answer is one of three: a value, None
(absent: the layer's own 404), or an UpstreamError (could not be told). The layers become right one
after the other, and some indexes lack the JSON: a None of one alone proves nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from release_actions.clients.patience import TRIES, patiently
from release_actions.clients.progress import Progress
from release_actions.clients.web import FILE_LIMIT, Fetched, Web
from release_actions.errors import UpstreamError
from release_actions.formats import dist_name, provenance, pypi_json, simple_index
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.formats.index_file import IndexFile, SimpleUrl

#: The one place where the public index's address stands: the default of `index-url`.
PYPI: Final = SimpleUrl("https://pypi.org/simple/")
TOGETHER = 8  # files at once
LARGEST = 10 * 2**30  # bytes of one file, whatever the index says; PyPI's own bound
VERSION_JSON, PROJECT_JSON, SIMPLE = "version JSON", "project JSON", "simple index"
INTEGRITY = "application/vnd.pypi.integrity.v1+json"


@dataclass(frozen=True)
class Layer:
    """What one layer says of a version. `files` None: 404, whatever that means there."""

    name: str
    files: Mapping[str, IndexFile] | None

    @property
    def shows(self) -> frozenset[str]:
        """The names of the files that it has."""
        return frozenset(self.files or ())


@dataclass(frozen=True)
class Told:
    """What an index says of one version.

    `answers` is asked where every layer says 404: whether there is an index at the address at
    all. `has_json` is asked where another layer knows the version and the version's JSON does
    not: whether it knows any other version of the project (None: there is no other one).
    """

    layers: tuple[Layer, ...]
    answers: bool | None = None
    has_json: bool | None = None

    def layer(self, name: str) -> Layer | None:
        """The layer of this name, where it was asked."""
        return next((layer for layer in self.layers if layer.name == name), None)

    @property
    def shows(self) -> frozenset[str]:
        """The names of the files that any layer has."""
        return frozenset().union(*(layer.shows for layer in self.layers))

    def each(self, name: str) -> tuple[tuple[str, IndexFile], ...]:
        """What each layer that has this file says of it."""
        return tuple(
            (layer.name, layer.files[name])
            for layer in self.layers
            if layer.files is not None and name in layer.files
        )


class PyPI:
    """One index, named by its simple index. Safe to share between threads."""

    def __init__(self, index: SimpleUrl, web: Web, progress: Progress) -> None:
        self.index_url = index
        self.web = web
        self._progress = progress
        self._fetched: dict[str, Fetched] = {}
        self._told: dict[tuple[str, str], Told] = {}
        self._proofs: dict[str, bytes] = {}
        self._held = False

    def hold(self) -> None:
        """From now on the answers stay what they were: something was made by them."""
        self._held = True

    def told(self, project: ProjectName, version: PythonVersion, *, every: bool = False) -> Told:
        """What the layers say of a version: the project's JSON (which can be long) only where
        the version's says nothing, or where `every` layer is wanted.
        """
        key = (project.key, version)
        if not self._held or key not in self._told:
            self._told[key] = self._ask(project, version, every)
        return self._told[key]

    def _ask(self, project: ProjectName, version: PythonVersion, every: bool) -> Told:
        layers, others = [self._simple(project, version)], list[PythonVersion]()
        if self.index_url.base is not None:
            layers.append(self._version(project, version))
            if every or layers[-1].files is None:
                layer, other = self._project(project, version)
                layers.append(layer)
                others += [other] if other else []
        if all(layer.files is None for layer in layers):
            return Told(tuple(layers), answers=self._answers())
        told = Told(tuple(layers))
        own = told.layer(VERSION_JSON)
        if own is None or own.files is not None or not told.shows or not others:
            return told
        has_json = self._version(project, others[0]).files is not None
        return Told(tuple(layers), has_json=has_json)

    # The layers

    def _simple(self, project: ProjectName, version: PythonVersion) -> Layer:
        page = f"{self.index_url}{project.key}/"
        found = self.web.read(
            page, lambda text: simple_index.read(text, project, page), accept=simple_index.ACCEPT
        )
        if found is None:
            return Layer(SIMPLE, None)
        own = {name: f for name, f in found.items() if dist_name.of(name, project, version)}
        return Layer(SIMPLE, own)

    def _version(self, project: ProjectName, version: PythonVersion) -> Layer:
        found = self._json(
            f"pypi/{project.key}/{quote(version)}/json",
            lambda told: pypi_json.read_version(told, project, version, self.index_url),
        )
        return Layer(VERSION_JSON, None if found is None else found.files)

    def _project(
        self, project: ProjectName, version: PythonVersion
    ) -> tuple[Layer, PythonVersion | None]:
        found = self._json(
            f"pypi/{project.key}/json",
            lambda told: pypi_json.read_project(told, project, version, self.index_url),
        )
        if found is None:
            return Layer(PROJECT_JSON, None), None
        return Layer(PROJECT_JSON, found.files), found.other

    def _json(self, path: str, read: Any) -> pypi_json.ProjectFiles | None:
        def whole(text: bytes) -> pypi_json.ProjectFiles:
            try:
                found: pypi_json.ProjectFiles = read(json.loads(text))
            except RecursionError:
                raise ValueError("JSON that is too deep") from None
            return found

        return self.web.read(f"{self.index_url.base}{path}", whole, accept="application/json")

    def _answers(self) -> bool:
        """Whether there is an index at all; its list of every project is long, and not read."""

        def ask() -> bool:
            heads = {"Accept": simple_index.ACCEPT}
            with self.web.send("GET", self.index_url, f"GET {self.index_url}", headers=heads) as a:
                if a.status_code >= 500 or a.status_code in (408, 429):
                    why = f"GET {self.index_url}: answered {a.status_code}"
                    raise UpstreamError(why, passing=True)
                return a.status_code == 200

        return patiently(ask, self.web.clock)

    # Files

    def fetch(self, wanted: Iterable[IndexFile], folder: Path) -> dict[str, Fetched | None]:
        """The file at each address, side by side, into the folder; None where it is not there.

        A file whose digest is not the one that was told is asked for again, and then given as
        it is. One that was right is not loaded again by this process.
        """
        files = list(dict.fromkeys(wanted))
        for file in files:
            if file.url not in self._fetched:
                self._progress.begin(file.size or 0, "received")
        pool = ThreadPoolExecutor(TOGETHER)
        try:
            found = list(pool.map(lambda file: self._fetch(file, folder), files))
        finally:
            pool.shutdown(cancel_futures=True)
        return {file.url: one for file, one in zip(files, found, strict=True)}

    def _fetch(self, file: IndexFile, folder: Path) -> Fetched | None:
        known = self._fetched.get(file.url)
        if known is not None and file.sha256 in (None, known.sha256):
            return known
        for turn in range(TRIES):
            limit = min(file.size or FILE_LIMIT, LARGEST)
            found = self.web.fetch(file.url, folder, limit=limit, moved=self._progress.advance)
            if found is None:
                return None
            if file.sha256 in (None, found.sha256):
                self._fetched[file.url] = found
                return found
            if turn < TRIES - 1:
                found.path.unlink(missing_ok=True)
                self._progress.advance(-found.size)
        return found

    def provenance(
        self, file: IndexFile, project: ProjectName, version: PythonVersion
    ) -> bytes | None:
        """What the integrity API has of a file (PEP 740); None where it has nothing."""
        address = f"integrity/{project.key}/{quote(version)}/{quote(file.name)}/provenance"
        url = file.provenance or f"{self.index_url.base}{address}"
        if file.provenance is None and self.index_url.base is None:
            return None
        if url not in self._proofs:
            found = self.web.read(url, _object, limit=provenance.LIMIT, accept=INTEGRITY)
            if found is None:
                return None
            self._proofs[url] = found
        return self._proofs[url]


def _object(text: bytes) -> bytes:
    """The text, which is an object in JSON with attestations: what else came is no answer."""
    try:
        told = json.loads(text)
    except RecursionError:
        raise ValueError("JSON that is too deep") from None
    if not isinstance(told["attestation_bundles"], list):
        raise TypeError("its bundles are no list")
    return text
