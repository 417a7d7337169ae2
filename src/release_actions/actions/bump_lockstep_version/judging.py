"""Whether every place of a group says what it must."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from release_actions.actions.bump_lockstep_version.survey import Group, Survey
from release_actions.formats.version_group import matches
from release_actions.formats.version_places import cargo_workspace, requirements
from release_actions.formats.version_places.cargo_manifest import CargoManifest
from release_actions.formats.version_places.place import Manifest, Package, Place, Role
from release_actions.formats.version_places.spelling import says
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, failed, ok

Versions = Sequence[Version]  # those that a place may say: one, or two while `set:` completes


class Judge:
    """The rules for one group."""

    def __init__(self, survey: Survey, group: Group, prefix: str, versions: Versions) -> None:
        self.survey = survey
        self.group = group
        self.prefix = prefix
        self.versions = versions

    def bad(self, expected: Version | None) -> Iterator[Finding]:
        """Every place that does not say it, and every breach of what the group asks for."""
        yield from self._stated(expected)
        yield from self._required()
        yield from self._locked()
        yield from self._listed()
        yield from self._alike()

    def _stated(self, expected: Version | None) -> Iterator[Finding]:
        for place in (*self.group.statements, *self.group.given):
            if self._says(place):
                continue
            if expected is not None:
                fix = "Bump this place too, or correct `expected`."
                told = f"{place.key} says {place.text}, and {expected} is expected"
                yield failed(
                    "not-expected",
                    str(place),
                    told,
                    fix=fix,
                    file=self._file(place),
                    line=place.line,
                )
                continue
            yield failed(
                "places-disagree",
                str(place),
                f"{place.key} says {place.text}, and {self._lead()}",
                fix=(
                    f"Run with `--operation set:{self._higher(place)}`, or put it right by hand;"
                    " a version of its own is a [version-group.NAME] of its own, or left out by"
                    " `exclude`."
                ),
                file=self._file(place),
                line=place.line,
            )

    def _required(self) -> Iterator[Finding]:
        for place in self.group.requirements:
            if not any(requirements.in_step(place, version) for version in self.versions):
                yield failed(
                    "requirement-drift",
                    str(place),
                    f"{place.key} asks for {place.operator}{place.text} of `{place.package}`,"
                    f" and {self._lead()}",
                    fix="Ask for the version that the sibling has.",
                    file=self._file(place),
                    line=place.line,
                )
            elif self.group.table.public is not None and self._asks_in_manifest(place):
                yield from self._pinned(place, self.group.table.public)

    def _pinned(self, place: Place, names: Sequence[str]) -> Iterator[Finding]:
        """W6: what is public is asked for by `^`, and everything else exactly."""
        public = matches(place.package.name, names)
        if not requirements.wrongly_pinned(place, public=public):
            return
        whole = place.text if public else self._whole(place)
        fixes = {
            True: f'Ask for "{whole}": a user may have another version of it.',
            False: f'Ask for "={whole}": it fits that very version alone.',
        }
        yield failed(
            "pinned-exactly" if public else "not-pinned",
            str(place),
            f"{place.key} asks for `{place.operator}{place.text}`,"
            f" and `{place.package}` is {'' if public else 'not '}public",
            fix=fixes[public],
            file=self._file(place),
            line=place.line,
        )

    def _whole(self, place: Place) -> str:
        """The version that a requirement is in step with, all of its numbers."""
        if not place.partial:
            return place.text
        return next(str(each) for each in self.versions if requirements.in_step(place, each))

    def _asks_in_manifest(self, place: Place) -> bool:
        return place.package.ecosystem == "cargo" and place.path in self.survey.manifests

    def _locked(self) -> Iterator[Finding]:
        for place in self.group.locks:
            if not self._says(place):
                yield self._lock(place, f"it keeps {place.text} of `{place.package}`")
        for path, package, count in self._entries():
            if count != 1:
                told = f"it has {count or 'no'} entries of `{package}`, and one is right"
                yield failed("lock-disagrees", path, told, fix=LOCK, file=self.prefix + path)

    def _lock(self, place: Place, told: str) -> Finding:
        return failed(
            "lock-disagrees",
            str(place),
            f"{told}, and {self._lead()}",
            fix=LOCK,
            file=self._file(place),
            line=place.line,
        )

    def _entries(self) -> Iterator[tuple[str, Package, int]]:
        """Of each Cargo.lock: how many entries each crate of its workspace has (M4)."""
        for path in self.survey.locks:
            folder, _, name = path.rpartition("/")
            top = self.survey.manifests.get(f"{folder}/Cargo.toml".lstrip("/"))
            if name != "Cargo.lock" or not isinstance(top, CargoManifest):
                continue
            for package in self._crates(top):
                yield path, package, self.survey.entries.get((path, package), 0)

    def _crates(self, top: CargoManifest) -> Iterator[Package]:
        """The crates of this group that one lock file is about."""
        manifests = self.survey.manifests
        inside = cargo_workspace.members(top, manifests) if top.workspace else (top.path,)
        yield from (p for path in inside if (p := self._own(manifests[path])) is not None)

    def _own(self, manifest: Manifest) -> Package | None:
        """The manifest's package, if it is of this group."""
        package = manifest.package
        known = None if package is None else self.survey.packages.get(package)
        return package if known is not None and known.group == self.group.name else None

    def _listed(self) -> Iterator[Finding]:
        """W4: a crate that a registry may have, and that nobody publishes; and the other way."""
        if self.group.table.published is None:
            return
        for manifest in self._members():
            name = str(manifest.package)
            if not manifest.published and name in self.group.table.published:
                yield failed(
                    "listed-private",
                    manifest.path,
                    f"`published` names `{name}`, and its manifest forbids to publish it",
                    fix="Take it out of `published` of its version-group, or let it be published.",
                    file=self.prefix + manifest.path,
                )
            if manifest.published and not matches(name, self.group.table.published):
                yield failed(
                    "unlisted-public",
                    manifest.path,
                    f"`{name}` may be published, and `published` does not name it",
                    fix="Add it to `published` of its version-group, or say `publish = false`.",
                    file=self.prefix + manifest.path,
                )

    def _alike(self) -> Iterator[Finding]:
        """O8: what every crate must say as the first one does."""
        crates = [each for each in self._members() if isinstance(each, CargoManifest)]
        for field in self.group.table.parity:
            values = {crate.path: crate.metadata.get(field) for crate in crates}
            if not any(value is not None for value in values.values()):
                yield failed(
                    "parity", f"group {self.group.name}", f"no crate says `{field}`", fix=PARITY
                )
                continue
            first, wanted = next(iter(values.items()))
            for path, value in values.items():
                if value != wanted:
                    told = f"{field} is {_shown(value)}, and {_shown(wanted)} in {first}"
                    yield failed("parity", path, told, fix=PARITY, file=self.prefix + path)

    def _members(self) -> list[Manifest]:
        """The manifests whose packages are of this group, the root first."""
        manifests = self.survey.manifests.values()
        return [manifest for manifest in manifests if self._own(manifest) is not None]

    def good(self) -> Iterator[Finding]:
        """The evidence: each file, with its lines."""
        by_file: dict[str, list[Place]] = {}
        for place in self.group.places:
            by_file.setdefault(place.path, []).append(place)
        for path, places in by_file.items():
            kinds = {place.role: "" for place in places}
            rule = RULES[min(kinds, key=list(Role).index)]
            lines = list(dict.fromkeys(str(place.line) for place in places))
            said = ", ".join(dict.fromkeys(place.text for place in places))
            whose = f"{self.group.name} " if len(self.survey.groups) > 1 else ""
            yield ok(rule, path, f"{whose}says {said} in {in_lines(lines)}")

    def _says(self, place: Place) -> bool:
        return any(says(place, version) for version in self.versions)

    def _version(self) -> str:
        return str(self.versions[0])

    def _higher(self, place: Place) -> Version:
        """Of the two versions the one that `set:` can lead to."""
        own = Version.of(place.text, python=place.python) or self.versions[0]
        return max(own, self.versions[0], key=lambda version: version.parts)

    def _lead(self) -> str:
        """What the others are compared with, in words."""
        lead = self.group.lead
        return f"{lead[0]} says {lead[0].text}" if lead else f"{self._version()} is wanted"

    def _file(self, place: Place) -> str:
        return self.prefix + place.path


LOCK = "Run this action, which changes locks too, or let the tool write its lock anew."
PARITY = "Say it alike everywhere, or inherit it from [workspace.package]."
RULES = {
    Role.STATEMENT: "places-disagree",
    Role.REQUIREMENT: "requirement-drift",
    Role.LOCK: "lock-disagrees",
}


def in_lines(lines: Sequence[str]) -> str:
    """`line 3`, `lines 3, 9`."""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(lines)}"


def _shown(value: object) -> str:
    return "not there" if value is None else str(value)
