"""What the caller asked of canonicalize-pypi-dists, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from release_actions.clients.pypi import PYPI
from release_actions.errors import UsageError
from release_actions.formats.dist_name import Platforms, ProjectName, PythonVersion
from release_actions.formats.index_file import SimpleUrl
from release_actions.formats.provenance import Publisher
from release_actions.values import Lines, Repository, WorkflowFile
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    project: ProjectName
    version: PythonVersion
    repository: Repository
    built_directory: str = "dist"
    output_directory: str = "canonical"
    index_url: SimpleUrl = PYPI
    expected_wheels: int | None = None
    expected_sdists: int | None = None
    required_platforms: Platforms = Platforms("")
    license_files: Lines = Lines("")
    partial: Literal["fail", "complete"] = "fail"
    mode: Literal["canonicalize", "served"] = "canonicalize"
    provenance: WorkflowFile | None = None

    def __post_init__(self) -> None:
        built, output = (_parts(p) for p in (self.built_directory, self.output_directory))
        if self.mode == "canonicalize" and (
            built[: len(output)] == output or output[: len(built)] == built
        ):
            raise UsageError(
                f"input `output-directory`: `{self.output_directory}` was given; allowed: a folder"
                f" that is neither in `built-directory` ({self.built_directory}) nor around it"
            )

    @property
    def read_only(self) -> bool:
        return self.mode == "served"

    @property
    def directory(self) -> str:
        """The folder whose files are judged."""
        return self.output_directory if self.read_only else self.built_directory

    @property
    def publisher(self) -> Publisher | None:
        return Publisher(self.repository, self.provenance) if self.provenance else None


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in PurePosixPath(path).parts if part != ".")


@dataclass(frozen=True)
class Canonical(Outputs):
    source: str = ""
    files: str = ""
    upload_files: str = ""
    built_subjects: str = ""
