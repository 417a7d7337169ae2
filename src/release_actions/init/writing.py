"""Files written all or none; nothing leaves the repository, and nothing is overwritten unasked."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from release_actions.errors import UpstreamError
from release_actions.init.filling import Written
from release_actions.init.refusals import RefusedHereError
from release_actions.values import fold

State = Literal["new", "unchanged", "added to", "replaced", "in the way"]
ASIDE = ".release-actions-new"  # what a file is called until all of them are there


@dataclass(frozen=True)
class Target:
    """A file as it is, and as it shall be."""

    path: str
    old: bytes | None
    new: bytes

    def state(self, *, force: bool) -> State:
        if self.old is None:
            return "new"
        if self.old == self.new:
            return "unchanged"
        if self.new.startswith(self.old.rstrip(b"\n") + b"\n"):
            return "added to"
        return "replaced" if force else "in the way"


def targets(root: Path, files: Sequence[Written]) -> tuple[Target, ...]:
    """What stands where these files shall be.

    :raises RefusedHereError: where a path leads through no plain folder, or to no plain file.
    """
    return tuple(Target(f.path, _old(root, f.path), f.text.encode("utf-8")) for f in files)


def _old(root: Path, path: str) -> bytes | None:
    for folder in [root / part for part in reversed(Path(path).parents) if part != Path()]:
        if os.path.lexists(folder) and not stat.S_ISDIR(os.lstat(folder).st_mode):
            raise _refused(folder, root, "no folder of the repository, but a link or a file")
    place = root / path
    if os.path.lexists(place) and not stat.S_ISREG(os.lstat(place).st_mode):
        raise _refused(place, root, "no plain file, but a link or a folder")
    twin = _twin(place)
    if twin:
        raise _refused(place, root, f"the name of {twin}, but for its letters' case")
    return place.read_bytes() if place.exists() else None


def _twin(place: Path) -> str:
    """A file that some file systems take for the same."""
    if not place.parent.is_dir():
        return ""
    names = [each.name for each in place.parent.iterdir()]
    return next((n for n in names if n != place.name and n.lower() == place.name.lower()), "")


def _refused(place: Path, root: Path, why: str) -> RefusedHereError:
    name = fold(str(place.relative_to(root)), 200)
    return RefusedHereError(f"{name} is {why}: move it out of the way; nothing was written")


def write(root: Path, wanted: Sequence[Target]) -> None:
    """Have every file as it shall be, or every one as it was.

    :raises UpstreamError: where the file system refuses.
    """
    wanted = [target for target in wanted if target.old != target.new]
    made: list[Path] = []
    done: list[Target] = []
    try:
        for target in wanted:
            place = root / target.path
            made += _folders(place.parent)
            _lay(place, target.new)
        # The config first: where a run is killed here, no workflow is there without it.
        for target in sorted(wanted, key=lambda each: each.path.startswith(".github/workflows/")):
            done.append(target)
            _aside(root / target.path).replace(root / target.path)
    except BaseException as error:
        lost = _undo(root, wanted, done, made)
        if isinstance(error, OSError):
            told = f"{fold(str(error.filename or root), 200)}: {error.strerror}"
            left = f"{', '.join(lost)} could not be put back as it was" if lost else ""
            raise UpstreamError(f"{left or 'nothing was written'}: {told}") from error
        raise


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}{ASIDE}")


def _lay(place: Path, content: bytes) -> None:
    """Write it beside the place; what stands there goes first, so that no link is followed."""
    _aside(place).unlink(missing_ok=True)
    with _aside(place).open("xb") as file:
        file.write(content)


def _folders(folder: Path) -> Iterator[Path]:
    """Make the folder and those that it is in; told as they are made."""
    for each in reversed([folder, *folder.parents]):
        if not each.exists():
            each.mkdir()
            yield each


def _undo(root: Path, wanted: Sequence[Target], done: list[Target], made: list[Path]) -> list[str]:
    """Have everything as it was; told is what could not be."""
    lost = []
    for target in done:
        try:
            _put_back(root / target.path, target.old)
        except OSError:
            lost.append(target.path)
    for target in wanted:
        with contextlib.suppress(OSError):
            _aside(root / target.path).unlink(missing_ok=True)
    for folder in reversed(made):
        with contextlib.suppress(OSError):
            folder.rmdir()
    return lost


def _put_back(place: Path, old: bytes | None) -> None:
    """Whole, or not at all: a full disk takes nothing from what stands there."""
    if old is None:
        place.unlink(missing_ok=True)
    elif not place.exists() or place.read_bytes() != old:
        _lay(place, old)
        _aside(place).replace(place)
