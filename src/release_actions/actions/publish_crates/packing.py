"""The third look: what cargo packages of all these, without any token, is what was attested."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from release_actions.actions.publish_crates.asked import Inputs, Published
from release_actions.actions.publish_crates.ground import Ground
from release_actions.actions.publish_crates.reaching import Reached
from release_actions.clients import crate_files
from release_actions.clients.crate_files import CrateOnDisk, Packaged
from release_actions.formats import crate_difference
from release_actions.formats.cargo_metadata import Member
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World

TOLD = 4  # members of a .crate that are told, of each crate


@dataclass(frozen=True)
class Packed:
    """What cargo made of all of them together."""

    ground: Ground
    packaged: Packaged


def gather(inputs: Inputs, world: World, reached: Reached) -> Packed:
    ground = reached.ground
    publishing = world.publishing(inputs.registry_url)
    again = partial(publishing.again, lambda: _package(inputs, world, ground), lambda p: p.ok)
    return Packed(ground, publishing.once("packaged", again))


def _package(inputs: Inputs, world: World, ground: Ground) -> Packaged:
    """Together, so that they find each other before any is on the registry. Compiles nothing."""
    return crate_files.package(
        world.cargo(world.workspace / inputs.path),
        [member.name for member in ground.order],
        world.quarantine,
        at=str(ground.tree.commit),
        verify=False,
        registry="" if inputs.registry == "crates-io" else inputs.registry,
    )


def decide(inputs: Inputs, packed: Packed) -> Verdict:
    if not packed.packaged.ok:
        fix = "Read cargo's words. If it could not reach the registry, run again."
        detail = f"cargo package --locked: {packed.packaged.said}"
        root = packed.ground.tree.workspace.root
        return Verdict([unknown("cargo-refused", root, detail, fix=fix)], Published())
    found = [f for member in packed.ground.order for f in _same(member, packed)]
    return Verdict(found, Published())


def _same(member: Member, packed: Packed) -> Iterator[Finding]:
    mine = [c for c in packed.packaged.crates if c.path.name == member.file]
    (attested,) = packed.ground.of(member)
    if len(mine) != 1:
        names = ", ".join(c.path.name for c in packed.packaged.crates) or "none"
        fix = "Report it with cargo's version: a fresh folder holds what was asked for alone."
        yield failed("not-one-crate", member.name, f"cargo made {names}", fix=fix)
    elif mine[0].sha256 == attested.sha256:
        detail = f"packaged and attested are one: {attested.sha256}"
        yield ok("same", member.file, detail)
    else:
        yield from differs(member, attested, mine[0])


def differs(member: Member, attested: CrateOnDisk, mine: CrateOnDisk) -> Iterator[Finding]:
    """Why, most likely, and where first."""
    fix = "Package and attest anew with this cargo and this commit; publish nothing else."
    names = ("attested", "packaged")
    detail = f"attested {attested.sha256}, packaged {mine.sha256}"
    if attested.crate is None or mine.crate is None:
        yield failed("attested-differs", member.file, detail, fix=fix)
        return
    found = crate_difference.differences(attested.crate, mine.crate, names)
    detail = f"{crate_difference.why(found)}: {detail}"
    yield failed("attested-differs", member.file, detail, fix=fix)
    for one in found[:TOLD]:
        yield failed("attested-differs", f"{member.name}: {one.path}", one.said, fix=fix)
