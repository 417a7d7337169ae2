"""Tell which version a commit carries, and which release branch is the latest one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from release_actions.action import Action, shared
from release_actions.clients import branches
from release_actions.clients.github import Tag
from release_actions.errors import UsageError
from release_actions.formats import release_family
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.tag_pattern import BranchPattern, Parts
from release_actions.formats.version_source import Reading, VersionSources, read
from release_actions.formats.versions import Version
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Finding, Outputs, Verdict, failed, missing, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    commit: Sha
    version_sources: VersionSources = VersionSources("")
    family: str = ""
    branches: BranchPattern | None = None
    path: str = "."
    release_family: Mapping[str, ReleaseFamily] = shared()

    def __post_init__(self) -> None:
        if not self.version_sources and self.branches is None:
            raise UsageError(
                "input `version-sources`: nothing was given; allowed: a file to read the version"
                " of, or `branches` to look for the latest one"
            )
        if self.chosen.pattern.places != {"version"}:
            raise UsageError(
                f"input `family`: `{self.family}` was given; allowed: one whose pattern has"
                " {version} and nothing else"
            )

    @property
    def chosen(self) -> ReleaseFamily:
        return release_family.choose(self.family, self.release_family)[1]


@dataclass(frozen=True)
class Resolved(Outputs):
    version: str = ""
    core: str = ""
    class_: str = ""
    tag: str = ""
    tagged: bool | None = None
    patches: str = ""
    latest_branch: str = ""
    latest_commit: str = ""


@dataclass(frozen=True)
class Read:
    """What the sources say at the commit; `lacking`: why they cannot be read."""

    readings: tuple[Reading, ...] = ()
    lacking: str = ""

    @property
    def version(self) -> Version | None:
        return self.readings[0].version if self.readings else None


def gather_sources(inputs: Inputs, world: World) -> Read:
    if not inputs.version_sources:
        return Read()
    git = world.git(inputs.path)
    if lacking := git.bring(inputs.repository, [inputs.commit]):
        return Read(lacking=lacking)
    files = git.files(inputs.commit, inputs.version_sources.paths)
    return Read(tuple(read(source, files) for source in inputs.version_sources))


def decide_sources(inputs: Inputs, found: Read) -> Verdict:
    if found.lacking:
        fix = "Check the repository out before this step (`path` says where)."
        return Verdict([unknown("no-clone", f"clone {inputs.path}", found.lacking, fix=fix)])
    if not found.readings:
        return Verdict([ok("version", f"commit {inputs.commit.short}", "no version is to be read")])
    return Verdict([_says(reading, found.version) for reading in found.readings])


def _says(reading: Reading, version: Version | None) -> Finding:
    subject = str(reading.source)
    if reading.version is None:
        rule = "source-unreadable" if reading.there else "source-missing"
        detail = reading.problem or f"{reading.text} is no version by SemVer 2.0"
        return failed(rule, subject, detail, fix="Correct the file, or `version-sources`.")
    if version is None or reading.says(version):
        return ok("version", subject, f"it says {reading.text}")
    fix = "Let every source say the same version (bump-lockstep-version does), and commit that."
    return failed("version-differs", subject, f"it says {reading.text}, not {version}", fix=fix)


@dataclass(frozen=True)
class Facts:
    """The version that was read, its tag if that is there, and every branch of the pattern."""

    version: Version | None
    tag: Tag | None
    names: tuple[str, ...]  # of every tag of the family, at the least
    branches: tuple[tuple[str, Sha], ...]


def gather(inputs: Inputs, world: World, found: Read) -> Facts:
    version, github = found.version, world.github
    pattern = inputs.branches
    return Facts(
        version,
        github.tag(inputs.repository, _tag(inputs, version)) if version else None,
        github.tag_names(inputs.repository, inputs.chosen.pattern.prefix(Parts()))
        if version
        else (),
        branches.matching(github, inputs.repository, pattern.prefix) if pattern else (),
    )


def _tag(inputs: Inputs, version: Version) -> RefName:
    return RefName(inputs.chosen.pattern.write(Parts(version)))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    latest = _latest(inputs, facts)
    outputs = Resolved()
    if facts.version is not None:
        outputs = Resolved(
            facts.version,
            str(facts.version.parts.finalize_version()),
            facts.version.kind,
            _tag(inputs, facts.version),
            facts.tag is not None,
            release_family.patched(inputs.chosen, facts.version, facts.names) or "",
        )
    if latest is not None:
        outputs = replace(outputs, latest_branch=latest[0], latest_commit=latest[1])
    return Verdict([*_tagged(inputs, facts), *_found(inputs, latest)], outputs)


def _latest(inputs: Inputs, facts: Facts) -> tuple[str, Sha] | None:
    """The branch with the highest numbers."""
    pattern = inputs.branches
    orders = {
        branch: order
        for branch in facts.branches
        if pattern is not None and (order := pattern.order(branch[0])) is not None
    }
    return max(orders, key=orders.__getitem__, default=None)


def _tagged(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if facts.version is None:
        return
    there = f"it is on {facts.tag.commit}" if facts.tag else "it is not there yet"
    yield ok("tag", f"tag {_tag(inputs, facts.version)}", there)


def _found(inputs: Inputs, latest: tuple[str, Sha] | None) -> Iterator[Finding]:
    if inputs.branches is None:
        return
    subject = f"branches {inputs.branches}"
    if latest is not None:
        yield ok("no-release-branch", subject, f"the latest is {latest[0]} at {latest[1]}")
        return
    fix = "Cut one (cut-release-branch does), or correct the pattern in `branches`."
    yield missing("no-release-branch", subject, "there is none with a final version", fix=fix)


action = Action(Inputs, gather_sources, decide_sources, Resolved).then(gather, decide)
