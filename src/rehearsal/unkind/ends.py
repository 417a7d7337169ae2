"""What is public in a world, to compare: whatever people may have loaded by now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rehearsal import ending
from rehearsal.stories import World


def public(world: World) -> frozenset[str]:
    """Each thing that is there for all, with its digest: tags, releases, crates, dists."""
    git = world.repository.git
    there = {f"tag {name} at {git.peel(oid)}" for name, oid in git.tags().items()}
    for release in world.repository.releases:
        if not release.draft:
            there.add(f"release {release.tag}")
            there |= {f"{release.tag}/{one.name} {one.digest}" for one in release.assets}
    if pypi := world.services.pypi:
        for project in pypi.projects.values():
            there |= {f"{one.filename} {one.sha256}" for one in project.dists}
    if crates := world.services.crates:
        for crate in crates.crates.values():
            there |= {f"{one.name} {one.number} {one.checksum}" for one in crate.versions}
    return frozenset(there)


def differences(wanted: Any, world: World, besides: Collection[str]) -> list[str]:
    """Where a world did not end as wanted, but for what a fault itself changed."""
    lines = ending.differences(wanted, ending.end_state(world))
    return [line for line in lines if not line.startswith(tuple(besides))]
