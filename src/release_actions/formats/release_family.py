"""Families of tags: the `[release-family.*]` tables, and the one that is built in."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from release_actions.errors import UsageError
from release_actions.formats.release_class import ClassName
from release_actions.formats.tag_pattern import BranchPattern, Parts, TagPattern
from release_actions.formats.versions import Version
from release_actions.values import Lines, fold

DEFAULT = "semver"  # the name of the family that is built in


@dataclass(frozen=True)
class ReleaseFamily:
    """One family as its table has it."""

    pattern: TagPattern
    class_: Literal["by-version", "stable", "rc", "hotfix", "dev"] = "by-version"
    classes: Lines = Lines("stable")  # what may be released; a tag of another class is none
    hotfix: bool = False  # whether x.y.Z with Z > 0 is a hotfix and not stable
    branch: BranchPattern | None = None
    pairs_with: TagPattern | None = None  # a tag that must be there for each of these


@dataclass(frozen=True)
class Release:
    """What a tag releases, by its text alone."""

    family: str
    class_: ClassName
    parts: Parts

    @property
    def version(self) -> Version | None:
        return self.parts.version


BUILT_IN = ReleaseFamily(TagPattern("v{version}"))
CLASSES: tuple[ClassName, ...] = ("stable", "rc", "hotfix", "dev")


def choose(name: str, tables: Mapping[str, ReleaseFamily]) -> tuple[str, ReleaseFamily]:
    """The family by name, with its name; nothing given means the built-in strict SemVer."""
    known = {DEFAULT: BUILT_IN} | dict(tables)
    for family, table in known.items():
        _require_sound(family, table)
    if (name or DEFAULT) in known:
        return name or DEFAULT, known[name or DEFAULT]
    near = difflib.get_close_matches(name, known, 1, 0.6)
    allowed = f"did you mean `{near[0]}`?" if near else ", ".join(sorted(known))
    raise UsageError(
        f"input `family`: `{fold(name, 80)}` was given; allowed: a [release-family.NAME] of the"
        f" config file, {fold(allowed)}"
    )


def _require_sound(name: str, family: ReleaseFamily) -> None:
    """What no single value of the table can tell."""
    known = ", ".join(CLASSES)
    rules = {
        ("classes", known): family.classes and set(family.classes) <= set(CLASSES),
        ("class", f"{known}, where the pattern has no {{version}}"): (
            family.class_ != "by-version" or "version" in family.pattern.places
        ),
        ("branch", "places that the pattern has"): (
            family.branch is None or family.branch.fits(family.pattern)
        ),
        ("pairs-with", "places that the pattern has"): (
            family.pairs_with is None or family.pairs_with.places <= family.pattern.places
        ),
    }
    at = f"config file, `release-family.{fold(name, 60)}"
    problems = [
        f"{at}.{key}`; allowed: {allowed}" for (key, allowed), sound in rules.items() if not sound
    ]
    if problems:
        raise UsageError(problems)


def read(name: str, family: ReleaseFamily, tag: str) -> Release | str:
    """What the tag releases, or why it is none of this family."""
    try:
        parts = family.pattern.read(tag)
    except ValueError as error:
        return f"{error}" if str(error).startswith("it ") else f"what stands there is not {error}"
    return Release(name, _class(family, parts), parts)


def _class(family: ReleaseFamily, parts: Parts) -> ClassName:
    if family.class_ != "by-version":
        return family.class_
    assert parts.version is not None  # _require_sound saw to it
    patches = parts.version.kind == "stable" and parts.version.parts.patch > 0
    return "hotfix" if family.hotfix and patches else parts.version.kind


def patched(family: ReleaseFamily, version: Version, tags: Iterable[str]) -> str | None:
    """The tag of the final release that this version patches: the next lower x.y.Z."""
    lower: dict[str, Version] = {}
    for tag in tags:
        found = read("", family, tag)
        if isinstance(found, Release) and found.version and _patches(version, found.version):
            lower[tag] = found.version
    return max(lower, key=lambda tag: lower[tag].parts, default=None)


def _patches(version: Version, base: Version) -> bool:
    mine, other = version.parts, base.parts
    same = (mine.major, mine.minor) == (other.major, other.minor)
    return same and base.kind == "stable" and other < mine


def previous(family: ReleaseFamily, release: Release, tags: Iterable[str]) -> str | None:
    """The tag of the release before this one: the highest that is lower.

    Before a final version that is the last final one, whatever was tried in between.
    """
    final = release.version is not None and release.version.kind == "stable"
    lower: dict[str, tuple[Any, ...]] = {}
    for tag in tags:
        found = read("", family, tag)
        if isinstance(found, str) or _rank(found) >= _rank(release):
            continue
        if not final or (found.version is not None and found.version.kind == "stable"):
            lower[tag] = _rank(found)
    return max(lower, key=lambda tag: lower[tag], default=None)


def _rank(release: Release) -> tuple[Any, ...]:
    parts = release.parts
    version = parts.version.parts if parts.version else None
    number = -1 if parts.number is None else parts.number
    return tuple(part for part in (version, parts.date or "", number) if part is not None)
