"""The second look: what these crates need, and this job does not publish, is on the registry; and
nothing is there that takes the place of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release_actions.actions.publish_crates.asked import Inputs, Published
from release_actions.actions.publish_crates.ground import Ground
from release_actions.clients.publishing import Ours
from release_actions.clients.served_crate import Served
from release_actions.formats import crate_index
from release_actions.formats.cargo_metadata import Member
from release_actions.formats.crate_index import CrateName, IndexVersion
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Reached:
    """The members that these need and that are not among them, and what the index has of each.

    `lines` is what the index had of these crates at the start.
    """

    ground: Ground
    needed: Mapping[Member, tuple[Member, ...]]
    served: Mapping[CrateName, Served]
    lines: Mapping[CrateName, tuple[IndexVersion, ...]]


def gather(inputs: Inputs, world: World, ground: Ground) -> Reached:
    needed = _needed(ground)
    wanted = {s: Ours(s.name, s.version, None) for siblings in needed.values() for s in siblings}
    publishing = world.publishing(inputs.registry_url)
    names = [member.name for member in ground.order]
    return Reached(
        ground,
        needed,
        publishing.look(wanted.values(), world.quarantine / "served"),
        publishing.once("lines", lambda: publishing.lines(names)),
    )


def _needed(ground: Ground) -> dict[Member, tuple[Member, ...]]:
    here = set(ground.order)
    siblings = {m: ground.tree.workspace.siblings(m) for m in ground.order}
    return {m: tuple(s for s in found if s not in here) for m, found in siblings.items()}


def decide(inputs: Inputs, reached: Reached) -> Verdict:
    found = [
        _sibling(member, sibling, inputs, reached)
        for member, siblings in reached.needed.items()
        for sibling in siblings
    ]
    found += [f for member in reached.ground.order for f in _taken(member, reached)]
    whole = ok("siblings", "these crates", "they need no other of the workspace")
    return Verdict(found or [whole], Published())


def _taken(member: Member, reached: Reached) -> Iterator[Finding]:
    """Told here, since cargo would resolve by it when it packages what needs this one."""
    if taken := crate_index.taken_by(reached.lines[member.name], member.version):
        fix = "Release another version: build metadata makes no new one for a registry."
        detail = f"{taken.version} is on the registry, and takes its place"
        yield failed("version-taken", member.file, detail, fix=fix)


def _sibling(member: Member, sibling: Member, inputs: Inputs, reached: Reached) -> Finding:
    needs = f"{member.name} needs {sibling.name} {sibling.version}"
    if not inputs.allowed(sibling):
        fix = f"Publish {sibling.name} too, or let {member.name} do without it."
        return failed("sibling-private", sibling.name, f"{needs}, which may not be", fix=fix)
    return next(_served(sibling, needs, reached))


def _served(sibling: Member, needs: str, reached: Reached) -> Iterator[Finding]:
    """It is in the index, not yanked, and with the attested bytes where these are here."""
    line, attested = reached.served[sibling.name].index, reached.ground.sha256(sibling)
    if line is None:
        fix = f"Publish {sibling.name} first, or name it in `packages` too; `wait` waits."
        detail = f"{needs}, and the index has it not"
        yield missing("sibling-not-served", sibling.name, detail, fix=fix)
    elif line.yanked:
        fix = f"Release another version of {sibling.name}: cargo takes no yanked one."
        yield failed("sibling-yanked", sibling.name, f"{needs}, which was yanked", fix=fix)
    elif attested not in (None, line.checksum):
        fix = "Publish nothing. Find out who published it, and release another version."
        detail = f"{needs}: attested {attested}, the index has {line.checksum}"
        yield failed("sibling-not-ours", sibling.name, detail, fix=fix)
    else:
        yield ok("sibling", sibling.name, f"{needs}, and the index has it: {line.checksum}")
