"""What moves together: the `[version-group.*]` tables, and versions given by a group's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, Self

from release_actions.formats.version_places.cargo_manifest import SHARED
from release_actions.formats.version_places.given_places import Templates
from release_actions.formats.version_source import VersionSources
from release_actions.formats.version_steps import STEPS, Bump, Bumps, Cycle, Suffix
from release_actions.formats.versions import Version
from release_actions.values import Lines, fold

ALL = "all"  # the one group of a repository that has no table


class Fields(Lines):
    """Fields of [package] that a workspace can share, one a line."""

    def __new__(cls, raw: str) -> Self:
        fields = super().__new__(cls, raw)
        if not set(fields) <= set(SHARED):
            raise ValueError(f"some of {', '.join(SHARED)}, one a line")
        return fields


@dataclass(frozen=True)
class VersionGroup:
    """One group as its table has it: packages whose versions are one, and move in one step."""

    manifests: Lines | None = None  # files and globs to begin at; not given: those in `path`
    exclude: Lines = Lines("")  # files and globs that are not looked into
    packages: Lines = Lines("")  # names and globs; empty: every one that no other group names
    development: Suffix = Suffix("dev")
    adds_development: Bumps = Bumps("")  # operations that add it, besides `dev`
    dev_bumps: Bump = "minor"  # what `dev` goes on with
    unpublished: Literal["lockstep", "leave"] = "lockstep"
    public: Lines | None = None  # must not be asked for exactly, and everything else must (W6)
    published: Lines | None = None  # every package that a registry may have (W4)
    parity: Fields = Fields("")  # fields that every crate must say alike (O8)
    locks: Lines = Lines("")  # lock files; empty: every one that holds an entry of ours
    pointers: VersionSources = VersionSources("")  # FILE:SELECTOR, places to move as well
    templates: Templates = Templates("")  # FILE: LINE, lines to move as well

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.development, self.adds_development, self.dev_bumps)


def matches(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of these names or globs means it."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


class GroupVersions(tuple[tuple[str, Version], ...]):
    """A version, or one for each group as NAME=X.Y.Z, one a line."""

    def __new__(cls, raw: str) -> Self:
        pairs = []
        for line in Lines(raw):
            name, equals, version = line.rpartition("=")
            if equals and not name.strip():
                raise ValueError("a version, or NAME=X.Y.Z one a line")
            pairs.append((name.strip(), Version(version.strip())))
        names = [name for name, _ in pairs]
        if len(set(names)) < len(names) or ("" in names and len(names) > 1):
            raise ValueError("one version, or NAME=X.Y.Z one a line, each name once")
        return super().__new__(cls, pairs)

    def of(self, group: str) -> Version | None:
        """The version that is meant for this group."""
        given = dict(self)
        return given.get(group, given.get(""))

    def wrong(self, groups: Mapping[str, object]) -> str:
        """Empty, or what is wrong with the names for these groups."""
        for name, _ in self:
            if name and name not in groups:
                import difflib  # only a misspelt name needs it

                near = difflib.get_close_matches(name, groups, 1, 0.6)
                known = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(groups)}"
                return f"`{fold(name, 60)}` is no group; {known}"
            if not name and len(groups) > 1:
                return f"one version for several groups; say NAME=X.Y.Z of: {', '.join(groups)}"
        return ""


class Operation(str):
    """What is to be done: one of the steps, `set:` with the versions, or `check`."""

    CHECK = "check"

    def __new__(cls, raw: str) -> Self:
        if raw.startswith("set:"):
            if not GroupVersions(raw.removeprefix("set:")):
                raise ValueError("set:X.Y.Z, or set:NAME=X.Y.Z,NAME=X.Y.Z")
        elif raw != cls.CHECK and raw not in STEPS:
            raise ValueError(f"{', '.join(STEPS)}, set:X.Y.Z or check")
        return super().__new__(cls, raw)

    @property
    def changes(self) -> bool:
        return self != self.CHECK

    @property
    def sets(self) -> GroupVersions:
        """What `set:` gives; empty for every other operation."""
        return GroupVersions(self.removeprefix("set:") if self.startswith("set:") else "")

    def for_group(self, group: str) -> str | None:
        """The step that a group takes; None for one that `set:` leaves as it is."""
        if not self.startswith("set:"):
            return str(self)
        version = self.sets.of(group)
        return None if version is None else f"set:{version}"
