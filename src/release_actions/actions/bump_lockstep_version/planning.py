"""The aim: from which version to which each group goes, and what every file shall hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from release_actions.actions.bump_lockstep_version.asked import Inputs
from release_actions.actions.bump_lockstep_version.judging import Judge, in_lines
from release_actions.actions.bump_lockstep_version.searching import Facts
from release_actions.actions.bump_lockstep_version.survey import Group, Survey, survey
from release_actions.clients.staged import Rewrite
from release_actions.errors import UsageError
from release_actions.formats.version_places.place import Place, Role, rewritten
from release_actions.formats.version_places.requirements import asked
from release_actions.formats.version_places.spelling import says, spelled
from release_actions.formats.version_steps import lower, step
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, failed

SHOWN = 20  # files that are told one by one where the tree is not clean


class Step(NamedTuple):
    """One group's way."""

    old: Version
    new: Version
    files: tuple[str, ...] = ()  # that change, in order


@dataclass(frozen=True)
class Aim:
    """What is settled in the first round; where there are problems, nothing is done."""

    problems: tuple[Finding, ...] = ()
    steps: Mapping[str, Step] = field(default_factory=dict)
    rewrites: tuple[Rewrite, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)  # of each file, what changes in it


def settle(inputs: Inputs, facts: Facts) -> Aim:
    if not inputs.operation.changes:
        return Aim()
    found = survey(inputs, facts)
    prefix = facts.tree.prefix
    problems = [*found.problems, *(_unclean(inputs, facts, found))]
    steps: dict[str, Step] = {}
    for name, group in found.groups.items():
        if group.lead is None:
            problems += no_version(group, prefix)
            continue
        old, new, problem = _step(inputs, group, prefix)
        problems += problem
        if problem or new is None:
            continue
        versions = (old, new) if inputs.operation.sets else (old,)
        problems += Judge(found, group, prefix, versions).bad(None)
        steps[name] = Step(old, new)
    if problems:
        return Aim(tuple(dict.fromkeys(problems)))
    return _planned(found, facts, steps)


# Preconditions


def _unclean(inputs: Inputs, facts: Facts, found: Survey) -> Iterator[Finding]:
    """A bump of what nobody has committed could not be told from it afterwards."""
    clone = facts.tree.clone
    if clone is None:
        if not inputs.allow_dirty:
            yield failed(
                "no-clone",
                f"folder {inputs.path}",
                "git knows nothing of it, so that its own changes cannot be told",
                fix="Run in a clone, or give `allow-dirty`.",
            )
        return
    if clone.commit is None:
        yield failed(
            "unborn", "HEAD", "there is no commit yet", fix="Commit, and run on that commit."
        )
    elif clone.branch is None:
        yield failed(
            "detached",
            "HEAD",
            f"{clone.commit.short} is checked out, and no branch: a commit there is soon lost",
            fix="Check out the branch that is to have the new version.",
        )
    if inputs.allow_dirty:
        return
    own = {clone.prefix + path: path for path in facts.earlier}
    dirty = [
        path
        for path in clone.changed
        if path not in own or not _versions_apart(facts, found, own[path])
    ]
    at = clone.commit.short if clone.commit else "any commit"
    rest = f"; and {len(dirty) - SHOWN} more" if len(dirty) > SHOWN else ""
    for path in dirty[:SHOWN]:
        yield failed(
            "dirty",
            path,
            f"it is not as {at} has it{rest}",
            fix="Commit or remove it first, or give `allow-dirty`.",
            file=path,
        )


TOKEN = rb"[0-9A-Za-z.+-]{1,100}"


def _versions_apart(facts: Facts, found: Survey, path: str) -> bool:
    """Whether a changed file is as committed but for versions: a killed run may have left it."""
    before, now = facts.earlier[path], facts.seen[path].content
    if before is None:
        return False
    places = {p.start: p.end for g in found.groups.values() for p in g.places if p.path == path}
    parts, at = [], 0
    for start in sorted(places):
        parts.append(re.escape(now[at:start]))
        at = places[start]
    parts.append(re.escape(now[at:]))
    return re.fullmatch(TOKEN.join(parts), before) is not None


# From where to where


def no_version(group: Group, prefix: str) -> Iterator[Finding]:
    for place in group.stating:
        yield failed(
            "no-version",
            str(place),
            f"{place.key} says `{place.text}`, which is no version by SemVer 2.0",
            fix="Say a version of three numbers there.",
            file=prefix + place.path,
            line=place.line,
        )


def _step(
    inputs: Inputs, group: Group, prefix: str
) -> tuple[Version, Version | None, list[Finding]]:
    """From where the group goes to where: to itself where `set:` does not mean it."""
    assert group.lead is not None  # the caller saw to it
    place, current = group.lead
    operation = inputs.operation.for_group(group.name)
    aimed = inputs.operation.sets.of(group.name)
    if aimed is not None:
        current = _before(group, aimed)
    wanted = inputs.from_.of(group.name)
    if wanted and wanted != current and not (aimed is None and says(place, wanted)):
        fix = "Look whether this was done already; else correct `from`."
        told = f"it says {current}, not {wanted}, from which the step is meant"
        file, line = prefix + place.path, place.line
        return (
            current,
            None,
            [failed("not-at-from", str(place), told, fix=fix, file=file, line=line)],
        )
    if operation is None:
        return current, current, _unexpected(inputs, group, prefix, current)
    if aimed is not None and lower(aimed, current):
        raise UsageError(
            f"input `operation`: `{inputs.operation}` was given; allowed: a version that does not"
            f" come before {current} ({place})"
        )
    try:
        new = step(operation, current, group.table.cycle)
    except ValueError as error:
        fix = "Choose another operation, or `set:` the version."
        file, line = prefix + place.path, place.line
        return (
            current,
            None,
            [failed("no-step", str(place), f"{operation}: {error}", fix=fix, file=file, line=line)],
        )
    return current, new, _unexpected(inputs, group, prefix, new)


def _before(group: Group, aimed: Version) -> Version:
    """Where `set:` begins: what is there besides the version aimed at, after a run was killed."""
    for place in (*group.stating, *group.locks):
        version = Version.of(place.text, python=place.python)
        if version is not None and not says(place, aimed):
            return version
    return aimed


def _unexpected(inputs: Inputs, group: Group, prefix: str, new: Version) -> list[Finding]:
    expected = inputs.expected.of(group.name)
    if expected is None or expected == new or group.lead is None:
        return []
    place, _ = group.lead
    told = f"{inputs.operation} leads to {new}, and {expected} is expected"
    fix = "Choose the operation that leads there, or correct `expected`."
    file, line = prefix + place.path, place.line
    return [failed("not-expected", str(place), told, fix=fix, file=file, line=line)]


# What every file shall hold


def _planned(found: Survey, facts: Facts, steps: Mapping[str, Step]) -> Aim:
    edits: dict[str, list[tuple[Place, str]]] = {}
    files: dict[str, dict[str, None]] = {name: {} for name in steps}
    problems: list[Finding] = []
    for name, way in steps.items():
        for place in found.groups[name].places:
            try:
                text = _text(place, way.new)
            except ValueError as error:
                problems.append(_unspellable(place, error, facts.tree.prefix))
                continue
            if text != place.text:
                edits.setdefault(place.path, []).append((place, text))
                files[name][place.path] = None
    if problems:
        return Aim(tuple(problems))
    return Aim(
        steps={name: Step(way.old, way.new, tuple(files[name])) for name, way in steps.items()},
        rewrites=tuple(_rewrite(facts, path, each) for path, each in sorted(edits.items())),
        told={path: _shown(each) for path, each in edits.items()},
    )


def _text(place: Place, version: Version) -> str:
    return asked(place, version) if place.role is Role.REQUIREMENT else spelled(place, version)


def _unspellable(place: Place, error: ValueError, prefix: str) -> Finding:
    fix = "Take another suffix (`development` of the version-group), or another version."
    file, line = prefix + place.path, place.line
    return failed("unspellable", str(place), str(error), fix=fix, file=file, line=line)


def _rewrite(facts: Facts, path: str, edits: list[tuple[Place, str]]) -> Rewrite:
    """The file with its new versions; a lock is proved to be the same in all else."""
    old = facts.seen[path].content
    if path.rpartition("/")[2] != "Cargo.lock":
        return Rewrite(path, old, rewritten(old, edits))
    from release_actions.formats.version_places import cargo_lock  # few trees have one

    new = cargo_lock.rewritten(old, edits)
    cargo_lock.proved(old, new, edits)
    return Rewrite(path, old, new)


def _shown(edits: Iterable[tuple[Place, str]]) -> str:
    """What changes in one file: `1.2.3 -> 1.3.0 in lines 3, 14`."""
    lines: dict[tuple[str, str], dict[str, None]] = {}
    for place, text in edits:
        lines.setdefault((place.text, text), {})[str(place.line)] = None
    return "; ".join(f"{old} -> {new} in {in_lines([*at])}" for (old, new), at in lines.items())
