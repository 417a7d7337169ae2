"""How the tags of a repository are spelt, by those that are there."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from release_actions.formats import release_family
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.tag_pattern import TagPattern

# No sign in it that a filter of GitHub's would read as more than itself.
TAG = re.compile(r"(?P<prefix>(?:[A-Za-z0-9._/-]*?[-_/.])??v?)(?P<version>\d+\.\d+.*)", re.ASCII)


@dataclass(frozen=True)
class Tags:
    """The style, and what told it."""

    prefix: str
    candidates: bool  # whether pre-releases were tagged, too
    told: str
    certain: bool

    @property
    def trigger(self) -> str:
        """What `on: push: tags:` wants."""
        return f"{self.prefix}*" if self.prefix else "[0-9]*"

    @property
    def pattern(self) -> TagPattern:
        return TagPattern(f"{self.prefix}{{version}}")

    @property
    def built_in(self) -> bool:
        """Whether the library's own family says the same."""
        return self.prefix == "v" and not self.candidates

    def tag(self, version: str) -> str:
        return f"{self.prefix}{version}"


def read(tags: tuple[str, ...]) -> Tags:
    """The style of the newest tag that says a version; the others are told."""
    kinds = {tag: kind for tag in tags if (kind := _read(tag))}
    if not kinds:
        seen = "no tag says a version by SemVer" if tags else "there are no tags"
        return Tags("v", False, seen, False)
    counts = Counter(prefix for prefix, _ in kinds.values())
    newest = next(tag for tag in tags if tag in kinds)
    prefix = kinds[newest][0]
    trials = any(kind == "rc" for found, kind in kinds.values() if found == prefix)
    told = f"{counts[prefix]} {'tag' if counts[prefix] == 1 else 'tags'} such as {newest}"
    others = [f"{count} as {name}X.Y.Z" for name, count in counts.most_common() if name != prefix]
    if others:
        told += f" (and {', '.join(others[:5])}{', …' if len(others) > 5 else ''})"
    return Tags(prefix, trials, told, not others)


def _read(tag: str) -> tuple[str, str] | None:
    """What stands before its version, and the class of the release that it is."""
    found = TAG.fullmatch(tag)
    if found is None or "{" in tag:
        return None
    family = ReleaseFamily(TagPattern(f"{found['prefix']}{{version}}"))
    release = release_family.read("", family, tag)
    return None if isinstance(release, str) else (found["prefix"], release.class_)
