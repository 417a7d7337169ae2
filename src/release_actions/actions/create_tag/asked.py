"""What the caller asked of create-tag, and what the next step may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from release_actions.action import shared
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.tag_pattern import Date
from release_actions.formats.version_source import VersionSources
from release_actions.formats.versions import Version
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Outputs


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    commit: Sha
    path: str = "."
    tag: RefName | None = None
    family: str = ""
    version: Version | None = None
    version_sources: VersionSources = VersionSources("")
    date: Date | None = None
    message: str = ""
    sign: Literal["none", "gpg", "ssh"] = "none"
    signing_key: str = ""
    release_family: Mapping[str, ReleaseFamily] = shared()

    def __post_init__(self) -> None:
        asks = self.asks
        wrong = {
            "version": "version" in asks and not (self.version or self.version_sources),
            "signing-key": bool(self.signing_key) and self.sign == "none",
        }
        allowed = {
            "version": "nothing was given; allowed: a version, or `version-sources` to read it of",
            "signing-key": "it was given; allowed: nothing, unless `sign` is gpg or ssh",
        }
        if problems := [f"input `{name}`: {allowed[name]}" for name, bad in wrong.items() if bad]:
            raise UsageError(problems)

    @property
    def chosen(self) -> ReleaseFamily:
        return release_family.choose(self.family, self.release_family)[1]

    @property
    def asks(self) -> frozenset[str]:
        """What the tag has to say; nothing where its name is given."""
        return self.chosen.pattern.places if self.tag is None else frozenset()


@dataclass(frozen=True)
class Made(Outputs):
    tag: str = ""
    commit: str = ""
    tag_object: str = ""
    created: bool = False
