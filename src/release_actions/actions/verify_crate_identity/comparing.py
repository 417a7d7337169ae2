"""The third look: the bytes, packaged or served, against the attested ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar

from release_actions.actions.verify_crate_identity import serving
from release_actions.actions.verify_crate_identity.account import account
from release_actions.actions.verify_crate_identity.asked import (
    Identified,
    Inputs,
    Wanted,
    told,
)
from release_actions.actions.verify_crate_identity.ground import Ground
from release_actions.actions.verify_crate_identity.reaching import Reached
from release_actions.clients import crate_files
from release_actions.clients.crate_files import CrateOnDisk, Packaged
from release_actions.clients.served_crate import Served, look
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName
from release_actions.verdict import Finding, Outcome, Verdict, due, failed, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Bytes:
    """What cargo packaged (None: not asked), and what the registry serves of each crate."""

    ground: Ground
    packaged: Packaged | None
    served: Mapping[CrateName, Served]


@dataclass(frozen=True)
class PlaceCrate:
    """A .crate in the attested directory."""

    reversible: ClassVar[bool] = True

    to: Path
    sha256: Sha256
    source: Path = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"write {self.to.name}, {self.sha256}"

    def make(self, world: World) -> None:
        crate_files.place(self.source, self.sha256, self.to)


def gather(inputs: Inputs, world: World, reached: Reached) -> Bytes:
    ground, packaged = reached.ground, None
    if inputs.packages:
        packaged = crate_files.package(
            world.cargo(world.workspace / inputs.path, inputs.environment),
            inputs.names,
            world.quarantine,
            at=str(ground.tree and ground.tree.commit),
            verify=inputs.mode == "package",
            registry=inputs.registry,
        )
    registry, folder = world.crates(inputs.registry_url), world.quarantine / "served"
    served = {
        (c := on_disk.crate).name: look(registry, c.name, c.version, folder, ours=on_disk.sha256)
        for wanted in (() if inputs.packages else inputs.package)
        for on_disk in ground.of(wanted)
        if on_disk.crate
    }
    return Bytes(ground, packaged, served)


def decide(inputs: Inputs, found: Bytes) -> Verdict:
    if found.packaged is None:
        return serving.decide(inputs, found.ground, found.served)
    if not found.packaged.ok:
        return Verdict([_refused(inputs, found.packaged)], Identified())
    findings = [f for wanted in inputs.package for f in _packaged(wanted, inputs, found)]
    if any(finding.outcome is not Outcome.OK for finding in findings):
        return Verdict(findings, Identified())
    return Verdict(findings, told(found.ground.directory, found.packaged.crates))


def _refused(inputs: Inputs, packaged: Packaged) -> Finding:
    """Cargo's words are for people: whether it could not look or says no is asked in `explain`."""
    fix = "Read cargo's words above. If it could not reach the registry, run again."
    detail = f"cargo package --locked: {packaged.said}"
    return unknown("cargo-refused", ", ".join(inputs.names), detail, fix=fix)


def _packaged(wanted: Wanted, inputs: Inputs, found: Bytes) -> list[Finding]:
    """Exactly one .crate came of it, and it is the attested one, or becomes it."""
    assert found.packaged is not None  # by decide
    ground = found.ground
    mine = [c for c in found.packaged.crates if c.crate and c.crate.name == wanted.name]
    member = ground.member(wanted)
    if len(mine) != 1 or member is None or mine[0].path.name != member.file:
        names = ", ".join(c.path.name for c in found.packaged.crates) or "none"
        fix = "Report it with cargo's version: a fresh folder holds what was asked for alone."
        return [failed("not-one-crate", wanted.name, f"cargo made {names}", fix=fix)]
    crate = mine[0].crate
    if ground.tree is None or crate is None or crate.commit != ground.tree.commit:
        fix = "Nothing may check out or commit while this step runs."
        detail = f"the .crate says commit {crate.commit if crate else None}"
        return [failed("other-commit", member.file, detail, fix=fix)]
    if (again := found.packaged.verified.get(member.file, mine[0].sha256)) != mine[0].sha256:
        fix = "Look what its build script writes. A .crate must come of the commit alone."
        detail = f"packaged twice it is two things: {mine[0].sha256} and {again}"
        return [failed("not-reproducible", member.file, detail, fix=fix)]
    attested = [c for c in ground.of(wanted) if c.path.name == member.file]
    return _compared(mine[0], attested[0] if attested else None, inputs, ground)


def _compared(
    mine: CrateOnDisk, attested: CrateOnDisk | None, inputs: Inputs, ground: Ground
) -> list[Finding]:
    name = mine.path.name
    assert mine.sha256 is not None  # it was opened
    if attested is None and inputs.mode == "package":
        change = PlaceCrate(ground.directory / name, mine.sha256, mine.path)
        return [due("attested-differs", name, f"packaged: {mine.sha256}", change)]
    if attested is not None and attested.sha256 == mine.sha256:
        return [ok("same", name, f"packaged and attested are one: {mine.sha256}")]
    if attested is None:
        fix = "Download the artifact of the job that packaged this version."
        return [failed("attested-differs", name, "another version is attested", fix=fix)]
    return account("attested-differs", name, (attested, mine), ("attested", "packaged"))


def explain(inputs: Inputs, verdict: Verdict, world: World) -> dict[Finding, Finding]:
    """Where cargo refused and the registry answers, it is the tree: a no, and not a maybe."""
    refused = [finding for finding in verdict.bad if finding.rule == "cargo-refused"]
    if not refused:
        return {}
    registry = world.crates(inputs.registry_url).config()
    said = f"the registry answers (files {registry.dl})"
    return {
        finding: replace(
            finding,
            outcome=Outcome.FAILED,
            detail=f"{finding.detail}; {said}",
            fix="Mend what cargo says. `cargo package --locked` says the same on a laptop.",
        )
        for finding in refused
    }
