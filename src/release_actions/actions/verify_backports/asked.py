"""What the caller asked of verify-backports, and what the next step may read."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.errors import UsageError
from release_actions.formats.path_globs import PathGlobs
from release_actions.formats.version_source import VersionSources
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    commit: Sha
    base: RefName | None = None
    main: RefName = RefName("main")
    version_sources: VersionSources = VersionSources("")
    notes: PathGlobs = PathGlobs("CHANGELOG.md\nRELEASES.md")
    expected_tree: Sha | None = None
    path: str = "."

    def __post_init__(self) -> None:
        if self.base is None and self.expected_tree is None:
            raise UsageError(
                "input `base`: nothing was given; allowed: the tag that the branch starts at,"
                " unless `expected-tree` is given"
            )


@dataclass(frozen=True)
class Verified(Outputs):
    commit: str = ""
    tree: str = ""
    originals: str = "{}"
