"""The third look: what is in the release is the very set of the manifests, by every digest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.publish_draft_release.asked import Inputs, Published
from release_actions.actions.publish_draft_release.expecting import pinned
from release_actions.actions.publish_draft_release.identifying import Identified
from release_actions.clients import assets
from release_actions.clients.assets import Contents
from release_actions.formats.asset_manifest import ExpectedAsset
from release_actions.formats.asset_set import PartSet, difference, read_part, shared
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Verified:
    """All that is in the release; None where it went meanwhile."""

    identified: Identified
    contents: Contents | None


def gather(inputs: Inputs, world: World, identified: Identified) -> Verified:
    contents = assets.contents(world.github, inputs.repository, inputs.release_id, inputs.parts)
    return Verified(identified, contents)


def decide(inputs: Inputs, verified: Verified) -> Verdict:
    contents = verified.contents
    if contents is None:
        fix = "Find out who deleted it, and stage again."
        gone = failed("gone", f"release {inputs.release_id}", "it went during the look", fix=fix)
        return Verdict([gone], Published())
    parts = [read_part(part, text) for part, text in contents.manifests.items()]
    expected = [*verified.identified.expected.assets]
    expected += [asset for part in parts for asset in part.assets]
    found = [
        *_parts(inputs, contents, parts),
        *_overlap(parts),
        *(_there(asset, contents) for asset in expected),
        *_nothing_else(contents, expected),
    ]
    return Verdict(found, Published())


def _parts(inputs: Inputs, contents: Contents, parts: list[PartSet]) -> Iterator[Finding]:
    """Each part has brought its manifest, and it is the one that was staged."""
    sets = {part.part: part for part in parts}
    for part in inputs.parts:
        subject = f"part {part}"
        if part not in sets:
            fix = "Run the job that stages it; `wait` waits for one that runs still."
            yield missing("part-missing", subject, "its manifest is not there", fix=fix)
        elif sets[part].problem:
            fix = f"Delete the asset {part.manifest}, and stage that part again."
            yield failed("part-unreadable", subject, sets[part].problem, fix=fix)
        else:
            yield pinned(inputs, part, subject, contents.manifests[part])


def _overlap(parts: list[PartSet]) -> Iterator[Finding]:
    for name, first, second in shared({part.part: part.assets for part in parts}):
        fix = "Rename the file in one of them: all assets of a release are in one folder."
        found = f"part {first} and part {second} both bring it"
        yield failed("name-in-two-parts", f"asset {name}", found, fix=fix)


def _there(expected: ExpectedAsset, contents: Contents) -> Finding:
    subject, there = f"asset {expected.name}", contents.named(expected.name)
    why = difference(expected, there)
    if not why:
        return ok("asset-missing", subject, f"{expected.size} bytes, {expected.sha256}")
    if not contents.release.draft:
        fix = "Release a new version: what people may have loaded is never changed."
        kind = "immutable" if contents.release.immutable else "published"
        return failed("published", subject, f"the release is {kind} already; {why}", fix=fix)
    if there is None:
        fix = "Stage it; `wait` waits for a job that stages still."
        return missing("asset-missing", subject, why, fix=fix)
    fix = "Stage it again: stage-draft-release replaces it."
    return failed("asset-differs", subject, why, fix=fix)


def _nothing_else(contents: Contents, expected: list[ExpectedAsset]) -> Iterator[Finding]:
    names = {asset.name for asset in expected}
    for asset in contents.assets:
        if asset.name not in names:
            fix = "Find out who put it there; delete it, or stage it with a manifest that names it."
            yield failed("extra", f"asset {asset.name}", f"no manifest names it ({asset})", fix=fix)
