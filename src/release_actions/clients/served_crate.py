"""One version as each layer of a registry shows it, with the bytes that are served."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from release_actions.clients import crate_files
from release_actions.clients.crate_files import CrateOnDisk
from release_actions.clients.crates import ApiVersion, Crates
from release_actions.clients.web import Fetched
from release_actions.errors import UpstreamError
from release_actions.formats import crate_index
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName, IndexVersion


@dataclass(frozen=True)
class Served:
    """What each layer has; None where a layer has it not.

    `taken` is a version that takes this one's place in the index: no other of its numbers comes.
    """

    index: IndexVersion | None
    taken: IndexVersion | None
    api: ApiVersion | None
    download: Fetched | None
    host: Fetched | None
    other: tuple[CrateOnDisk, ...]  # downloads with other bytes than ours, opened

    @property
    def layers(self) -> dict[str, Sha256 | None]:
        """Each layer's digest of the .crate; None where it does not have the version."""
        download = self.download.sha256 if self.download else None
        return {
            "index": self.index.checksum if self.index else None,
            "API": (self.api.checksum or download) if self.api else None,
            "API download": download,
            "host of the files": self.host.sha256 if self.host else None,
        }

    @property
    def lacking(self) -> tuple[str, ...]:
        """The layers that do not have it."""
        there = {
            "index": self.index,
            "API": self.api,
            "API download": self.download,
            "host of the files": self.host,
        }
        return tuple(layer for layer, found in there.items() if found is None)

    @property
    def yanked(self) -> bool:
        """Whether any layer says so: the others come to say it too."""
        return bool((self.index and self.index.yanked) or (self.api and self.api.yanked))


def look(
    registry: Crates, name: CrateName, version: str, folder: Path, *, ours: Sha256 | None
) -> Served:
    """Ask every layer, and download from both places into a folder of this version's own.

    What an earlier look downloaded there is removed: nothing old is taken for what is served.
    A download that is not `ours` is opened, so that it can be told how it differs.

    :raises UpstreamError: where any layer does not answer.
    """
    own = folder / f"{name}-{version}"
    shutil.rmtree(own, ignore_errors=True)
    with ThreadPoolExecutor(4) as pool:
        lines = pool.submit(registry.versions, name)
        api = pool.submit(registry.version, name, version)
        download = pool.submit(registry.from_api, name, version, own)
        found = lines.result() or ()
        line = crate_index.find(found, version)
        checksum = line.checksum if line else ""
        host = pool.submit(registry.from_host, name, version, own, checksum=checksum)
        fetched = (download.result(), host.result())
        other = tuple(_opened(f) for f in fetched if f is not None and f.sha256 != ours)
        return Served(line, crate_index.taken_by(found, version), api.result(), *fetched, other)


def _opened(served: Fetched) -> CrateOnDisk:
    """A downloaded file, opened; it must still be what came.

    :raises UpstreamError: where it is not.
    """
    on_disk = crate_files.open_one(served.path)
    if on_disk.sha256 not in (None, served.sha256):
        raise UpstreamError(f"{served.path}: not any more what was downloaded")
    return on_disk
