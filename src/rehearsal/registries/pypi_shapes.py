"""What PyPI has of a project, and what its JSON and its simple index make of it."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.registries.publishers import Admitted


@dataclass
class Dist:
    """One file of a release as the index has it."""

    project: str
    version: str
    filename: str
    packagetype: str  # bdist_wheel, sdist
    file: Path
    sha256: str
    blake2: str
    size: int
    at: float  # time.monotonic()
    yanked: str | None = None  # the reason, as PEP 592 has it
    provenance: Any = None  # PEP 740

    @property
    def path(self) -> str:
        """Where the host of the files has it."""
        return f"/packages/{self.blake2[:2]}/{self.blake2[2:4]}/{self.blake2[4:]}/{self.filename}"


@dataclass
class Project:
    """One project: its files in the order in which they came."""

    name: str
    dists: list[Dist] = field(default_factory=list)


def normal(name: str) -> str:
    """PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def digests(content: bytes | Path) -> tuple[str, str]:
    """sha256 and BLAKE2b-256, as PyPI tells them."""
    sha256, blake2 = hashlib.sha256(), hashlib.blake2b(digest_size=32)
    if isinstance(content, bytes):
        sha256.update(content)
        blake2.update(content)
    else:
        with content.open("rb") as stream:
            while piece := stream.read(1 << 20):
                sha256.update(piece)
                blake2.update(piece)
    return sha256.hexdigest(), blake2.hexdigest()


def release(project: Project, version: str, found: list[Dist], host: str) -> dict[str, Any]:
    """What the JSON API says of a version; `host` is where the files are."""
    own = [described(dist, host) for dist in found if dist.version == version]
    info = {"name": project.name, "version": version, "yanked": all(u["yanked"] for u in own)}
    return {"info": info, "last_serial": len(found), "urls": own, "vulnerabilities": []}


def described(dist: Dist, host: str) -> dict[str, Any]:
    """What the JSON API says of a file."""
    return {
        "filename": dist.filename,
        "packagetype": dist.packagetype,
        "size": dist.size,
        "url": f"{host}{dist.path}",
        "digests": {"sha256": dist.sha256, "blake2b_256": dist.blake2},
        "yanked": dist.yanked is not None,
        "yanked_reason": dist.yanked or None,
    }


def simple(project: Project, found: list[Dist], host: str) -> dict[str, Any]:
    """PEP 691: the simple index in JSON."""
    files = [
        {
            "filename": dist.filename,
            "url": f"{host}{dist.path}",
            "hashes": {"sha256": dist.sha256},
            "size": dist.size,
            "yanked": dist.yanked if dist.yanked is not None else False,
            "provenance": _provenance_url(dist, host),
        }
        for dist in found
    ]
    versions = list(dict.fromkeys(dist.version for dist in found))
    meta = {"api-version": "1.3", "_last-serial": len(found)}
    return {"meta": meta, "name": normal(project.name), "versions": versions, "files": files}


def _provenance_url(dist: Dist, host: str) -> str | None:
    if dist.provenance is None:
        return None
    name = normal(dist.project)
    return f"{host}/integrity/{name}/{dist.version}/{dist.filename}/provenance"


def page(project: Project, found: list[Dist], host: str) -> str:
    """PEP 503: the simple index as a page."""
    links = "".join(_link(dist, host) for dist in found)
    return f"<!DOCTYPE html><html><body><h1>{project.name}</h1>{links}</body></html>"


def _link(dist: Dist, host: str) -> str:
    yanked = "" if dist.yanked is None else f' data-yanked="{html.escape(dist.yanked)}"'
    url = f"{host}{dist.path}#sha256={dist.sha256}"
    return f'<a href="{url}"{yanked}>{html.escape(dist.filename)}</a><br/>\n'


def provenance_of(attestations: list[Any], by: Admitted | None) -> Any:
    """PEP 740: what the index makes of the attestations that came with an upload."""
    if not attestations:
        return None
    publisher = {"kind": "GitHub", "repository": "acme/app", "workflow": "release.yml"}
    if by is not None:
        file = by.claims["job_workflow_ref"].partition("@")[0].rpartition("/")[2]
        publisher |= {"repository": by.claims["repository"], "workflow": file}
        publisher |= {"environment": by.environment} if by.environment else {}
    return {
        "version": 1,
        "attestation_bundles": [{"publisher": publisher, "attestations": attestations}],
    }
