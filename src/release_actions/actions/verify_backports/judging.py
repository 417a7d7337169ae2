"""The second look: each commit of the patch branch, against those of main."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release_actions.actions.verify_backports.asked import Inputs, Verified
from release_actions.actions.verify_backports.placing import Facts
from release_actions.clients import history, patches
from release_actions.clients.git import Git
from release_actions.clients.patches import Changed
from release_actions.formats.commit_object import Commit
from release_actions.formats.patch import Patch
from release_actions.formats.version_lines import Move, only_versions
from release_actions.formats.version_source import Reading, VersionSources, read
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, ok
from release_actions.world import World


@dataclass(frozen=True)
class Picked:
    """One commit of the patch branch: what it changes, and the version before and after."""

    commit: Commit
    patch: Patch
    files: tuple[Changed, ...]
    before: tuple[Reading, ...]
    after: tuple[Reading, ...]

    @property
    def moves(self) -> tuple[Move, ...]:
        """How the version moved, as each source spells it."""
        pairs = zip(self.before, self.after, strict=True)
        texts = ((old.text, new.text) for old, new in pairs if old.version and new.version)
        return tuple((old, new) for old, new in texts if old and new and old != new)


@dataclass(frozen=True)
class Compared:
    """The patch branch since its base, the oldest first, and main since the same base."""

    facts: Facts
    picked: tuple[Picked, ...] = ()
    originals: Mapping[Sha, tuple[Commit, Patch]] | None = None  # that change the same files
    main: tuple[Commit, ...] = ()  # all, for the nearest by subject


def gather(inputs: Inputs, world: World, facts: Facts) -> Compared:
    if facts.base is None or facts.main is None:
        return Compared(facts)
    git, base = world.git(inputs.path), facts.base.commit
    commits = history.between(git, base, inputs.commit)
    of = patches.patches(git, commits)
    picked = tuple(_picked(git, c, of[c.id], inputs.version_sources) for c in commits)
    paths = dict.fromkeys(file.path for one in picked for file in one.files)
    touching = patches.touching(git, facts.main, base, tuple(paths))
    theirs = patches.patches(git, touching)
    originals = {commit.id: (commit, theirs[commit.id]) for commit in touching}
    return Compared(facts, picked, originals, history.between(git, base, facts.main))


def _picked(git: Git, commit: Commit, patch: Patch, sources: VersionSources) -> Picked:
    files = patches.changed(git, commit)
    before = _readings(git, commit.parents[:1], sources)
    return Picked(commit, patch, files, before, _readings(git, (commit.id,), sources))


def _readings(git: Git, at: tuple[Sha, ...], sources: VersionSources) -> tuple[Reading, ...]:
    if not at or not sources:
        return ()
    files = git.files(at[0], sources.paths)
    return tuple(read(source, files) for source in sources)


def decide(inputs: Inputs, compared: Compared) -> Verdict:
    facts = compared.facts
    found = {picked.commit.id: _original(picked, compared) for picked in compared.picked}
    originals = {id: original.id for id, original in found.items() if original}
    outputs = Verified(inputs.commit, facts.tree or "", json.dumps(originals))
    return Verdict([*_findings(inputs, compared, found)], outputs)


def _findings(
    inputs: Inputs, compared: Compared, found: Mapping[Sha, Commit | None]
) -> Iterator[Finding]:
    if compared.facts.base is None:
        yield ok("not-a-backport", "commits", "no base is given: the tree alone is looked at")
        return
    count = len(compared.picked)
    yield ok("not-a-backport", f"base {inputs.base}", f"{count} commits since")
    for picked in compared.picked:
        yield _finding(inputs, compared, picked, found[picked.commit.id])


def _finding(
    inputs: Inputs, compared: Compared, picked: Picked, original: Commit | None
) -> Finding:
    subject = f"commit {picked.commit}"
    if len(picked.commit.parents) != 1:
        fix = "Bring each change by `git cherry-pick -x`, or squash the pull request."
        found = "it is a merge: what it adds by itself can be no cherry-pick"
        return failed("merge", subject, found, fix=fix)
    if original is not None:
        return ok("not-a-backport", subject, f"it changes what {original} changes")
    if not picked.patch.exact:
        return ok("not-a-backport", subject, "it changes nothing")
    stray = _stray(inputs, picked)
    if not stray:
        moved = ", ".join(f"{old} to {new}" for old, new in picked.moves)
        told = f"a version commit: {moved}" if moved else "it changes release notes alone"
        return ok("not-a-backport", subject, told)
    fix = (
        "Bring the change to main first and cherry-pick it from there; set the version and change"
        " release notes in commits of their own."
    )
    return failed("not-a-backport", subject, _why(compared, picked, stray), fix=fix)


def _original(picked: Picked, compared: Compared) -> Commit | None:
    """The commit on main with the very same patch; the same subject goes first."""
    same = [
        commit
        for commit, patch in (compared.originals or {}).values()
        if patch.exact and patch.exact == picked.patch.exact
    ]
    alike = [commit for commit in same if commit.subject == picked.commit.subject]
    return next(iter(alike or same), None)


def _stray(inputs: Inputs, picked: Picked) -> list[str]:
    """The files that change in more than a version, release notes apart."""
    return [
        file.path
        for file in picked.files
        if not (inputs.notes.match(file.path) and file.same_mode)
        and not (
            file.same_mode
            and file.before is not None
            and file.after is not None
            and only_versions(file.before, file.after, picked.moves)
        )
    ]


def _why(compared: Compared, picked: Picked, stray: list[str]) -> str:
    """What is nearest to it on main, and what it changes beyond a version."""
    found = "no commit on main changes the same"
    for commit, patch in (compared.originals or {}).values():
        if patch.loose == picked.patch.loose:
            found = f"only in white space it differs from {commit} on main"
            break
    else:
        if near := _nearest(picked.commit.subject, compared.main):
            found += f"; the nearest by its subject is {near}"
    return f"{found}; and beyond a version it changes {', '.join(stray[:5])}"


def _nearest(subject: str, commits: tuple[Commit, ...]) -> Commit | None:
    by = {commit.subject: commit for commit in commits}
    close = difflib.get_close_matches(subject, by, 1, 0.6)
    return by[close[0]] if close else None
