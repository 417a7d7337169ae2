"""The history of the branch: one commit a version, and a hotfix on what it patches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release_actions.actions.guard_release_tag.asked import Inputs
from release_actions.actions.guard_release_tag.placing import Placed
from release_actions.clients.git import Git
from release_actions.clients.github import Tag
from release_actions.formats import release_family
from release_actions.formats.version_source import Reading, VersionSources, read
from release_actions.formats.versions import Version
from release_actions.values import RefName, Sha
from release_actions.verdict import Finding, failed, ok
from release_actions.world import World


@dataclass(frozen=True)
class Stop:
    """One commit that the branch went through, and what its version sources say."""

    commit: Sha
    readings: tuple[Reading, ...]

    def carries(self, version: Version) -> bool:
        return any(reading.says(version) for reading in self.readings)

    @property
    def development(self) -> bool:
        return all(reading.development for reading in self.readings)

    def __str__(self) -> str:
        said = ", ".join(reading.text or reading.problem for reading in self.readings)
        return f"{self.commit.short} ({said})"


def follow(git: Git, head: Sha, sources: VersionSources) -> tuple[Stop, ...]:
    """The branch's own commits, the newest first; what did not change is read once."""
    commits = git.first_parents(head)
    blobs = git.blobs(commits, sources.paths)
    contents = git.contents(blob for row in blobs.values() for blob in row if blob)
    known: dict[tuple[Sha | None, ...], tuple[Reading, ...]] = {}
    for row in blobs.values():
        if row not in known:
            files = {
                path: contents[blob] if blob else None
                for path, blob in zip(sources.paths, row, strict=True)
            }
            known[row] = tuple(read(source, files) for source in sources)
    return tuple(Stop(commit, known[blobs[commit]]) for commit in commits)


def unique(stops: Sequence[Stop], version: Version, commit: Sha) -> Iterator[Finding]:
    """Celo's rule: one commit carries the version, between two that are under development."""
    places = [at for at, stop in enumerate(stops) if stop.commit == commit]
    if not places:
        fix = "Tag the commit that the branch itself went through, such as the merge commit."
        found = "the branch went past it: it is not in its first-parent history"
        yield failed("off-first-parent", f"commit {commit}", found, fix=fix)
        return
    at = places[0]
    yield _alone(stops, version, commit)
    yield _parent(stops[at + 1 :][:1])
    yield _child(stops[:at][-1:])


def _alone(stops: Sequence[Stop], version: Version, commit: Sha) -> Finding:
    subject = f"version {version}"
    others = [stop for stop in stops if stop.carries(version) and stop.commit != commit]
    if not others:
        return ok("not-unique", subject, f"of {len(stops)} commits {commit.short} alone carries it")
    some = ", ".join(str(stop) for stop in others[:5])
    fix = "Release a new version from a commit that alone carries it, with -dev before and after."
    return failed("not-unique", subject, f"{len(others)} more commits carry it: {some}", fix=fix)


def _parent(stops: Sequence[Stop]) -> Finding:
    if stops and stops[0].development:
        return ok("parent-not-dev", f"parent {stops[0]}", "it carries a development version")
    subject = f"parent {stops[0]}" if stops else "parent"
    found = "it does not carry a development version" if stops else "there is none"
    fix = "Release from a commit whose one change is from x.y.z-dev to x.y.z."
    return failed("parent-not-dev", subject, found, fix=fix)


def _child(stops: Sequence[Stop]) -> Finding:
    if not stops:
        return ok("child-not-dev", "child", "there is none yet")
    if stops[0].development:
        return ok("child-not-dev", f"child {stops[0]}", "it carries a development version")
    fix = "Let the commit after a release set the next development version."
    found = "it does not carry a development version"
    return failed("child-not-dev", f"child {stops[0]}", found, fix=fix)


@dataclass(frozen=True)
class Base:
    """The tag that a hotfix patches, and how its commit stands to the hotfix."""

    tag: Tag | None
    contained: bool = False
    changed: int = 0


def base(inputs: Inputs, world: World, git: Git, placed: Placed) -> Base:
    version = placed.version
    name = release_family.patched(placed.family, version, placed.names) if version else None
    tag = world.github.tag(inputs.repository, RefName(name)) if name else None
    if tag is None or placed.tag is None or not git.is_ancestor(tag.commit, placed.tag.commit):
        return Base(tag)
    return Base(tag, True, git.changed_files(tag.commit, placed.tag.commit))


def on_base(base: Base, version: Version, most: int | None) -> Iterator[Finding]:
    if base.tag is None:
        fix = "Release it as x.y.0, or push the tag of the stable release that it patches."
        found = "there is no tag of a lower final version with the same major and minor"
        yield failed("base-missing", f"version {version}", found, fix=fix)
        return
    subject = f"base {base.tag.name}"
    if not base.contained:
        fix = "Branch from that tag, and bring only the fix."
        yield failed(
            "base-not-ancestor", subject, f"{base.tag.commit} is no ancestor of it", fix=fix
        )
        return
    yield ok("base-not-ancestor", subject, f"it is built on {base.tag.commit}")
    if most is not None and base.changed > most:
        fix = "Bring only the fix, or raise `max-changed-files` of the class."
        found = f"{base.changed} files changed since, allowed are {most}"
        yield failed("too-many-changes", subject, found, fix=fix)
    elif most is not None:
        yield ok("too-many-changes", subject, f"{base.changed} files changed since")
