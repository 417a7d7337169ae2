"""Yank the release candidates that a newer candidate or the release itself has superseded, each
crate on its own version line.

A candidate 1.2.3-rc.1 is superseded by 1.2.3-rc.2 and by 1.2.3, and by nothing else; and only once
what supersedes it is on the registry and not yanked itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from release_actions.action import Action
from release_actions.clients.crates import CRATES_IO
from release_actions.formats import crate_index
from release_actions.formats.cargo_metadata import Member, Workspace
from release_actions.formats.crate_index import CrateName, IndexUrl, IndexVersion
from release_actions.formats.publish_order import CrateNames, RegistryName, allowed, selected
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, Outputs, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Inputs:
    packages: CrateNames = CrateNames("")
    yank: bool = False
    path: str = "."
    registry_url: IndexUrl = CRATES_IO
    registry: RegistryName = RegistryName("")


@dataclass(frozen=True)
class Facts:
    """The workspace, and every version that the index has of each crate."""

    workspace: Workspace
    lines: Mapping[CrateName, tuple[IndexVersion, ...]]


@dataclass(frozen=True)
class Yanked(Outputs):
    superseded: str = ""
    yanked: str = ""


@dataclass(frozen=True)
class Yank:
    """A version that nobody is to begin to depend on. `cargo yank --undo` takes it back."""

    reversible: ClassVar[bool] = True

    name: CrateName
    version: Version
    index: IndexUrl = field(repr=False)

    def __str__(self) -> str:
        return f"yank {self.name} {self.version}"

    def make(self, world: World) -> None:
        world.publishing(self.index).yank(self.name, self.version)


def gather(inputs: Inputs, world: World) -> Facts:
    workspace = world.cargo(world.workspace / inputs.path).metadata()
    members = selected(workspace, inputs.packages, inputs.registry)
    publishing = world.publishing(inputs.registry_url)
    return Facts(workspace, publishing.lines(member.name for member in members))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    members = selected(facts.workspace, inputs.packages, inputs.registry)
    found = [*_known(inputs, facts), *(f for m in members for f in _line(m, inputs, facts))]
    old = [(m, line) for m in members for line in superseded(m.version, facts.lines[m.name])]
    told = {
        yanked: json.dumps([f"{m.name}@{line.version}" for m, line in old if line.yanked is yanked])
        for yanked in (False, True)
    }
    return Verdict(found, Yanked(superseded=told[False], yanked=told[True]))


def superseded(current: Version, lines: tuple[IndexVersion, ...]) -> tuple[IndexVersion, ...]:
    """The candidates of the very same version that are strictly older than the current one."""
    mine = current.parts
    return tuple(
        line
        for line in lines
        if line.version.kind == "rc"
        and line.version.parts.finalize_version() == mine.finalize_version()
        and line.version.parts.compare(mine) < 0
    )


def _known(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """Every crate that was named is a member that may be published."""
    for name in inputs.packages:
        member = facts.workspace.find(name)
        if member is None or not allowed(member, inputs.registry):
            names = ", ".join(m.name for m in facts.workspace.members)
            fix = f"Correct `packages` or `path`. There are: {names}."
            detail = "no member of the workspace that may be published"
            yield failed("no-such-package", name, detail, fix=fix)
    if not facts.lines:
        fix = "Correct `packages`, `path` or `registry`."
        root = facts.workspace.root
        yield failed("nothing-to-yank", root, "no member may be published there", fix=fix)


def _line(member: Member, inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """One crate: what supersedes stands first, then each candidate that is superseded."""
    lines = facts.lines[member.name]
    current, subject = crate_index.find(lines, member.version), f"{member.name} {member.version}"
    old = superseded(member.version, lines)
    if not old:
        yield ok("superseded", subject, f"no older candidate of it; {len(lines)} versions")
        return
    if current is None:
        fix = "Publish it first; `wait` waits for the index."
        detail = f"the index has it not, so that it supersedes none of {len(old)}"
        yield missing("current-missing", subject, detail, fix=fix)
        return
    if current.yanked:
        fix = "Take that back, or release another version first."
        detail = "it is yanked itself: its candidates are all that is left"
        yield failed("current-yanked", subject, detail, fix=fix)
        return
    for line in old:
        yield _candidate(member, line, inputs)


def _candidate(member: Member, line: IndexVersion, inputs: Inputs) -> Finding:
    subject = f"{member.name} {line.version}"
    if line.yanked:
        return ok("superseded", subject, f"yanked already; {member.version} supersedes it")
    if not inputs.yank:
        return ok("superseded", subject, f"{member.version} supersedes it; `yank: true` yanks it")
    change = Yank(member.name, line.version, inputs.registry_url)
    return due("superseded", subject, f"{member.version} supersedes it", change)


action = Action(Inputs, gather, decide, Yanked, wait="10m").trusted("registry-token").pacing(0.5)
