"""What the caller asked of push-tag-on-marker, and what the next step may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from release_actions.action import shared
from release_actions.changes.tagging import Signing
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.marker import DEFAULT, Marker
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.tag_pattern import TagPattern
from release_actions.formats.version_source import VersionSource
from release_actions.values import Lines, RefName, Repository, Sha, WorkflowFile
from release_actions.verdict import Outputs

BOTH = Lines("stable\nrc")  # what a format of one's own may tag: a final version or a -rc.N


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    branch: RefName
    version_source: VersionSource
    path: str = "."
    before: Sha | None = None
    after: Sha | None = None
    marker: Marker = DEFAULT
    tag_format: str = "v{version}"
    left_overs: Literal["tag", "tell"] = "tag"
    method: Literal["git", "rest"] = "git"
    sign: Signing = "none"
    signing_key: str = ""
    dispatch: WorkflowFile | None = None
    authors: Lines = Lines("")
    release_family: Mapping[str, ReleaseFamily] = shared()

    def __post_init__(self) -> None:
        if problems := [f"input `{name}`: {why}" for name, why in self._problems()]:
            raise UsageError(problems)

    def _problems(self) -> Iterator[tuple[str, str]]:
        """What no single input can tell."""
        try:
            if self.family.pattern.places != {"version"}:
                yield "tag-format", f"{self.family.pattern}; allowed: {{version}} as its one place"
        except ValueError as error:
            yield "tag-format", f"`{self.tag_format}` was given; allowed: {error}"
        if self.sign != "none" and self.method == "rest":
            yield "sign", f"`{self.sign}` was given; allowed: none, as `method` is rest"
        if self.signing_key and self.sign == "none":
            yield "signing-key", "it was given; allowed: nothing, unless `sign` is gpg or ssh"

    @property
    def family(self) -> ReleaseFamily:
        """That of the config file where a name is given, else one of this very pattern."""
        if "{" in self.tag_format:
            return ReleaseFamily(TagPattern(self.tag_format), classes=BOTH)
        known = {release_family.DEFAULT, *self.release_family}
        if self.tag_format not in known:
            raise ValueError(
                "a pattern such as v{version}, or a [release-family.NAME] of the config file:"
                f" {', '.join(sorted(known))}"
            )
        return release_family.choose(self.tag_format, self.release_family)[1]

    @property
    def started_from(self) -> Sha | None:
        """Where the branch stood before the push; None where it is new, or nobody says."""
        return self.before if self.before and set(self.before) != {"0"} else None

    @property
    def ended_at(self) -> Sha | None:
        """Where the push left it; None is where it stands now."""
        return self.after if self.after and set(self.after) != {"0"} else None


@dataclass(frozen=True)
class Made(Outputs):
    tag: str = ""
    tags: str = "[]"
