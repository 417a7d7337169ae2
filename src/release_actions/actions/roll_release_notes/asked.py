"""What the caller asked of roll-release-notes, and what the next step may read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from release_actions.errors import UsageError
from release_actions.formats.changelog.sections import IsoDay
from release_actions.formats.tag_pattern import BranchPattern, TagPattern
from release_actions.formats.versions import Version
from release_actions.values import RefName, Repository, fold
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    mode: Literal["check", "date", "new-cycle"] = "check"
    path: str = "."
    file: str = "CHANGELOG.md"
    layout: Literal["auto", "keep-a-changelog", "wasmtime"] = "auto"
    version: Version | None = None
    date: IsoDay | None = None
    against: RefName | None = None
    compatibility: bool = False
    template: str = ""
    anchor: str = "ARCHIVE_START"
    archive_branch: BranchPattern = BranchPattern("release-{version}")

    def __post_init__(self) -> None:
        if problems := [f"input `{name}`: {why}" for name, why in self._problems()]:
            raise UsageError(problems)

    def _problems(self) -> Iterator[tuple[str, str]]:
        """What no single input can tell."""
        for name in ("path", "file", "template"):
            if not within(given := getattr(self, name)):
                yield name, f"`{fold(given, 80)}` was given; allowed: a path that stays inside"
        if self.mode == "check" and self.version is None:
            yield "version", "nothing was given; allowed: the version to check"
        only_check = "it was given; allowed: nothing, unless `mode` is check"
        if self.against and self.mode != "check":
            yield "against", only_check
        if self.compatibility and self.mode != "check":
            yield "compatibility", only_check
        if not self.archive_branch.fits(TagPattern("v{version}")):
            given = fold(self.archive_branch, 80)
            yield "archive-branch", f"`{given}` was given; allowed: places that a version has"
        if self.date and self.mode == "new-cycle":
            yield "date", "it was given; allowed: nothing, as a new cycle has no date"


def within(path: str) -> bool:
    """Whether a path stays below its folder by its text, and can be told in one line."""
    parts = PurePosixPath(path).parts
    return fold(path) == path and not path.startswith("/") and ".." not in parts


@dataclass(frozen=True)
class Rolled(Outputs):
    version: str = ""
    date: str = ""
    section: str = ""
    changed: bool = False
