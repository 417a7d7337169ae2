"""Whether the packages that would be published are those that somebody meant to publish."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from release_actions.formats.version_places.place import Manifest


@dataclass(frozen=True)
class Difference:
    """What the tree and the list do not say alike."""

    unlisted: tuple[Manifest, ...]  # would be published, and nobody meant it (W4)
    absent: tuple[str, ...]  # meant to be published, and is not in the tree
    withheld: tuple[Manifest, ...]  # meant to be published, and its manifest forbids it

    def __bool__(self) -> bool:
        return bool(self.unlisted or self.absent or self.withheld)


def compared(manifests: Iterable[Manifest], listed: Iterable[str]) -> Difference:
    """The packages of these manifests beside the list of public ones.

    Of Cargo, give manifests that are settled: whether one is published may be its workspace's word.
    """
    names = tuple(dict.fromkeys(listed))
    named = [(each.package.name, each) for each in manifests if each.package]
    return Difference(
        unlisted=tuple(m for name, m in named if m.published and name not in names),
        absent=tuple(name for name in names if name not in dict(named)),
        withheld=tuple(m for name, m in named if not m.published and name in names),
    )
