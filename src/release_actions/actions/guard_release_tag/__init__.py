"""Require that a tag is a release: by its name, its commit, its branch, its version, its signer.

1. The text of the tag: of the family, of a class that is released here, of the expected version.
2. GitHub: the tag peels to the commit that this run is for; its branch and its counterpart exist.
3. git: the branch contains the commit, its files say the same version, and what is asked beyond.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from release_actions.action import Action, shared
from release_actions.actions.guard_release_tag import evidence
from release_actions.actions.guard_release_tag.evidence import Evidence
from release_actions.clients.github import Tag
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.allowed_signers import AllowedSigners
from release_actions.formats.release_class import ReleaseClass, demands, require_known
from release_actions.formats.release_family import Release, ReleaseFamily
from release_actions.formats.version_source import VersionSources
from release_actions.formats.versions import Version
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Finding, Outputs, Verdict, advise, failed, missing, ok
from release_actions.world import World

NAME = "guard-release-tag"


@dataclass(frozen=True)
class Inputs:
    tag: RefName
    repository: Repository
    commit: Sha
    path: str = "."
    branch: RefName = RefName("main")
    family: str = ""
    version_sources: VersionSources = VersionSources("")
    expected_version: Version | None = None
    expected_commit: Sha | None = None
    signed: bool = False
    allowed_signers: AllowedSigners = AllowedSigners("")
    unique: bool = False
    on_mismatch: Literal["fail", "skip"] = "fail"
    release_family: Mapping[str, ReleaseFamily] = shared()
    release_class: Mapping[str, ReleaseClass] = shared()

    def __post_init__(self) -> None:
        require_known(self.release_class)
        _, family = release_family.choose(self.family, self.release_family)
        versioned = "version" in family.pattern.places
        signed = self.signed or any(table.signed for table in self.release_class.values())
        branches = [table.branch for table in self.release_class.values() if table.branch]
        wrong = {
            "allowed-signers": (signed and not self.allowed_signers, "who may sign; it must be signed"),
            "version-sources": (self.unique and not self.version_sources, "a file; `unique` needs it"),
            "expected-version": (self.expected_version and not versioned, NO_VERSION),
            "version-sources ": (self.version_sources and not versioned, NO_VERSION),
            "release-class.*.branch": (
                any(not branch.fits(family.pattern) for branch in branches),
                "a branch that asks for nothing which the family's tags do not say",
            ),
        }
        if problems := [f"input `{name.strip()}`; allowed: {rule}" for name, (bad, rule) in wrong.items() if bad]:
            raise UsageError(problems)


NO_VERSION = "nothing, since the family's pattern has no {version}"


@dataclass(frozen=True)
class Facts:
    """What the tag says by its text: a release, or why it is none."""

    says: Release | str
    family: ReleaseFamily

    @property
    def release(self) -> Release | None:
        """The release, if it is one that may be made here."""
        said = self.says
        return said if isinstance(said, Release) and said.class_ in self.family.classes else None


def gather(inputs: Inputs, world: World) -> Facts:
    name, family = release_family.choose(inputs.family, inputs.release_family)
    return Facts(release_family.read(name, family, inputs.tag), family)


@dataclass(frozen=True)
class Guarded(Outputs):
    release: bool = False
    version: str = ""
    class_: str = ""
    family: str = ""
    prerelease: bool | None = None
    commit: str = ""
    tag_object: str = ""


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    return Verdict([_is_release(inputs, facts), *_expected_version(inputs, facts)], Guarded())


def _is_release(inputs: Inputs, facts: Facts) -> Finding:
    subject, classes = f"tag {inputs.tag}", " or ".join(facts.family.classes)
    if isinstance(facts.says, str):
        rule, found = "not-a-release", facts.says
        fix = f"Push a tag of the shape {facts.family.pattern}."
    elif facts.release is None:
        rule, found = "wrong-class", f"it is of class {facts.says.class_}, not {classes}"
        fix = "Push a tag of that class, or add the class to `classes` of the family."
    else:
        said = f"{facts.release.family} {facts.release.version or ''}".strip()
        return ok("not-a-release", subject, f"it releases {said}, class {facts.release.class_}")
    if inputs.on_mismatch == "skip":
        return ok(rule, subject, f"{found}: no release, so nothing is released")
    return failed(rule, subject, found, fix=fix)


def _expected_version(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    expected = inputs.expected_version
    if expected is None or facts.release is None or facts.release.version is None:
        return
    subject, version = f"tag {inputs.tag}", facts.release.version
    if version == expected:
        yield ok("expected-version", subject, f"its version is {expected}, as expected")
    else:
        fix = "Correct the variable that `expected-version` comes from, or tag that version."
        found = f"its version is {version}, expected is {expected}"
        yield failed("expected-version", subject, found, fix=fix)


@dataclass(frozen=True)
class Placed:
    """What GitHub says of the tag and of the branch; nothing where the tag is no release."""

    release: Release | None
    family: ReleaseFamily
    demands: ReleaseClass
    branch: RefName
    tag: Tag | None = None
    head: Sha | None = None
    pair: RefName | None = None
    paired: Tag | None = None
    names: tuple[str, ...] = ()  # of the family's tags, where one of them is the base


def place(inputs: Inputs, world: World, facts: Facts) -> Placed:
    release, family, github = facts.release, facts.family, world.github
    if release is None:
        return Placed(None, family, ReleaseClass(), inputs.branch)
    demand = demands(release.class_, inputs.release_class)
    pattern = demand.branch or family.branch
    branch = RefName(pattern.write(release.parts)) if pattern else inputs.branch
    pair = RefName(family.pairs_with.write(release.parts)) if family.pairs_with else None
    patches = demand.base == "stable-tag" and release.version
    return Placed(
        release,
        family,
        demand,
        branch,
        tag=github.tag(inputs.repository, inputs.tag),
        head=github.branch_head(inputs.repository, branch),
        pair=pair,
        paired=github.tag(inputs.repository, pair) if pair else None,
        names=github.tag_names(inputs.repository, family.pattern.prefix(PARTLESS)) if patches else (),
    )


PARTLESS = release_family.Parts()


def placed_right(inputs: Inputs, facts: Placed) -> Verdict:
    if facts.release is None:
        told = ok("not-a-release", f"tag {inputs.tag}", "it is no release: nothing more is looked at")
        return Verdict([told], Guarded())
    return Verdict([*_at_commit(inputs, facts), _branch_there(facts), *_paired(facts)], Guarded())


def _at_commit(inputs: Inputs, facts: Placed) -> Iterator[Finding]:
    """PAINS A15: compared is what the tag peels to, never the id of a tag object."""
    subject = f"tag {inputs.tag}"
    if facts.tag is None:
        yield missing("tag-missing", subject, "there is no such tag", fix="Push the tag, then run again.")
        return
    for name, commit in (("commit", inputs.commit), ("expected-commit", inputs.expected_commit)):
        if commit is None:
            continue
        if facts.tag.commit == commit:
            yield ok("tag-moved", subject, f"it peels to {commit}, the {name}")
        else:
            found = f"it peels to {facts.tag.commit}, not to {commit}, the {name}"
            fix = "Find out who moved it. Release what it names now in a run of its own."
            yield failed("tag-moved", subject, found, fix=fix)


def _branch_there(facts: Placed) -> Finding:
    subject = f"branch {facts.branch}"
    if facts.head is None:
        fix = "Name the branch that is released from in `branch`, or in the family or class."
        return failed("branch-missing", subject, "there is no such branch", fix=fix)
    return ok("branch-missing", subject, f"its head is {facts.head}")


def _paired(facts: Placed) -> Iterator[Finding]:
    if facts.pair is None:
        return
    subject = f"tag {facts.pair}"
    if facts.paired is None:
        fix = "Make that tag first, on the commit that was built, or correct this tag's parts."
        yield failed("counterpart-missing", subject, "it must be there before this one", fix=fix)
    else:
        yield ok("counterpart-missing", subject, f"it is there, at {facts.paired.commit}")


@dataclass(frozen=True)
class Examined:
    """What the history and the files at the commit say; no evidence where it is no release."""

    placed: Placed
    evidence: Evidence | None


def examine(inputs: Inputs, world: World, placed: Placed) -> Examined:
    if placed.release is None or placed.tag is None or placed.head is None:
        return Examined(placed, None)
    asked = evidence.Asked(
        repository=inputs.repository,
        path=inputs.path,
        tag=placed.tag,
        branch=placed.branch,
        head=placed.head,
        version=placed.release.version,
        sources=inputs.version_sources,
        signers=inputs.allowed_signers,
        signed=inputs.signed or bool(placed.demands.signed),
        unique=inputs.unique,
        base=_base(placed),
        patches=placed.demands.base == "stable-tag" and placed.release.version is not None,
        max_changed_files=placed.demands.max_changed_files,
    )
    return Examined(placed, evidence.gather(asked, world))


def _base(placed: Placed) -> str | None:
    version = placed.release and placed.release.version
    return release_family.patched(placed.family, version, placed.names) if version else None


def proven(inputs: Inputs, facts: Examined) -> Verdict:
    placed, found = facts.placed, facts.evidence
    if placed.release is None or placed.tag is None or found is None:
        return placed_right(inputs, placed)
    only_told = (placed.demands.advisory or release_family.NO_RULES).of(NAME)
    findings = [advise(finding, only_told) for finding in evidence.judge(found)]
    return Verdict(findings, _guarded(placed, placed.release, placed.tag))


def _guarded(placed: Placed, release: Release, tag: Tag) -> Guarded:
    return Guarded(
        release=True,
        version=release.version or "",
        class_=release.class_,
        family=release.family,
        prerelease=bool(placed.demands.prerelease),
        commit=tag.commit,
        tag_object=tag.object,
    )


action = Action(Inputs, gather, decide, Guarded).then(place, placed_right).then(examine, proven)
