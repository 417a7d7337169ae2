"""The second look: the tag, and the one draft for it; found by listing, never by tag."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from release_actions.actions.stage_draft_release.asked import Inputs, Staged
from release_actions.actions.stage_draft_release.making import (
    CreateDraft,
    DeleteDraft,
    UploadAsset,
)
from release_actions.actions.stage_draft_release.preparing import Prepared
from release_actions.clients import releases
from release_actions.clients.github import Tag
from release_actions.clients.releases import Release
from release_actions.verdict import Finding, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Drafts:
    """The tag, and every draft and release for it, the lowest id first; and the run that asks."""

    prepared: Prepared
    tag: Tag | None
    releases: tuple[Release, ...]
    run: int | None


def gather(inputs: Inputs, world: World, prepared: Prepared) -> Drafts:
    found = releases.every(world.github, inputs.repository)
    ours = sorted((r for r in found if r.tag == inputs.tag), key=lambda release: release.id)
    tag = world.github.tag(inputs.repository, inputs.tag)
    return Drafts(prepared, tag, tuple(ours), world.own_run.id)


def settle(inputs: Inputs, found: Drafts) -> str:
    """The title of a draft that this stager begins, by which it knows its own again.

    A run that is started again is the same stager; on a laptop each run is another one.
    """
    who = f"run {found.run}" if found.run else uuid4().hex[:12]
    part = f", part {inputs.part}" if inputs.part else ""
    return f"{inputs.tag} (being staged by {who}{part})"


def unsettled(inputs: Inputs, found: Drafts) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, found, settle(inputs, found))


def decide(inputs: Inputs, found: Drafts, begun: str) -> Verdict:
    return Verdict([_tag(inputs, found), *_one(inputs, found, begun)], Staged())


def _tag(inputs: Inputs, found: Drafts) -> Finding:
    subject = f"tag {inputs.tag}"
    if found.tag is None:
        fix = "Push the tag first: publishing would make it wherever the branch is by then."
        return missing("tag-missing", subject, "there is no such tag", fix=fix)
    if found.tag.commit != inputs.commit:
        fix = "Find out who moved it. Release what it names now in a run of its own."
        why = f"it is on {found.tag.commit}, expected is {inputs.commit}"
        return failed("tag-moved", subject, why, fix=fix)
    return ok("tag-moved", subject, f"it is on {inputs.commit}")


def _one(inputs: Inputs, found: Drafts, begun: str) -> Iterator[Finding]:
    """One draft or release for the tag, and no other."""
    if not found.releases:
        yield _begin(inputs, begun)
        yield from _later(inputs, found.prepared)
    elif len(found.releases) == 1:
        yield _pinned(inputs, found.releases[0])
    else:
        yield _several(inputs, found.releases, begun)


def _begin(inputs: Inputs, begun: str) -> Finding:
    prerelease = inputs.marks.prerelease(inputs.tag, inputs.prerelease)
    change = CreateDraft(inputs.repository, inputs.tag, inputs.commit, begun, prerelease is True)
    return due("draft-missing", f"draft for {inputs.tag}", "there is none", change)


def _later(inputs: Inputs, prepared: Prepared) -> Iterator[Finding]:
    """What comes once the draft is there, so that a dry run tells it."""
    own = prepared.own(inputs)
    for asset in (*([own] if own else []), *prepared.assets):
        path = prepared.manifest_path if asset == own else prepared.file(asset)
        assert path is not None  # the stage before saw to it
        change = UploadAsset(inputs.repository, None, asset, path)
        why, after = "it is not there", "the draft is there"
        yield due("asset-missing", f"asset {asset.name}", why, change, after=after)


def _pinned(inputs: Inputs, release: Release) -> Finding:
    subject = f"draft for {inputs.tag}" if release.draft else f"release {inputs.tag}"
    pinned = re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", release.target)
    if release.draft and pinned and release.target != inputs.commit:
        fix = "It is of another commit. Delete it, and run again."
        why = f"{release} is pinned to {release.target}, expected is {inputs.commit}"
        return failed("other-commit", subject, why, fix=fix)
    return ok("draft-missing", subject, f"{release}")


def _several(inputs: Inputs, found: tuple[Release, ...], begun: str) -> Finding:
    """Of drafts that race the one with the lowest id stays; each stager removes its own."""
    subject, told = f"drafts for {inputs.tag}", ", ".join(map(str, found))
    spare = [release for release in found[1:] if release.draft and not release.assets]
    if own := [release for release in spare if release.title == begun]:
        change = DeleteDraft(inputs.repository, own[0].id)
        return due(
            "two-drafts", subject, f"{told}: our own one is empty, and not the first", change
        )
    being_staged = f"{inputs.tag} (being staged by "
    if len(spare) == len(found) - 1 and all(r.title.startswith(being_staged) for r in spare):
        fix = "Wait for the other stager to remove its empty one; if it is dead, remove it."
        return missing("draft-race", subject, f"{told}: the empty one is another stager's", fix=fix)
    fix = "Find out which is the right one, delete the others, and run again."
    return failed("two-drafts", subject, told, fix=fix)
