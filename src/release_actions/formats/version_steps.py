"""Steps from one version to the next: what each operation makes of the version that is there.

The steps are those of a release train (major, rc, drop-rc, patch on the release branch), of a
development cycle (release, dev) and of plain SemVer (major, minor, patch, set:). A suffix such as
`-dev` is the group's own matter (`Cycle`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple, Self

from release_actions.formats.versions import Version
from release_actions.values import Lines

Bump = Literal["major", "minor", "patch"]
BUMPS: tuple[Bump, ...] = ("major", "minor", "patch")


class Bumps(tuple[Bump, ...]):
    """Some of major, minor and patch, one a line."""

    def __new__(cls, raw: str) -> Self:
        lines = Lines(raw)
        if not set(lines) <= set(BUMPS):
            raise ValueError("some of major, minor and patch, one a line")
        return super().__new__(cls, (bump for bump in BUMPS if bump in lines))


class Suffix(str):
    """The name of a pre-release that means development, such as dev or unstable."""

    def __new__(cls, raw: str) -> Self:
        # SemVer 2.0: an identifier; one that begins with a letter, and is not the train's own.
        if not re.fullmatch(r"[A-Za-z][0-9A-Za-z-]*", raw, re.ASCII) or raw == "rc":
            raise ValueError("one word of letters, digits and hyphens, such as dev, and not rc")
        return super().__new__(cls, raw)


@dataclass(frozen=True)
class Cycle:
    """How a group's versions go on."""

    development: Suffix = Suffix("dev")
    develops: Bumps = Bumps("")  # the operations that add the suffix, besides `dev`
    next: Bump = "minor"  # what `dev` goes on with


class Core(NamedTuple):
    """The three numbers."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return ".".join(map(str, self))


def step(operation: str, current: Version, cycle: Cycle = Cycle()) -> Version:
    """The version after this operation; build metadata never goes on to the next one.

    :raises ValueError: why there is no such step from here.
    """
    if operation.startswith("set:"):
        return _set(current, Version(operation.removeprefix("set:")))
    return Version(STEPS[operation](current, cycle))


def lower(new: Version, current: Version) -> bool:
    """Whether SemVer puts the one before the other."""
    return new.parts < current.parts


def _set(current: Version, new: Version) -> Version:
    if lower(new, current):
        raise ValueError(f"a version that does not come before {current}")
    return new


def _bump(which: Bump) -> Callable[[Version, Cycle], str]:
    def bumped(current: Version, cycle: Cycle) -> str:
        adds = which in cycle.develops
        suffix = f"-{cycle.development}" if adds else ""
        if which == "patch" and (kept := current.parts.prerelease):
            suffix = f"-{kept}"  # W1: patch keeps what stands behind the numbers
        return f"{_next(which, _core(current), current, adds)}{suffix}"

    return bumped


def _next(which: Bump, core: Core, current: Version, adds: bool = False) -> Core:
    if which == "patch":
        return core._replace(patch=core.patch + 1)
    if which == "minor":
        return Core(core.major, core.minor + 1, 0)
    if core.major:
        return Core(core.major + 1, 0, 0)
    if core.minor:  # in 0.y the minor number is what a major one is later
        return Core(0, core.minor + 1, 0)
    if adds:  # W1: a train of development versions has left 0.0 behind it
        raise ValueError(f"{current} has neither a major nor a minor number to go on from")
    return core._replace(patch=core.patch + 1)  # in 0.0.z every version breaks


def _rc(current: Version, cycle: Cycle) -> str:
    before, core = current.parts.prerelease, _core(current)
    if before and (match := re.fullmatch(r"rc\.([0-9]+)", before)):
        return f"{core}-rc.{int(match[1]) + 1}"
    new = Version(f"{core}-rc.1")
    if before and not _develops(current, cycle) and lower(new, current):
        raise ValueError(f"{new} would come before {current}")
    return new


def _drop(current: Version, cycle: Cycle) -> str:
    return str(_core(current)) if current.parts.prerelease else current


def _release(current: Version, cycle: Cycle) -> str:
    if not current.parts.prerelease:
        raise ValueError(f"{current} is a released version already")
    return str(_core(current))


def _dev(current: Version, cycle: Cycle) -> str:
    if _develops(current, cycle):
        raise ValueError(f"{current} is a development version already")
    return f"{_next(cycle.next, _core(current), current, True)}-{cycle.development}"


def _develops(current: Version, cycle: Cycle) -> bool:
    """1.3.0-dev, 1.3.0-dev.0 (1.3.0.dev0 of a Python file), and the group's own word."""
    name = (current.parts.prerelease or "").partition(".")[0]
    return name in ("dev", cycle.development)


def _core(version: Version) -> Core:
    parts = version.parts
    return Core(parts.major, parts.minor, parts.patch)


STEPS: dict[str, Callable[[Version, Cycle], str]] = {
    **{which: _bump(which) for which in BUMPS},
    "rc": _rc,
    "drop-rc": _drop,
    "dev": _dev,
    "release": _release,
}
