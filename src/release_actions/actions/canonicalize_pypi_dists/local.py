"""The first look, before any network: the files here, and whether the output can be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from release_actions.actions.canonicalize_pypi_dists import judging
from release_actions.actions.canonicalize_pypi_dists.asked import Canonical, Inputs
from release_actions.clients import dists
from release_actions.clients.dists import DistFile
from release_actions.verdict import Finding, Verdict, failed, ok
from release_actions.world import World

SIDECARS = (".publish.attestation", ".slsa.attestation")  # PEP 740, made beside what is uploaded


@dataclass(frozen=True)
class Local:
    """Every entry of the folder (None: no such folder), and what is in the output's."""

    entries: tuple[DistFile, ...] | None
    digests: Mapping[str, DistFile]  # by name: in `mode: served` alone, where they are compared
    output: tuple[str, ...] | None

    @cached_property
    def dists(self) -> dict[str, DistFile]:
        """The files that are judged, by name: attestations of one of them are beside it."""
        entries = {entry.file: entry for entry in self.entries or ()}
        return {name: entry for name, entry in entries.items() if _beside(name) not in entries}

    @property
    def sidecars(self) -> tuple[str, ...]:
        return tuple(entry.file for entry in self.entries or () if entry.file not in self.dists)


def _beside(name: str) -> str:
    """The file that this one is an attestation of, or nothing."""
    found = (name.removesuffix(suffix) for suffix in SIDECARS if name.endswith(suffix))
    return next(found, "")


def gather(inputs: Inputs, world: World) -> Local:
    output = world.workspace / inputs.output_directory
    entries = dists.look(world.workspace / inputs.directory)
    hashed = dists.hashed(entries or ()) if inputs.read_only else ()
    return Local(entries, {entry.file: entry for entry in hashed}, dists.listed(output))


def settle(inputs: Inputs, local: Local) -> tuple[str, ...]:
    """What was in the output before this run wrote there."""
    return local.output or ()


def unsettled(inputs: Inputs, local: Local) -> Verdict:
    """As if nothing had been written before."""
    return decide(inputs, local, settle(inputs, local))


def decide(inputs: Inputs, local: Local, before: tuple[str, ...]) -> Verdict:
    where = inputs.directory
    if local.entries is None:
        fix = "Download the build's artifact before this step, or correct the input."
        gone = failed("no-dists", where, "there is no such folder", fix=fix)
        return Verdict([gone], Canonical())
    entries = tuple(local.dists.values())
    findings = [
        *_output(inputs, before),
        *(finding for entry in entries for finding in judging.own(inputs, entry, where)),
        *(ok("attestation", f"{where}/{s}", "an attestation; left out") for s in local.sidecars),
        *judging.changed(local.digests.values(), where),
        *judging.whole(inputs, entries, where),
    ]
    return Verdict(findings, Canonical())


def _output(inputs: Inputs, before: tuple[str, ...]) -> Iterator[Finding]:
    if before and not inputs.read_only:
        fix = "Remove it, or name another folder: what is there already could be taken for ours."
        found = f"it holds {len(before)} entries, such as {before[0]}"
        yield failed("output-not-empty", inputs.output_directory, found, fix=fix)
