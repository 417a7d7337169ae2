"""What the caller asked of bump-lockstep-version, and what the next step may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats.version_group import ALL, GroupVersions, Operation, VersionGroup
from release_actions.values import Repository
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    operation: Operation
    repository: Repository
    path: str = "."
    from_: GroupVersions = GroupVersions("")
    expected: GroupVersions = GroupVersions("")
    allow_dirty: bool = False
    version_group: Mapping[str, VersionGroup] = shared()

    def __post_init__(self) -> None:
        given = {"operation": self.operation.sets, "from": self.from_, "expected": self.expected}
        if problems := [
            f"input `{name}`: {wrong}"
            for name, versions in given.items()
            if (wrong := versions.wrong(self.groups))
        ]:
            raise UsageError(problems)

    @property
    def groups(self) -> Mapping[str, VersionGroup]:
        """Every group; without a table one that begins at the files in `path` itself."""
        return self.version_group or {ALL: VersionGroup()}


@dataclass(frozen=True)
class Bumped(Outputs):
    """Each a JSON object by the group's name."""

    old: str = ""
    new: str = ""
    changed_files: str = ""
