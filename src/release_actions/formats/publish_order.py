"""Which crates of a workspace are published, and in which order: each after all that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Self

from release_actions.formats.cargo_metadata import Member, Workspace
from release_actions.formats.crate_index import CrateName
from release_actions.values import Lines

CRATES_IO = "crates-io"  # cargo's name for it


class CrateNames(tuple[CrateName, ...]):
    """Crates by their names, each once."""

    def __new__(cls, raw: str) -> Self:
        found = [CrateName(line) for line in Lines(raw)]
        if len({name.key for name in found}) != len(found):
            raise ValueError("each crate once (crates.io takes - for _, and minds no case)")
        return super().__new__(cls, found)


class RegistryName(str):
    """A registry by its name in cargo's settings; none is crates.io."""

    def __new__(cls, raw: str) -> Self:
        if raw and not (
            raw[0].isalpha() and raw.isascii() and raw.replace("-", "_").isidentifier()
        ):
            raise ValueError("a registry's name: a letter, then letters, digits, - and _")
        return super().__new__(cls, raw or CRATES_IO)


def allowed(member: Member, registry: str) -> bool:
    """Whether it may be published there: `publish = []`, as false, forbids it everywhere."""
    return member.registries is None or registry in member.registries


def selected(workspace: Workspace, names: Sequence[CrateName], registry: str) -> tuple[Member, ...]:
    """The members of these names, or all that may be published; in cargo's order."""
    return tuple(
        member
        for member in workspace.members
        if (member.name in names if names else allowed(member, registry))
    )


def order(members: Sequence[Member]) -> tuple[tuple[Member, ...], tuple[str, ...]]:
    """The members, each after those of them that it needs, else as cargo has them; and a cycle.

    A cycle is the names of crates that need each other; then there is no order.
    """
    by_name = {member.name: member for member in members}
    place = {name: number for number, name in enumerate(by_name)}
    graph = TopologicalSorter(
        {m.name: [need.name for need in m.needs if need.name in by_name] for m in members}
    )
    try:
        graph.prepare()
    except CycleError as error:
        return (), tuple(map(str, error.args[1]))
    found: list[Member] = []
    while graph.is_active():
        ready = sorted(graph.get_ready(), key=place.__getitem__)
        found += [by_name[name] for name in ready]
        graph.done(*ready)
    return tuple(found), ()
