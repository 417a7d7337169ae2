"""The second look: the release by its id, and the tag, both on the commit that is expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.publish_draft_release.asked import Inputs, Published
from release_actions.actions.publish_draft_release.expecting import Expected
from release_actions.clients import releases
from release_actions.clients.github import Tag
from release_actions.clients.releases import Release
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Identified:
    """The release and the tag; None for what is not there."""

    expected: Expected
    release: Release | None
    tag: Tag | None


def gather(inputs: Inputs, world: World, expected: Expected) -> Identified:
    release = releases.one(world.github, inputs.repository, inputs.release_id)
    return Identified(expected, release, world.github.tag(inputs.repository, inputs.tag))


def decide(inputs: Inputs, found: Identified) -> Verdict:
    return Verdict([_tag(inputs, found.tag), *_release(inputs, found.release)], Published())


def _tag(inputs: Inputs, tag: Tag | None) -> Finding:
    subject = f"tag {inputs.tag}"
    if tag is None:
        fix = "Push the tag. Publishing would make it, and nobody has looked at that one."
        return missing("tag-missing", subject, "there is no such tag", fix=fix)
    if tag.commit != inputs.expected_commit:
        fix = "Find out who moved it. Release what it names now in a run of its own."
        found = f"it is on {tag.commit}, expected is {inputs.expected_commit}"
        return failed("tag-moved", subject, found, fix=fix)
    return ok("tag-moved", subject, f"it is on {tag.commit}")


def _release(inputs: Inputs, release: Release | None) -> Iterator[Finding]:
    if release is None:
        fix = "Give `release-id` as stage-draft-release told it, and a token with contents: write."
        found = "there is no such release or draft, or this token may not see drafts"
        yield failed("no-such-release", f"release {inputs.release_id}", found, fix=fix)
        return
    yield _of_tag(inputs, release)
    yield from _of_commit(inputs, release)
    yield _prerelease(inputs, release)


def _of_tag(inputs: Inputs, release: Release) -> Finding:
    subject = f"release {release.id}"
    if release.tag == inputs.tag:
        return ok("other-tag", subject, f"{release}, for {release.tag}")
    fix = "Give the `release-id` of the draft for this tag."
    return failed(
        "other-tag", subject, f"{release} is for {release.tag}, not {inputs.tag}", fix=fix
    )


def _of_commit(inputs: Inputs, release: Release) -> Iterator[Finding]:
    """If the tag went in the last moment, GitHub would make it where the draft is pinned."""
    subject = f"release {release.id}"
    if release.target == inputs.expected_commit:
        yield ok("other-commit", subject, f"it is pinned to {release.target}")
    elif release.draft:
        fix = "Stage it with stage-draft-release, which pins it."
        found = f"it is pinned to {release.target}, expected is {inputs.expected_commit}"
        yield failed("other-commit", subject, found, fix=fix)


def _prerelease(inputs: Inputs, release: Release) -> Finding:
    subject, wanted = (
        f"release {release.id}",
        inputs.marks.prerelease(inputs.tag, inputs.prerelease),
    )
    if isinstance(wanted, str):
        fix = "Name its `family`, or say `prerelease` true or false."
        return failed("not-a-release", f"tag {inputs.tag}", wanted, fix=fix)
    shown = {True: "a prerelease", False: "no prerelease"}
    if release.prerelease == wanted:
        return ok("wrong-prerelease", subject, f"it is {shown[wanted]}")
    fix = "Stage it again with the right `prerelease` or family."
    found = f"it is marked as {shown[release.prerelease]}, expected is {shown[wanted]}"
    return failed("wrong-prerelease", subject, found, fix=fix)
