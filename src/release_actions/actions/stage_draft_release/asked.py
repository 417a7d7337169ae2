"""What the caller asked of stage-draft-release, and what the next step may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.asset_manifest import Part, Parts
from release_actions.formats.release_class import ReleaseClass, require_known
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.release_marks import Choice, Marks
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    tag: RefName
    repository: Repository
    commit: Sha
    manifest: str
    path: str = "."
    part: Part | None = None
    parts: Parts = Parts("")
    title: str = ""
    body: str | None = None
    body_file: str = ""
    prerelease: Choice = "auto"
    family: str = ""
    release_family: Mapping[str, ReleaseFamily] = shared()
    release_class: Mapping[str, ReleaseClass] = shared()

    def __post_init__(self) -> None:
        require_known(self.release_class)
        release_family.choose(self.family, self.release_family)
        if problems := list(self._problems()):
            raise UsageError(problems)

    def _problems(self) -> Iterator[str]:
        """What no single input can tell."""
        if self.body is not None and self.body_file:
            yield "input `body-file`: it was given; allowed: either `body` or a file, not both"
        if self.parts and self.part is None:
            yield "input `part`: nothing was given; allowed: the one of `parts` to stage here"
        if self.part is not None and self.part not in self.parts:
            yield f"input `parts`: it lacks `{self.part}`; allowed: all parts, this one too"

    @property
    def marks(self) -> Marks:
        return Marks(self.family, self.release_family, self.release_class)

    @property
    def shown_title(self) -> str:
        return self.title or self.tag

    @property
    def others(self) -> tuple[Part, ...]:
        """The parts that other jobs stage."""
        return tuple(part for part in self.parts if part != self.part)


@dataclass(frozen=True)
class Staged(Outputs):
    release_id: int | None = None
    url: str = ""
    commit: str = ""
    prerelease: bool | None = None
    manifest_sha256: str = ""
