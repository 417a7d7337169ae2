"""The third look: the bytes that are served, and the canonical set in its folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from release_actions.actions.canonicalize_pypi_dists import judging
from release_actions.actions.canonicalize_pypi_dists.asked import Canonical, Inputs
from release_actions.actions.canonicalize_pypi_dists.served import LAGS, Served
from release_actions.actions.canonicalize_pypi_dists.writing import CanonicalFile, PutCanonical
from release_actions.clients import dists, proofs
from release_actions.clients.dists import DistFile
from release_actions.clients.files import Hashed
from release_actions.clients.proofs import Proof
from release_actions.clients.web import Fetched
from release_actions.formats import checksums
from release_actions.formats.index_file import IndexFile
from release_actions.verdict import Finding, Outcome, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Settled:
    """What came from each address (None: 404), opened; the provenance; and the output as it is."""

    served: Served
    files: Mapping[str, IndexFile]  # by address
    fetched: Mapping[str, Fetched | None]  # by address
    opened: tuple[DistFile, ...]
    built: Mapping[str, DistFile]  # by name, hashed: where some are still to come from the build
    same: Mapping[str, bool]  # by name: is what is served what was built?
    proofs: Mapping[str, Proof]  # by name
    output: tuple[DistFile, ...]


def gather(inputs: Inputs, world: World, served: Served) -> Settled:
    index = world.pypi(inputs.index_url)
    wanted = _addresses(inputs, served)
    fetched = index.fetch(wanted.values(), world.quarantine / "dists")
    came = {
        file.name: DistFile(
            file.name, found.path, hashed=Hashed(found.path, found.sha256, found.size, False)
        )
        for url, file in wanted.items()
        if (found := fetched[url])
    }
    publishers = proofs.of(
        index, inputs.project, inputs.version, served.index_files.values(), inputs.publisher
    )
    return Settled(
        served=served,
        files=wanted,
        fetched=fetched,
        opened=dists.opened(list(came.values())),
        built={entry.file: entry for entry in dists.hashed(_from_build(inputs, served))},
        same=dists.same(_compared(inputs, served, came)),
        proofs=publishers,
        output=dists.hashed(dists.entered(world.workspace / inputs.output_directory) or ()),
    )


def _addresses(inputs: Inputs, served: Served) -> dict[str, IndexFile]:
    """What to load: each file once; after the upload from every address that any layer tells."""
    merged = served.index_files
    if not inputs.read_only:
        return {file.url: file for file in merged.values()}
    told = [file for name in merged for _, file in served.told.each(name)]
    return {file.url: replace(merged[file.name], url=file.url) for file in told}


def _from_build(inputs: Inputs, served: Served) -> list[DistFile]:
    """What to hash: all that was built, unless all is served and decides by its own bytes."""
    built = served.local.dists
    return [] if inputs.read_only or not built.keys() - served.told.shows else list(built.values())


def _compared(
    inputs: Inputs, served: Served, came: Mapping[str, DistFile]
) -> dict[str, tuple[DistFile, DistFile]]:
    if inputs.read_only:
        return {}
    return {name: (served.local.dists[name], entry) for name, entry in came.items()}


def decide(inputs: Inputs, settled: Settled) -> Verdict:
    findings = [*_loaded(inputs, settled), *_proved(inputs, settled)]
    if inputs.read_only:
        right = not any(finding.outcome.bad for finding in findings)
        return Verdict(findings, _outputs(inputs, _plan(settled)) if right else Canonical())
    findings += judging.changed(settled.built.values(), inputs.directory)
    findings += [*_received(inputs, settled), *_one_build(settled)]
    if any(finding.outcome.bad for finding in findings):
        return Verdict(findings, Canonical())
    plan = _plan(settled)
    put = _written(inputs, settled, plan)
    outputs = _outputs(inputs, plan) if put.outcome is Outcome.OK else Canonical()
    return Verdict([*findings, put], outputs)


def _loaded(inputs: Inputs, settled: Settled) -> Iterator[Finding]:
    """What came from each address has the digest that was told, or that is canonical."""
    for url, file in settled.files.items():
        found = settled.fetched[url]
        expected = _expected(inputs, settled, file)
        if found is None:
            why = f"{url}: 404 from the host of the files"
            yield missing("layer-lags", file.name, why, fix=LAGS)
        elif found.sha256 != expected:
            fix = "Do not release it. Tell the index's operators; a cache on the way may be it."
            why = f"{url}: received {found.sha256} ({found.size} bytes), expected {expected}"
            yield failed("wrong-bytes", file.name, why, fix=fix)
        else:
            yield ok("served", file.name, f"served: {found.size} bytes, {found.sha256}")


def _expected(inputs: Inputs, settled: Settled, file: IndexFile) -> str | None:
    if inputs.read_only:
        return settled.served.local.digests[file.name].sha256
    return file.sha256


def _proved(inputs: Inputs, settled: Settled) -> Iterator[Finding]:
    for name, proof in settled.proofs.items():
        if proof.problem:
            fix = "Find out who published it. Correct `provenance` if the workflow has a new name."
            yield failed("provenance-wrong", name, proof.problem, fix=fix)
        elif not proof.proved:
            fix = "Publish by a trusted publisher, with attestations; or leave `provenance` empty."
            why = f"the index has no provenance of it, expected {inputs.publisher}"
            yield missing("provenance-missing", name, why, fix=fix)
        else:
            yield ok("provenance", name, proof.proved)


def _received(inputs: Inputs, settled: Settled) -> Iterator[Finding]:
    """What is served is as good as what is built has to be."""
    files = settled.served.index_files
    for entry in settled.opened:
        if entry.sha256 == files[entry.file].sha256:  # else it is told already, and nobody's
            yield from judging.own(inputs, entry, "index")


def _one_build(settled: Settled) -> Iterator[Finding]:
    """Files of two builds are no set; where everything is served its bytes decide."""
    for name, alike in settled.same.items():
        if alike:
            continue
        why = f"what is served has other bytes ({settled.served.index_files[name].sha256})"
        if settled.built:
            fix = "Give the files of the build that began to publish, or release the next version."
            yield failed("mixed-builds", name, f"{why} than what was built", fix=fix)
        else:
            yield ok("another-build", name, f"{why} than what was built, and is canonical")


def _plan(settled: Settled) -> tuple[CanonicalFile, ...]:
    """The canonical set: what is served, and from the build what is not."""
    came = {settled.files[url].name: found for url, found in settled.fetched.items() if found}
    return tuple(
        CanonicalFile(name, came[name].sha256, came[name].size, "index", came[name].path)
        if name in came
        else _of_build(settled.built[name])
        for name in sorted(settled.served.local.dists)
    )


def _of_build(entry: DistFile) -> CanonicalFile:
    assert entry.hashed is not None  # `changed` tells of one that is gone
    return CanonicalFile(entry.file, entry.hashed.sha256, entry.hashed.size, "build", entry.path)


def _written(inputs: Inputs, settled: Settled, plan: tuple[CanonicalFile, ...]) -> Finding:
    subject = inputs.output_directory
    there = {entry.file: entry.sha256 for entry in settled.output}
    if there == {file.name: file.sha256 for file in plan}:
        return ok("written", subject, f"{len(plan)} file(s), each by its digest")
    why = f"{len(there)} of {len(plan)} file(s) are there"
    return due("not-written", subject, why, PutCanonical(subject, plan, inputs.index_url))


def _outputs(inputs: Inputs, plan: tuple[CanonicalFile, ...]) -> Canonical:
    built = {file.name: file.sha256 for file in plan if file.origin == "build"}
    keys = ("name", "sha256", "size", "origin")
    listed = [{key: getattr(file, key) for key in keys} for file in plan]
    return Canonical(
        source="index" if not built else "build" if len(built) == len(plan) else "mixed",
        files=json.dumps(listed),
        upload_files="\n".join(str(PurePosixPath(inputs.output_directory, n)) for n in built),
        built_subjects=checksums.subjects(built) if built else "",
    )
