"""The canonical set as a Change: written aside, each byte verified, and renamed into place."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import ClassVar, Literal

from release_actions.clients import files
from release_actions.errors import RefusedError, UpstreamError
from release_actions.formats.checksums import Sha256
from release_actions.formats.index_file import SimpleUrl
from release_actions.values import fold
from release_actions.world import World


@dataclass(frozen=True, order=True)
class CanonicalFile:
    """One file of the set, and where its bytes are now."""

    name: str
    sha256: Sha256
    size: int
    origin: Literal["build", "index"]
    path: Path


@dataclass(frozen=True)
class PutCanonical:
    """All files in the folder, which has to be absent or empty; or it stays so."""

    reversible: ClassVar[bool] = True

    directory: str
    files: tuple[CanonicalFile, ...]
    index: SimpleUrl

    def __str__(self) -> str:
        return f"write {len(self.files)} file(s) to {self.directory}"

    def make(self, world: World) -> None:
        place = world.workspace / self.directory
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(mkdtemp(prefix=f".{place.name}-", dir=place.parent))
            try:
                for file in self.files:
                    _put(file, aside / file.name)
                _into_place(aside, place)
                for file in self.files:
                    files.remember(place / file.name, file.sha256)
            finally:
                shutil.rmtree(aside, ignore_errors=True)
        except OSError as error:
            raise UpstreamError(
                f"{self.directory}: it cannot be written: {fold(str(error), 200)}"
            ) from error
        # The read-back is of what was written; another answer by now is the next run's matter.
        world.pypi(self.index).hold()


def _into_place(aside: Path, place: Path) -> None:
    aside.chmod(0o755)  # made for its owner alone
    with contextlib.suppress(FileNotFoundError):
        place.rmdir()  # an OSError where somebody filled it meanwhile
    aside.rename(place)


def _put(file: CanonicalFile, to: Path) -> None:
    """A second name for what came from the index, a copy of what was built: the build's own file
    may be written to later.
    """
    if file.origin == "index":
        with contextlib.suppress(OSError):  # another file system
            os.link(file.path, to)
            return
    shutil.copyfile(file.path, to, follow_symlinks=False)
    with to.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != file.sha256:
        told = f"{file.name}: it is {found}, and was {file.sha256} when it was judged"
        fix = "Let the build end before this step, and nothing else write there."
        raise RefusedError("changed", told, fix=fix)
