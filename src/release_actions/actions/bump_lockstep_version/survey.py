"""What the files say together: whose each place is, and what is wrong whatever is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from release_actions.actions.bump_lockstep_version import problems
from release_actions.actions.bump_lockstep_version.asked import Inputs
from release_actions.actions.bump_lockstep_version.searching import Facts
from release_actions.formats.version_group import VersionGroup, matches
from release_actions.formats.version_places import cargo_workspace
from release_actions.formats.version_places.cargo_manifest import shared_version
from release_actions.formats.version_places.given_places import Template, pointed, templated
from release_actions.formats.version_places.place import (
    Manifest,
    Package,
    Place,
    Role,
    Unreadable,
)
from release_actions.formats.version_places.requirements import in_step
from release_actions.formats.version_places.spelling import says
from release_actions.formats.version_source import VersionSource
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, Outcome, failed

NOT_YET = "0.0.0"  # what an unpublished package says that has no version of its own


class Own(NamedTuple):
    """A package of the tree."""

    path: str  # of the manifest that names it first
    group: str | None  # None: no group moves it
    published: bool
    left: Version | None = None  # its own version, where it is left as it is


@dataclass
class Group:
    """Every place that a group moves."""

    name: str
    table: VersionGroup
    statements: list[Place] = field(default_factory=list)
    given: list[Place] = field(default_factory=list)  # by hand, in the config file
    requirements: list[Place] = field(default_factory=list)
    locks: list[Place] = field(default_factory=list)

    @property
    def places(self) -> list[Place]:
        return [*self.statements, *self.given, *self.requirements, *self.locks]

    @property
    def stating(self) -> list[Place]:
        """What says the group's version: its packages, else the places that are given."""
        return self.statements or [place for place in self.given if place.form == "version"]

    @cached_property
    def lead(self) -> tuple[Place, Version] | None:
        """The statement that the others are compared with: the first that says what most say."""
        said = [
            (place, version)
            for place in sorted(self.stating, key=lambda place: place.python)
            if (version := Version.of(place.text, python=place.python))
        ]
        agree = {
            version: sum(says(place, version) for place in self.stating)
            for version in dict.fromkeys(version for _, version in said)
        }
        return max(said, key=lambda each: agree[each[1]], default=None)


@dataclass(frozen=True)
class Survey:
    """What was found; `problems` are what no operation can go on with."""

    groups: Mapping[str, Group]
    packages: Mapping[Package, Own]
    manifests: Mapping[str, Manifest]
    locks: tuple[str, ...]
    entries: Mapping[tuple[str, Package], int]  # of each package in each lock
    problems: tuple[Finding, ...] = ()


def survey(inputs: Inputs, facts: Facts) -> Survey:
    """The places of each group."""
    return _Surveyor(inputs, facts).survey()


class _Surveyor:
    """One pass over the facts."""

    def __init__(self, inputs: Inputs, facts: Facts) -> None:
        self.facts = facts
        self.groups = {name: Group(name, table) for name, table in inputs.groups.items()}
        self.problems: list[Finding] = []
        reached = dict.fromkeys(path for paths in facts.reached.values() for path in paths)
        said = {path: facts.seen[path].said for path in reached}
        self.manifests = cargo_workspace.settled(
            {path: each for path, each in said.items() if isinstance(each, Manifest)}
        )
        self.packages: dict[Package, Own] = {}
        self.locks: list[str] = []  # that can be read
        self.entries: Counter[tuple[str, Package]] = Counter()
        self.reaching: dict[str, list[str]] = {}
        for name, paths in facts.reached.items():
            for path in paths:
                self.reaching.setdefault(path, []).append(name)

    def survey(self) -> Survey:
        self.problems += [*problems.unreadable(self.facts), *problems.absent(self.facts)]
        for manifest in self.manifests.values():
            self._own(manifest)
        for manifest in self.manifests.values():
            self._state(manifest)
        for manifest in self.manifests.values():
            self._ask(manifest)
        self._given()
        self._lock()
        found = Survey(self.groups, self.packages, self.manifests, tuple(self.locks), self.entries)
        tables = {name: group.table for name, group in found.groups.items()}
        self.problems += problems.unmatched(tables, [package.name for package in found.packages])
        silent = [group.name for group in self.groups.values() if not group.stating]
        self.problems += map(problems.nothing, silent)
        return replace(found, problems=tuple(dict.fromkeys(self.problems)))

    def _own(self, manifest: Manifest) -> None:
        package = manifest.package
        if package is None:
            return
        known = self.packages.get(package)
        group = self._group(package.name, manifest.path)
        left = self._left(manifest, group)
        if known is None or (known.group is None and known.left is None):
            self.packages[package] = Own(manifest.path, group, manifest.published, left)

    def _group(self, name: str, path: str) -> str | None:
        """The group that names it, else the one that does not name any."""
        reaching = [self.groups[group] for group in self.reaching[path]]
        naming = [group for group in reaching if matches(name, group.table.packages)]
        found = naming or [group for group in reaching if not group.table.packages]
        if len(found) > 1:
            names = " and ".join(group.name for group in found)
            self.problems.append(
                failed(
                    "two-groups",
                    path,
                    f"`{name or path}` belongs to {names}",
                    fix="Name the package in `packages` of one [version-group.NAME] alone.",
                    file=self._file(path),
                )
            )
        return found[0].name if found else None

    def _left(self, manifest: Manifest, group: str | None) -> Version | None:
        """The version of a package that is not moved: W3's `publish = false`, or 0.0.0."""
        own = [place for place in _stated(manifest) if place.package == manifest.package]
        if not own:
            return None
        version = Version.of(own[0].text, python=own[0].python)
        leave = group is None or self.groups[group].table.unpublished == "leave"
        if group is None or (not manifest.published and (leave or own[0].text == NOT_YET)):
            return version
        return None

    def _state(self, manifest: Manifest) -> None:
        for place in _stated(manifest):
            shared = place.package == shared_version(manifest.path)
            group = self._inheriting(manifest) if shared else self._owner(manifest)
            if group is not None:
                self.groups[group].statements.append(place)

    def _owner(self, manifest: Manifest) -> str | None:
        own = self.packages.get(manifest.package) if manifest.package else None
        if own is None:
            return self._group("", manifest.path)
        return None if own.left is not None else own.group

    def _inheriting(self, top: Manifest) -> str | None:
        """The group of the crates that have their version from this root."""
        inheriting = (each for each in self.manifests.values() if each.inherits and each.package)
        owners = {
            self.packages[each.package].group
            for each in inheriting
            if each.package and cargo_workspace.root(each, self.manifests) == top
        }
        if len(owners) > 1:
            names = " and ".join(sorted(owner or "no group" for owner in owners))
            self.problems.append(
                failed(
                    "two-groups",
                    top.path,
                    f"[workspace.package] version is that of crates of {names}",
                    fix="Let every crate that inherits the version be of one group.",
                    file=self._file(top.path),
                )
            )
        return next(iter(owners)) if owners else self._group("", top.path)

    def _ask(self, manifest: Manifest) -> None:
        for place in manifest.places:
            if place.role is Role.REQUIREMENT and place.package in self.packages:
                self._require(place)

    def _require(self, place: Place) -> None:
        own = self.packages[place.package]
        if own.left is not None:
            if not in_step(place, own.left):
                self._left_behind("requirement-drift", place, "asks for", own)
        elif own.group is not None:
            self.groups[own.group].requirements.append(place)

    def _left_behind(self, rule: str, place: Place, verb: str, own: Own) -> None:
        """A package that no group moves is asked for, and kept, as it is."""
        told = f"{place.key} {verb} {place.text} of `{place.package}`, which is {own.left}"
        fix = f"Say the version that {own.path} says."
        found = Finding(rule, str(place), Outcome.FAILED, f"{told} ({own.path})", fix)
        self.problems.append(replace(found, file=self._file(place.path), line=place.line))

    def _lock(self) -> None:
        for path in dict.fromkeys(path for paths in self.facts.locks.values() for path in paths):
            said = self.facts.seen[path].said
            if isinstance(said, Manifest):
                self.locks.append(path)
                groups = {name for name, locks in self.facts.locks.items() if path in locks}
                for place in said.places:
                    self._keep(place, groups)

    def _keep(self, place: Place, groups: set[str]) -> None:
        """A place of a lock file that these groups have."""
        own = self.packages.get(place.package)
        if own is None:
            return
        self.entries[place.path, place.package] += place.key.endswith(".version")
        if place.role is Role.REQUIREMENT:
            self._require(place)
        elif own.left is not None:
            if not says(place, own.left):
                self._left_behind("lock-disagrees", place, "keeps", own)
        elif own.group in groups:
            self.groups[own.group].locks.append(place)

    def _given(self) -> None:
        """The places that the config file names: each pointer, and the templates by their file."""
        for group in self.groups.values():
            for source in group.table.pointers:
                self._point(group, source)
            for path in group.table.templates.paths:
                self._match(group, [each for each in group.table.templates if each.path == path])

    def _point(self, group: Group, source: VersionSource) -> None:
        seen = self.facts.seen.get(source.path)
        try:  # a file that is not there is told already
            if seen is not None:
                group.given += pointed(source, seen.content, Package("plain", group.name))
        except Unreadable as error:
            self._hits(source.path, error)

    def _match(self, group: Group, templates: list[Template]) -> None:
        path = templates[0].path
        seen = self.facts.seen.get(path)
        try:
            if seen is not None:
                found = templated(templates, seen.content, Package("plain", group.name))
                group.given += found.places
                for problem in found.problems:
                    self._hits(path, problem)
        except Unreadable as error:
            self._hits(path, error)

    def _hits(self, path: str, error: Unreadable) -> None:
        self.problems.append(
            failed(
                "hits",
                f"{path}:{error.line}" if error.line else path,
                str(error),
                fix="Correct the file, or what the config file says of it.",
                file=self._file(path),
                line=error.line,
            )
        )

    def _file(self, path: str) -> str:
        return self.facts.tree.prefix + path


def _stated(manifest: Manifest) -> list[Place]:
    return [place for place in manifest.places if place.role is Role.STATEMENT]
