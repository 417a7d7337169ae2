"""The second look: where the registry is, and whether it has what these crates need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release_actions.actions.verify_crate_identity.asked import Identified, Inputs
from release_actions.actions.verify_crate_identity.ground import Ground
from release_actions.formats import crate_index
from release_actions.formats.cargo_metadata import Member
from release_actions.formats.crate_index import CrateName, IndexVersion, RegistryConfig
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Reached:
    """The registry's addresses (None: not asked), and the index's lines of needed siblings."""

    ground: Ground
    config: RegistryConfig | None
    needed: Mapping[Member, tuple[Member, ...]]
    served: Mapping[CrateName, tuple[IndexVersion, ...] | None]


def gather(inputs: Inputs, world: World, ground: Ground) -> Reached:
    registry = world.crates(inputs.registry_url)
    needed = _needed(inputs, ground)
    names = dict.fromkeys(sibling.name for siblings in needed.values() for sibling in siblings)
    return Reached(
        ground,
        None if inputs.packages else registry.config(),
        needed,
        {name: registry.versions(name) for name in names},
    )


def _needed(inputs: Inputs, ground: Ground) -> dict[Member, tuple[Member, ...]]:
    """The siblings of each crate that are not packaged beside it, and so must be served."""
    if ground.tree is None:
        return {}
    workspace, together = ground.tree.workspace, set(inputs.names)
    members = [member for wanted in inputs.package if (member := ground.member(wanted))]
    return {
        member: tuple(s for s in workspace.siblings(member) if s.name not in together)
        for member in members
    }


def decide(inputs: Inputs, reached: Reached) -> Verdict:
    return Verdict([*_addresses(inputs, reached), *_siblings(reached)], Identified())


def _addresses(inputs: Inputs, reached: Reached) -> Iterator[Finding]:
    if reached.config is not None:
        detail = f"API {reached.config.api}, files {reached.config.dl}"
        yield ok("registry", inputs.registry_url, detail)


def _siblings(reached: Reached) -> Iterator[Finding]:
    for member, siblings in reached.needed.items():
        for sibling in siblings:
            yield _sibling(member, sibling, reached.served[sibling.name])
        if not siblings:
            yield ok("sibling", member.name, "it needs no crate of the workspace from the registry")


def _sibling(member: Member, sibling: Member, lines: tuple[IndexVersion, ...] | None) -> Finding:
    """Cargo packages a crate alone only if the index has the siblings that it depends on."""
    needs = f"{member.name} needs {sibling.name} {sibling.version}"
    if sibling.registries == ():
        fix = f"Publish {sibling.name} too, or let {member.name} do without it."
        return failed(
            "sibling-private", sibling.name, f"{needs}, which is never published", fix=fix
        )
    line = crate_index.find(lines or (), sibling.version)
    if line is None:
        fix = (
            f"Publish {sibling.name} first, or name both in `package`; `wait` waits for the index."
        )
        return missing(
            "sibling-not-served", sibling.name, f"{needs}, and the index has it not yet", fix=fix
        )
    if line.yanked:
        fix = f"Release another version of {sibling.name}: cargo takes no yanked one."
        return failed("sibling-yanked", sibling.name, f"{needs}, which was yanked", fix=fix)
    return ok("sibling", sibling.name, f"{needs}, and the index has it: {line.checksum}")
