"""The third look: what is in the draft, against the manifests; and the read-back of it all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from release_actions.actions.stage_draft_release.asked import Inputs, Staged
from release_actions.actions.stage_draft_release.drafting import Drafts
from release_actions.actions.stage_draft_release.making import EditDraft, UploadAsset
from release_actions.actions.stage_draft_release.preparing import Prepared
from release_actions.clients import assets
from release_actions.clients.assets import Contents
from release_actions.clients.releases import Release
from release_actions.formats.asset_manifest import ExpectedAsset, Part
from release_actions.formats.asset_set import Asset, PartSet, difference, read_part, shared
from release_actions.verdict import Finding, Verdict, advise, due, failed, missing, ok
from release_actions.world import World

YOUNG = timedelta(minutes=1)  # an upload that began just now may be another job's, and go on


@dataclass(frozen=True)
class Filled:
    """The draft as it is (None: it went meanwhile), and the time of day."""

    drafts: Drafts
    contents: Contents | None
    now: datetime

    @property
    def prepared(self) -> Prepared:
        return self.drafts.prepared


def gather(inputs: Inputs, world: World, drafts: Drafts) -> Filled:
    names = {asset.name for asset in drafts.prepared.assets}
    own = drafts.prepared.own(inputs)
    contents = assets.contents(
        world.github,
        inputs.repository,
        drafts.releases[0].id,
        inputs.others,
        names | ({own.name} if own else set()),
    )
    return Filled(drafts, contents, world.clock.utc())


def decide(inputs: Inputs, filled: Filled) -> Verdict:
    if filled.contents is None:
        subject, fix = f"draft for {inputs.tag}", "Find out who deleted it, and run again."
        return Verdict(
            [failed("draft-gone", subject, "it went during the look", fix=fix)], Staged()
        )
    contents = filled.contents
    others = [read_part(part, text) for part, text in contents.manifests.items()]
    findings = [
        *_others(inputs, others),
        *_overlap(inputs, filled.prepared, others),
        *_extra(inputs, filled.prepared, contents, others),
        *(_own(inputs, filled) if contents.release.draft else _published(inputs, filled)),
    ]
    return Verdict(findings, _told(inputs, filled.prepared, contents.release))


def _told(inputs: Inputs, prepared: Prepared, release: Release) -> Staged:
    return Staged(
        release_id=release.id,
        url=release.url,
        commit=inputs.commit,
        prerelease=release.prerelease,
        manifest_sha256=prepared.manifest_sha256,
    )


def _own(inputs: Inputs, filled: Filled) -> Iterator[Finding]:
    """What this job stages: the draft's text and marks, its manifest, then its assets."""
    contents, prepared = filled.contents, filled.prepared
    assert contents is not None  # decide saw to it
    yield _marks(inputs, prepared, contents.release)
    own, after = prepared.own(inputs), ""
    if own:
        there = contents.named(own.name)
        yield _asset(inputs, filled, own, there, prepared.manifest_path)
        after = f"{own.name} is there" if difference(own, there) else ""
    for expected in prepared.assets:
        path = prepared.file(expected)
        assert path is not None  # the first stage saw to it
        there = contents.named(expected.name)
        yield _asset(inputs, filled, expected, there, path, after)


def _marks(inputs: Inputs, prepared: Prepared, release: Release) -> Finding:
    wanted: dict[str, str | bool] = {
        "name": inputs.shown_title,
        "prerelease": inputs.marks.prerelease(inputs.tag, inputs.prerelease) is True,
        "target_commitish": str(inputs.commit),
    }
    if prepared.body is not None:
        wanted["body"] = prepared.body
    there: Mapping[str, str | bool] = {
        "name": release.title,
        "prerelease": release.prerelease,
        "target_commitish": release.target,
        "body": release.body,
    }
    change = tuple((k, v) for k, v in wanted.items() if _plain(v) != _plain(there[k]))
    subject = f"draft {release.id}"
    if not change:
        kind = "a prerelease" if release.prerelease else "no prerelease"
        return ok("not-as-asked", subject, f"`{release.title}`, {kind}, on {inputs.commit}")
    found = f"{', '.join(name for name, _ in change)}: not as asked"
    return due("not-as-asked", subject, found, EditDraft(inputs.repository, release.id, change))


def _plain(value: str | bool) -> str | bool:
    """A text as GitHub may give it back: with other line ends, and none at the end."""
    return value.replace("\r\n", "\n").rstrip() if isinstance(value, str) else value


def _asset(
    inputs: Inputs,
    filled: Filled,
    expected: ExpectedAsset,
    there: Asset | None,
    path: Path,
    after: str = "",
) -> Finding:
    assert filled.contents is not None  # decide saw to it
    subject, why = f"asset {expected.name}", difference(expected, there)
    if not why:
        return ok("asset-missing", subject, f"{expected.size} bytes, {expected.sha256}")
    if there is not None and not there.whole and filled.now - there.begun < YOUNG:
        fix = "Wait a minute: another job may be sending it. Then it is replaced."
        return missing("asset-coming", subject, f"{why}, or is going on", fix=fix)
    rule = "asset-missing" if there is None else "asset-differs"
    change = UploadAsset(inputs.repository, filled.contents.release.id, expected, path)
    if there is not None:
        change = UploadAsset(change.repository, change.release, expected, path, instead=there.id)
    return due(rule, subject, why, change, after=after)


def _published(inputs: Inputs, filled: Filled) -> Iterator[Finding]:
    """A release that is published has the very same set, or is refused; it is never touched."""
    contents, prepared = filled.contents, filled.prepared
    assert contents is not None  # decide saw to it
    own = prepared.own(inputs)
    kind = "immutable" if contents.release.immutable else "published"
    for expected in (*([own] if own else []), *prepared.assets):
        subject = f"asset {expected.name}"
        if why := difference(expected, contents.named(expected.name)):
            fix = "Release a new version: what people may have loaded is never changed."
            yield failed("published", subject, f"the release is {kind}; {why}", fix=fix)
        else:
            yield ok("published", subject, f"{kind} with these very bytes, {expected.sha256}")


def _others(inputs: Inputs, others: list[PartSet]) -> Iterator[Finding]:
    """How far the other parts are: told, and decided by publish-draft-release."""
    found = {each.part: each for each in others}
    for part in inputs.others:
        yield _other(part, found.get(part))


def _other(part: Part, found: PartSet | None) -> Finding:
    subject = f"part {part}"
    if found is None:
        fix = "Nothing here: its own job brings it, and publish-draft-release requires it."
        told = missing("part-missing", subject, "its manifest is not there yet", fix=fix)
        return advise(told, ["part-missing"])
    if found.problem:
        fix = f"Delete the asset {part.manifest}, and run that job again."
        return failed("part-unreadable", subject, found.problem, fix=fix)
    return ok("part-missing", subject, f"its manifest names {len(found.assets) - 1} assets")


def _overlap(inputs: Inputs, prepared: Prepared, others: list[PartSet]) -> Iterator[Finding]:
    own = prepared.own(inputs)
    sets = {"this one": (*([own] if own else []), *prepared.assets)}
    for name, first, second in shared(sets | {each.part: each.assets for each in others}):
        fix = "Rename the file in one of them: all assets of a release are in one folder."
        found = f"part {first} and part {second} both bring it"
        yield failed("name-in-two-parts", f"asset {name}", found, fix=fix)


def _extra(
    inputs: Inputs, prepared: Prepared, contents: Contents, others: list[PartSet]
) -> Iterator[Finding]:
    """What no manifest names. A part's manifest is there before its assets are.

    While another job replaces its manifest, its assets are there without one: that passes.
    """
    expected = {asset.name for asset in prepared.assets} | {part.manifest for part in inputs.parts}
    expected |= {asset.name for each in others for asset in each.assets}
    passes = len(others) < len(inputs.others)
    for asset in contents.assets:
        subject, why = f"asset {asset.name}", f"no manifest names it ({asset})"
        if asset.name in expected:
            continue
        if passes:
            fix = "Wait for the manifests of the other parts; then see who put it there."
            yield missing("extra", subject, f"{why}, and not all are there", fix=fix)
        else:
            fix = "Find out who put it there; delete it, or add it to the manifest. Run again."
            yield failed("extra", subject, why, fix=fix)
