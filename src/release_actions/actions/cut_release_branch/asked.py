"""What the caller asked of cut-release-branch, and what the next step may read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.tag_pattern import BranchPattern
from release_actions.formats.version_source import VersionSources
from release_actions.formats.versions import Version
from release_actions.values import Lines, RefName, Repository, Sha
from release_actions.verdict import Outputs

MAIN = RefName("main")


class After(tuple[str, ...]):
    """What must be prepared: branches by name, pull requests as #12, one a line, none empty."""

    def __new__(cls, raw: str) -> Self:
        allowed = "a branch, or a pull request such as #12, a line, and no empty line between them"
        if "\n" in raw and not all(line.strip() for line in raw.strip().splitlines()):
            raise ValueError(allowed)  # an expression that came to nothing
        lines = Lines(raw)
        for line in lines:
            if not re.fullmatch("#?[1-9][0-9]{0,9}", line):
                try:
                    RefName(line)
                except ValueError:
                    raise ValueError(allowed) from None
        return super().__new__(cls, lines)

    @staticmethod
    def number(line: str) -> int | None:
        """The number of a pull request, or None for a branch."""
        digits = line.removeprefix("#")
        return int(digits) if digits.isdigit() else None


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    commit: Sha
    branch: BranchPattern = BranchPattern("release-{version}")
    version: Version | None = None
    version_sources: VersionSources = VersionSources("")
    tag: RefName | None = None
    family: str = ""
    from_branch: RefName | None = None
    after: After = After("")
    path: str = "."
    release_family: Mapping[str, ReleaseFamily] = shared()

    def __post_init__(self) -> None:
        told = bool(self.version or self.version_sources or self.tag)
        rules = {
            "input `version`: nothing was given; allowed: a version, or `version-sources` or `tag`"
            " to read it of": told or not self.branch.places,
            "input `branch`: {date} was given; allowed: {version}, {major}, {minor} and {patch}": (
                "date" not in self.branch.places
            ),
            "input `family`: it was given; allowed: only with `tag`": (
                self.tag is not None or not self.family
            ),
            "input `family`: it has no {version}; allowed: one that has, or `version`": (
                self.tag is None or "version" in self.chosen.pattern.places
            ),
        }
        if problems := [told for told, kept in rules.items() if not kept]:
            raise UsageError(problems)

    @property
    def chosen(self) -> ReleaseFamily:
        return release_family.choose(self.family, self.release_family)[1]

    @property
    def origin(self) -> RefName | None:
        """The branch that must contain the commit."""
        return self.from_branch or (MAIN if self.tag is None else None)


@dataclass(frozen=True)
class Cut(Outputs):
    branch: str = ""
    commit: str = ""
    version: str = ""
    created: bool = False
