"""What the caller asked of guard-release-tag, and what the next step may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.allowed_signers import AllowedSigners
from release_actions.formats.release_class import ReleaseClass, require_known
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.version_source import VersionSources
from release_actions.formats.versions import Version
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Outputs

NAME = "guard-release-tag"


@dataclass(frozen=True)
class Inputs:
    tag: RefName
    repository: Repository
    commit: Sha
    path: str = "."
    branch: RefName = RefName("main")
    family: str = ""
    version_sources: VersionSources = VersionSources("")
    expected_version: Version | None = None
    expected_commit: Sha | None = None
    signed: bool = False
    allowed_signers: AllowedSigners = AllowedSigners("")
    unique: bool = False
    on_mismatch: Literal["fail", "skip"] = "fail"
    release_family: Mapping[str, ReleaseFamily] = shared()
    release_class: Mapping[str, ReleaseClass] = shared()

    def __post_init__(self) -> None:
        require_known(self.release_class)
        if problems := [f"input `{name}`: {why}" for name, why in self._problems()]:
            raise UsageError(problems)

    def _problems(self) -> Iterator[tuple[str, str]]:
        """What no single input can tell."""
        _, family = release_family.choose(self.family, self.release_family)
        classes = self.release_class.values()
        if not self.allowed_signers and (self.signed or any(table.signed for table in classes)):
            yield (
                "allowed-signers",
                "nothing was given; allowed: files of keys, as it must be signed",
            )
        if self.unique and not self.version_sources:
            yield "version-sources", "nothing was given; allowed: a file; `unique` needs one"
        if not all(table.branch.fits(family.pattern) for table in classes if table.branch):
            yield "release-class", f"a branch asks for what {family.pattern} does not say"
        if "version" not in family.pattern.places:
            why = "it was given; allowed: nothing, as the family's pattern has no {version}"
            if self.version_sources:
                yield "version-sources", why
            if self.expected_version:
                yield "expected-version", why


@dataclass(frozen=True)
class Guarded(Outputs):
    release: bool = False
    version: str = ""
    class_: str = ""
    family: str = ""
    prerelease: bool | None = None
    commit: str = ""
    tag_object: str = ""
