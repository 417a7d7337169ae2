"""The second look: what each layer of the index has of the version, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from release_actions.actions.canonicalize_pypi_dists.asked import Canonical, Inputs
from release_actions.actions.canonicalize_pypi_dists.local import Local
from release_actions.clients.pypi import PROJECT_JSON, SIMPLE, VERSION_JSON, Layer, Told
from release_actions.formats.index_file import IndexFile
from release_actions.verdict import Finding, Verdict, failed, missing, ok, unknown
from release_actions.world import World

LAGS = "Wait: layers of an index follow one another, on PyPI within minutes. `wait` waits."


@dataclass(frozen=True)
class Served:
    """The files here, and what the index says."""

    local: Local
    told: Told

    @cached_property
    def index_files(self) -> dict[str, IndexFile]:
        """Each file that is shown, with all that is told of it by any layer."""
        return {name: _merged(self.told, name) for name in sorted(self.told.shows)}


def _merged(told: Told, name: str) -> IndexFile:
    each = [file for _, file in told.each(name)]
    first = each[0]
    return replace(
        first,
        sha256=next((file.sha256 for file in each if file.sha256), None),
        size=next((file.size for file in each if file.size is not None), None),
        yanked=next((file.yanked for file in each if file.yanked is not None), None),
        provenance=next((file.provenance for file in each if file.provenance), None),
    )


def gather(inputs: Inputs, world: World, local: Local) -> Served:
    index = world.pypi(inputs.index_url)
    return Served(local, index.told(inputs.project, inputs.version, every=inputs.read_only))


def decide(inputs: Inputs, served: Served) -> Verdict:
    findings = [
        *_agreed(served),
        *_extra(inputs, served),
        *(_layers(inputs, served) if inputs.read_only else [_state(inputs, served)]),
        *_yanked(inputs, served),
    ]
    return Verdict(findings, Canonical())


def _agreed(served: Served) -> Iterator[Finding]:
    """No two layers tell two digests for one name, and each name has one."""
    for name in sorted(served.told.shows):
        told = {
            layer: file.sha256 for layer, file in served.told.each(name) if file.sha256 is not None
        }
        if len(set(told.values())) > 1:
            fix = "Trust neither. Tell the index's operators; a file never changes under its name."
            why = ", ".join(f"{layer} says {digest}" for layer, digest in told.items())
            yield failed("layers-contradict", name, why, fix=fix)
        elif not told:
            fix = "Use an index that tells SHA-256: without it nothing proves what was received."
            why = "no layer of the index tells its SHA-256"
            yield unknown("no-digest", name, why, fix=fix)


def _extra(inputs: Inputs, served: Served) -> Iterator[Finding]:
    for name in sorted(served.told.shows - set(served.local.dists)):
        fix = "Build the same set that was published; or delete it, or release the next version."
        why = f"the index serves it, and it is not in {inputs.directory}"
        yield failed("extra-served", name, why, fix=fix)


def _yanked(inputs: Inputs, served: Served) -> Iterator[Finding]:
    """Told, and what nobody shall install is never said to be served (PEP 592, D-O8)."""
    for name, file in served.index_files.items():
        if file.yanked is not None:
            fix = "Nobody gets it who does not name this version: un-yank it, or release the next."
            why = f"it is yanked: {file.yanked or 'no reason was given'}"
            yield replace(failed("yanked", name, why, fix=fix), advisory=not inputs.read_only)


# Before the upload


def _state(inputs: Inputs, served: Served) -> Finding:
    """New, published, or partly published; or not to be told."""
    subject = f"{inputs.project} {inputs.version}"
    here, there = set(served.local.dists), served.told.shows
    if not there:
        return _absent(inputs, served.told, subject)
    if lacking := sorted(here - there):
        return _partly(inputs, served.told, subject, lacking)
    return ok("published", subject, f"published: {len(there)} file(s)")


def _absent(inputs: Inputs, told: Told, subject: str) -> Finding:
    if told.answers is False:
        fix = "Correct `index-url`: it is what pip is given as --index-url."
        why = "every layer says 404, and there is no index at this address"
        return unknown("no-index", inputs.index_url, why, fix=fix)
    simple = told.layer(SIMPLE)
    knows = [layer.name for layer in told.layers if layer.files is not None]
    if knows and simple is not None and simple.files is None:
        why = f"the {SIMPLE} says 404 of the project, and the {knows[0]} knows it"
        return missing("layer-lags", subject, why, fix=LAGS)
    if empty := [layer.name for layer in told.layers if _empty_version(layer)]:
        why = f"the {empty[0]} knows the version, and no layer has a file of it"
        return missing("layer-lags", subject, why, fix=LAGS)
    said = ", ".join(f"{layer.name}: {_what(layer)}" for layer in told.layers)
    return ok("new", subject, f"new: {said}")


def _empty_version(layer: Layer) -> bool:
    """A version with no file is one whose files are not to be seen: yet, or any more."""
    return layer.name == VERSION_JSON and layer.files is not None


def _what(layer: Layer) -> str:
    return "404" if layer.files is None else "has no file of it"


def _partly(inputs: Inputs, told: Told, subject: str, lacking: list[str]) -> Finding:
    # A 404 is no word of a layer that some indexes do not have; a page without a file is one.
    sets = {layer.shows for layer in told.layers if layer.files is not None or layer.name == SIMPLE}
    if len(sets) > 1:
        each = ", ".join(f"{layer.name}: {len(layer.shows)}" for layer in told.layers)
        why = f"the layers differ in how many files they have, so some may still come: {each}"
        return missing("layer-lags", subject, why, fix=LAGS)
    shown = f"not served: {', '.join(lacking[:5])}{' …' if len(lacking) > 5 else ''}"
    if inputs.partial == "fail":
        fix = "Set `partial: complete` to upload what is missing, if it is of the same build."
        return failed("partly-published", subject, f"partly published; {shown}", fix=fix)
    return ok("partly", subject, f"partly published; {shown}")


# After the upload


def _layers(inputs: Inputs, served: Served) -> Iterator[Finding]:
    """Every layer that the index has serves every file, with the canonical digest."""
    told = served.told
    if told.answers is False:
        yield _absent(inputs, told, f"{inputs.project} {inputs.version}")
        return
    for layer in told.layers:
        yield from _layer(served, layer)


def _layer(served: Served, layer: Layer) -> Iterator[Finding]:
    wrong = list(_differing(served, layer))
    yield from wrong
    lacking = sorted(set(served.local.dists) - layer.shows)
    if not lacking:
        if not wrong:
            yield ok("served", layer.name, f"serves all {len(layer.shows)} file(s)")
        return
    if layer.files is None and (absence := _not_had(served.told, layer.name)):
        yield absence
        return
    why = f"{len(lacking)} file(s) are not served by this layer, such as {lacking[0]}"
    yield missing("layer-lags", layer.name, why, fix=LAGS)


def _not_had(told: Told, name: str) -> Finding | None:
    """Where a layer's 404 is not for this version alone: then the index has no such layer."""
    if name == PROJECT_JSON and (own := told.layer(VERSION_JSON)) and own.files is None:
        return ok("no-such-layer", name, "404: this index has no JSON, or not yet; pip needs none")
    if name != VERSION_JSON:
        return None
    if told.has_json is False:
        return ok("no-such-layer", name, "404 of other versions too: this index does not have it")
    project = told.layer(PROJECT_JSON)
    if told.has_json is None and project is not None and project.shows:
        why = "404, and there is no other version to tell lag from an index without it"
        return replace(missing("layer-lags", name, why, fix=LAGS), advisory=True)
    if project is not None and project.files is None:
        return ok("no-such-layer", name, "404: this index has no JSON, or not yet; pip needs none")
    return None


def _differing(served: Served, layer: Layer) -> Iterator[Finding]:
    for name, file in (layer.files or {}).items():
        ours = served.local.digests.get(name)
        if ours is not None and file.sha256 not in (None, ours.sha256):
            fix = "Other bytes were published under this name. Find out by whom; yank the version."
            why = f"the {layer.name} says {file.sha256}, canonical is {ours.sha256}"
            yield failed("served-differs", name, why, fix=fix)
