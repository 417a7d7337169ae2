"""The fourth look: its place among its family's releases; then the step that is not undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from release_actions.actions.publish_draft_release.asked import Inputs, Published
from release_actions.actions.publish_draft_release.verifying import Verified
from release_actions.clients import assets, releases
from release_actions.clients.assets import Contents
from release_actions.clients.releases import Release
from release_actions.errors import RefusedError
from release_actions.formats.asset_set import Asset
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Finding, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Placed:
    """The release with all that is in it, all others, and which one GitHub shows as the latest."""

    contents: Contents
    releases: tuple[Release, ...]
    latest: int | None

    @property
    def release(self) -> Release:
        return self.contents.release


def gather(inputs: Inputs, world: World, verified: Verified) -> Placed:
    assert verified.contents is not None  # the stage before saw to it
    every = releases.every(world.github, inputs.repository)
    return Placed(verified.contents, every, releases.latest(world.github, inputs.repository))


def decide(inputs: Inputs, placed: Placed) -> Verdict:
    findings = [*_alone(inputs, placed), *_shown(inputs, placed), _published(inputs, placed)]
    return Verdict(findings, _told(placed))


def _told(placed: Placed) -> Published:
    if placed.release.draft:
        return Published()
    is_latest = placed.latest == placed.release.id
    return Published(placed.release.url, placed.release.immutable, is_latest)


def _alone(inputs: Inputs, placed: Placed) -> Iterator[Finding]:
    """No other draft or release has this tag."""
    others = [r for r in placed.releases if r.tag == inputs.tag and r.id != placed.release.id]
    if others:
        told = ", ".join(map(str, [placed.release, *others]))
        fix = "Find out which is the right one, delete the others, and run again."
        yield failed("two-drafts", f"drafts for {inputs.tag}", told, fix=fix)


def _published(inputs: Inputs, placed: Placed) -> Finding:
    subject = f"release {inputs.tag}"
    if not placed.release.draft:
        kind = "published, and immutable" if placed.release.immutable else "published"
        return ok("not-published", subject, f"{kind}: {placed.release.url}")
    change = Publish(
        inputs.repository,
        placed.release,
        frozenset(placed.contents.assets),
        inputs.tag,
        inputs.expected_commit,
        _is_to_be_latest(inputs, placed)[0],
    )
    return due("not-published", subject, f"it is {placed.release}", change)


def _is_to_be_latest(inputs: Inputs, placed: Placed) -> tuple[bool, str]:
    """Whether it is the latest, by its version and not by time; and why not."""
    if inputs.make_latest != "auto":
        return inputs.make_latest == "true", "`make-latest` is false"
    if placed.release.prerelease:
        return False, "it is a prerelease"
    higher = inputs.marks.highest(inputs.tag, _others(placed))
    return higher is None, f"{higher} is higher"


def _shown(inputs: Inputs, placed: Placed) -> Iterator[Finding]:
    """What GitHub shows as the latest is what it is to be."""
    if inputs.make_latest == "auto" and isinstance(why := inputs.marks.release(inputs.tag), str):
        fix = "Name its `family`, or say `make-latest` true or false."
        yield failed("not-a-release", f"tag {inputs.tag}", why, fix=fix)
        return
    if placed.release.draft:
        return
    wanted, why_not = _is_to_be_latest(inputs, placed)
    shown = placed.latest == placed.release.id
    subject = f"release {inputs.tag}"
    if shown == wanted:
        yield ok("latest", subject, "it is the latest" if shown else f"not the latest: {why_not}")
    elif wanted:
        fix = f"Run `gh release edit {inputs.tag} --latest` if it stays so."
        found = f"GitHub shows release {placed.latest} as the latest"
        yield missing("latest", subject, found, fix=fix)
    elif _others(placed):
        fix = "Mark the right one by `gh release edit TAG --latest`."
        yield failed("latest", subject, f"GitHub shows it as the latest: {why_not}", fix=fix)
    else:
        yield ok("latest", subject, f"{why_not}; GitHub has no other to show")


def _others(placed: Placed) -> list[str]:
    """The tags of all other releases that could be the latest."""
    whole = (r for r in placed.releases if not r.draft and not r.prerelease)
    return [release.tag for release in whole if release.id != placed.release.id]


@dataclass(frozen=True)
class Publish:
    """The draft becomes a release. All that was judged is looked at once more right before."""

    reversible: ClassVar[bool] = False

    repository: Repository
    release: Release
    assets: frozenset[Asset]
    tag: RefName
    commit: Sha
    latest: bool

    def __str__(self) -> str:
        how = "the latest" if self.latest else "not the latest"
        return f"publish draft {self.release.id} as {self.tag} on {self.commit}, {how}"

    def make(self, world: World) -> None:
        now = assets.contents(world.github, self.repository, self.release.id)
        tag = world.github.tag(self.repository, self.tag)
        if now is None or (now.release, frozenset(now.assets)) != (self.release, self.assets):
            raise _moved(f"draft {self.release.id} is not as it was judged a moment ago")
        if tag is None or tag.commit != self.commit:
            raise _moved(f"tag {self.tag} is not on {self.commit} any more")
        change = {"draft": False, "make_latest": str(self.latest).lower()}
        releases.edit(world.github, self.repository, self.release, change)


def _moved(found: str) -> RefusedError:
    fix = "Find out who changed it meanwhile, and run again: nothing was published."
    return RefusedError("changed-meanwhile", found, fix=fix)
