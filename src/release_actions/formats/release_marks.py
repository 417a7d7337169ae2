"""How a release is marked: as a prerelease by its class, as the latest by its version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from release_actions.formats import release_class, release_family
from release_actions.formats.release_class import ReleaseClass
from release_actions.formats.release_family import Release, ReleaseFamily

Choice = Literal["auto", "true", "false"]


@dataclass(frozen=True)
class Marks:
    """A family and what the config file says of classes: what a tag is by these."""

    family: str
    families: Mapping[str, ReleaseFamily]
    classes: Mapping[str, ReleaseClass]

    def release(self, tag: str) -> Release | str:
        """What the tag releases, or why it is none of the family."""
        name, family = release_family.choose(self.family, self.families)
        return release_family.read(name, family, tag)

    def prerelease(self, tag: str, choice: Choice) -> bool | str:
        """Whether the tag's release is a prerelease; by its class, unless it is said."""
        if choice != "auto":
            return choice == "true"
        found = self.release(tag)
        if isinstance(found, str):
            return found
        return bool(release_class.demands(found.class_, self.classes).prerelease)

    def highest(self, tag: str, others: Iterable[str]) -> str | None:
        """The highest of the others of the family that comes after this tag, or None."""
        own = self.release(tag)
        if isinstance(own, str):
            return None
        later = [
            (_order(found), other)
            for other in others
            if isinstance(found := self.release(other), Release) and _order(found) > _order(own)
        ]
        return max(later)[1] if later else None


def _order(release: Release) -> tuple[Any, ...]:
    """By version (SemVer's precedence), then date, then number: never by time."""
    parts = release.parts
    version = parts.version.parts if parts.version else None
    return (*([version] if version else []), parts.date or "", parts.number or 0)
