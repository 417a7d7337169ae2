"""The last look: what the registry has of each, and which may be published now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from release_actions.actions.publish_crates.asked import Inputs, Published
from release_actions.actions.publish_crates.ground import Ground
from release_actions.actions.publish_crates.packing import Packed
from release_actions.actions.publish_crates.uploading import UploadCrate
from release_actions.clients.publishing import Ours
from release_actions.clients.served_crate import Served
from release_actions.formats import crate_difference
from release_actions.formats.cargo_metadata import Member
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName
from release_actions.values import spell
from release_actions.verdict import Finding, Outcome, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Registry:
    """What the registry has of each crate, and what this run uploaded to it.

    `left` is for how many seconds the token may still begin something; None: without an end.
    """

    ground: Ground
    served: Mapping[CrateName, Served]
    uploaded: frozenset[CrateName]
    left: float | None

    def there(self, member: Member) -> bool:
        """Whether the index has it with our bytes: from then on others may need it."""
        line = self.served[member.name].index
        return line is not None and not line.yanked and line.checksum == self.ground.sha256(member)

    def behind(self, member: Member) -> tuple[Member, ...]:
        """What it needs, is published here too, and is not served yet."""
        siblings = self.ground.tree.workspace.siblings(member)
        return tuple(s for s in siblings if s in self.ground.order and not self.there(s))


def gather(inputs: Inputs, world: World, packed: Packed) -> Registry:
    publishing, ground = world.publishing(inputs.registry_url), packed.ground
    ours = [Ours(m.name, m.version, ground.sha256(m)) for m in ground.order]
    return Registry(
        ground,
        publishing.look(ours, world.quarantine / "served"),
        publishing.uploaded,
        publishing.token.left(inputs.token_expires),
    )


def decide(inputs: Inputs, registry: Registry) -> Verdict:
    members = registry.ground.order
    found = [_crate(member, inputs, registry) for member in members]
    done = [m for m, finding in zip(members, found, strict=True) if finding.outcome is Outcome.OK]
    return Verdict(
        found,
        Published(
            order=_json(members),
            published=_json(done),
            left=_json([member for member in members if member not in done]),
        ),
    )


def _json(members: tuple[Member, ...] | list[Member]) -> str:
    return json.dumps([f"{member.name}@{member.version}" for member in members])


def _crate(member: Member, inputs: Inputs, registry: Registry) -> Finding:
    served, ours = registry.served[member.name], registry.ground.sha256(member)
    if served.index is None:
        return _absent(member, inputs, registry)
    if other := [layer for layer, sha256 in served.layers.items() if sha256 not in (ours, None)]:
        return _not_ours(member, other, served, registry)
    if served.yanked:
        fix = "Release another version, or `cargo yank --undo` if it was yanked by mistake."
        detail = "it is ours, and was yanked: that is not published, and cannot be again"
        return failed("yanked", member.file, detail, fix=fix)
    if served.lacking:
        fix = "`wait` waits for the layers that lag. Run again in some minutes."
        detail = f"in the index, and ours; not there yet: {', '.join(served.lacking)}"
        lags = missing("layer-lags", member.file, detail, fix=fix)
        return replace(lags, change=_upload(member, inputs, registry))
    return ok("served", member.file, f"index, API and both downloads are ours: {ours}")


def _not_ours(member: Member, other: list[str], served: Served, registry: Registry) -> Finding:
    """Both digests are named, and where it was downloaded, what differs in it."""
    (attested,) = registry.ground.of(member)
    found: dict[Sha256 | None, list[str]] = {}
    for layer in other:
        found.setdefault(served.layers[layer], []).append(layer)
    digests = "; ".join(f"served {sha256} ({', '.join(by)})" for sha256, by in found.items())
    why = ""
    if served.other and served.other[0].crate and attested.crate:
        two = (attested.crate, served.other[0].crate)
        why = crate_difference.why(crate_difference.differences(*two, ("attested", "served")))
    detail = f"attested {attested.sha256}; {digests}{'; ' * bool(why)}{why}"
    fix = "Publish nothing. A version's bytes never change: find out who published this one."
    return failed("not-ours", member.file, detail, fix=fix)


def _absent(member: Member, inputs: Inputs, registry: Registry) -> Finding:
    """Not on the registry: it is published once all that it needs is served."""
    change = _upload(member, inputs, registry)
    behind = registry.behind(member)
    if registry.left is not None and registry.left <= 0 and member.name not in registry.uploaded:
        fix = "Run again with a new token: what is there by then is not published twice."
        detail = f"not published: the token ends, {spell(inputs.token_expires)} after the start"
        return missing("token-ends", member.file, detail, fix=fix, final=True)
    after = f"{', '.join(s.name for s in behind)} {'is' if len(behind) == 1 else 'are'} served"
    return due(
        "not-served", member.file, "the index has it not", change, after=after if behind else ""
    )


def _upload(member: Member, inputs: Inputs, registry: Registry) -> UploadCrate:
    sha256 = registry.ground.sha256(member)
    assert sha256 is not None  # the first look saw to it
    here = {m.name for m in registry.ground.order}
    return UploadCrate(
        member.name,
        member.version,
        sha256,
        registry.ground.order.index(member) + 1,
        len(registry.ground.order),
        tuple(dict.fromkeys(need.name for need in member.needs if need.name in here)),
        member.folder,
        inputs.path,
        inputs.target,
    )
