"""What the registry serves, judged against the attested .crate: the same for every layer."""

from __future__ import annotations

from collections.abc import Mapping

from release_actions.actions.verify_crate_identity.account import account
from release_actions.actions.verify_crate_identity.asked import Identified, Inputs, Wanted, told
from release_actions.actions.verify_crate_identity.ground import Ground
from release_actions.clients.crate_files import CrateOnDisk
from release_actions.clients.served_crate import Served
from release_actions.formats.crate_index import CrateName
from release_actions.verdict import Finding, Outcome, Verdict, failed, missing, ok


def decide(inputs: Inputs, ground: Ground, served: Mapping[CrateName, Served]) -> Verdict:
    found = [f for wanted in inputs.package for f in _served(wanted, inputs, ground, served)]
    if any(finding.outcome is not Outcome.OK for finding in found):
        return Verdict(found, Identified())
    published = {name: bool(layers.index) for name, layers in served.items()}
    attested = [on_disk for wanted in inputs.package for on_disk in ground.of(wanted)]
    return Verdict(found, told(ground.directory, attested, published))


def _served(
    wanted: Wanted, inputs: Inputs, ground: Ground, served: Mapping[CrateName, Served]
) -> list[Finding]:
    (attested,) = ground.of(wanted)  # the first look saw to it
    layers, name = served[wanted.name], attested.path.name
    if layers.taken:
        fix = "Release another version: build metadata makes no new one for a registry."
        detail = f"{layers.taken.version} is on the registry, and takes its place"
        return [failed("version-taken", name, detail, fix=fix)]
    if layers.api and layers.api.crate != wanted.name:
        fix = "Rename the crate: a registry takes - for _, and minds no case."
        detail = f"the registry has a crate {layers.api.crate}, which takes its name"
        return [failed("name-taken", name, detail, fix=fix)]
    ours = (attested.sha256, None)  # a layer that has none yet is another matter
    if other := [layer for layer, sha256 in layers.layers.items() if sha256 not in ours]:
        return _not_ours(other, attested, layers)
    if layers.yanked:
        fix = "Release another version, or `cargo yank --undo` if it was yanked by mistake."
        detail = "it is ours, and was yanked: nobody gets it, and it cannot be published again"
        return [failed("yanked", name, detail, fix=fix)]
    if not layers.lacking:
        return [ok("served", name, f"index, API and both downloads are ours: {attested.sha256}")]
    return [_lagging(inputs, name, layers)]


def _not_ours(other: list[str], attested: CrateOnDisk, layers: Served) -> list[Finding]:
    """Some layer has other bytes: where they were downloaded, they are told member by member."""
    name = attested.path.name
    digests = "; ".join(f"{layer}: {layers.layers[layer]}" for layer in other)
    fix = "Publish nothing. A version's bytes never change: find out who published this one."
    found = [failed("not-ours", name, f"attested {attested.sha256}; {digests}", fix=fix)]
    for opened in layers.other[:1]:
        found += account("not-ours", name, (attested, opened), ("attested", "served"))
    return found


def _lagging(inputs: Inputs, name: str, layers: Served) -> Finding:
    """Absent everywhere is an answer to `recover`; absent in some layer is none to anybody."""
    if len(layers.lacking) == len(layers.layers):
        if inputs.mode == "recover":
            return ok("served", name, "index, API and downloads know of no such version")
        fix = "Publish it first; `wait` waits for a registry that lags."
        return missing("not-served", name, "no layer of the registry has it", fix=fix)
    have = ", ".join(layer for layer in layers.layers if layer not in layers.lacking)
    detail = f"not there yet: {', '.join(layers.lacking)}; there, and ours: {have}"
    fix = "`wait` waits for the layers that lag. Run again in some minutes."
    return missing("layer-lags", name, detail, fix=fix)
