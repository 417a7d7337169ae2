"""What the caller asked of digest-artifacts, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from release_actions.errors import UsageError
from release_actions.formats.asset_manifest import AssetName, twin
from release_actions.formats.file_pattern import FilePatterns
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    paths: FilePatterns
    path: str = "."
    output_directory: str = "release-digests"
    checksums: AssetName = AssetName("checksums.sha256")
    manifest: AssetName = AssetName("manifest.json")

    def __post_init__(self) -> None:
        if not self.paths:
            raise UsageError("input `paths`: nothing was given; allowed: patterns, one a line")
        if twin((self.checksums, self.manifest, self.subjects)):
            raise UsageError(
                f"input `manifest`: `{self.manifest}` was given; allowed: another name than those"
                f" of the other files, {self.checksums} and {self.subjects}"
            )

    @property
    def subjects(self) -> AssetName:
        """The file of the subjects."""
        return AssetName(f"{self.checksums}.base64")

    def output(self, name: str) -> str:
        """The path of a file made here, as the caller would write it."""
        return str(PurePosixPath(self.output_directory, name))


@dataclass(frozen=True)
class Digested(Outputs):
    checksums: str = ""
    manifest: str = ""
    manifest_sha256: str = ""
    base64_subjects: str = ""
    base64_subjects_file: str = ""
    count: int | None = None
