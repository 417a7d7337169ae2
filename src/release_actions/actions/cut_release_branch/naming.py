"""The first look: where the branch starts, and the version that names it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from release_actions.actions.cut_release_branch.asked import Cut, Inputs
from release_actions.formats import release_family
from release_actions.formats.release_family import Release
from release_actions.formats.tag_pattern import Parts
from release_actions.formats.version_source import Reading, read
from release_actions.formats.versions import Version
from release_actions.values import RefName, Sha
from release_actions.verdict import Finding, Verdict, failed, missing, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """Where the branch starts (None: there is no such tag), and what the sources say there.

    `tagged` is what the tag releases by its text, or why it releases nothing; `lacking` is why
    the clone cannot have the commit.
    """

    start: Sha | None
    tagged: Release | str | None = None
    readings: tuple[Reading, ...] = ()
    lacking: str = ""

    def said(self, inputs: Inputs) -> dict[str, Version | None]:
        """The version by whoever says it; None where that one says none."""
        found: dict[str, Version | None] = {}
        if inputs.version is not None:
            found["input version"] = inputs.version
        if isinstance(self.tagged, Release):
            found[f"tag {inputs.tag}"] = self.tagged.version
        return found | {str(reading.source): reading.version for reading in self.readings}

    def version(self, inputs: Inputs) -> Version | None:
        """The version that the branch is named by; None where none is said or needed."""
        first = next(iter(self.said(inputs).values()), None)
        return first and _final(first)

    def name(self, inputs: Inputs) -> RefName:
        """The branch's name."""
        return RefName(inputs.branch.write(Parts(self.version(inputs))))


def _final(version: Version) -> Version:
    """48.0.0-dev is on its way to 48.0.0."""
    return Version(str(version.parts.finalize_version()))


def _start(inputs: Inputs, world: World) -> Sha | None:
    if inputs.tag is None:
        return inputs.commit
    tag = world.github.tag(inputs.repository, inputs.tag)
    return tag.commit if tag else None


def gather(inputs: Inputs, world: World) -> Facts:
    start = _start(inputs, world)
    if start is None:
        return Facts(None)
    tagged = release_family.read(inputs.family, inputs.chosen, inputs.tag) if inputs.tag else None
    facts, git = Facts(start, tagged), world.git(inputs.path)
    if lacking := git.bring(inputs.repository, [start]):
        return replace(facts, lacking=lacking)
    files = git.files(start, inputs.version_sources.paths) if inputs.version_sources else {}
    return replace(facts, readings=tuple(read(source, files) for source in inputs.version_sources))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    if facts.start is None:
        fix = "Correct `tag`, or push the tag first."
        subject = f"tag {inputs.tag}"
        return Verdict([missing("tag-missing", subject, "there is no such tag", fix=fix)], Cut())
    if facts.lacking:
        fix = "Check the repository out before this step (`path` says where)."
        subject = f"clone {inputs.path}"
        return Verdict([unknown("no-clone", subject, facts.lacking, fix=fix)], Cut())
    return Verdict([*_tag(inputs, facts), *_version(inputs, facts)], Cut())


def _tag(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """C15: a branch for the patches of a minor starts at x.y.0."""
    subject = f"tag {inputs.tag}"
    if isinstance(facts.tagged, str):
        fix = "Name a tag of the family, or its family."
        yield failed("wrong-tag", subject, facts.tagged, fix=fix)
    if not isinstance(facts.tagged, Release) or facts.tagged.version is None:
        return
    version = facts.tagged.version
    if inputs.branch.places & {"version", "patch"} or not inputs.branch.places:
        yield ok("not-a-minor", subject, f"it is on {facts.start}")
    elif version == _final(version) and version.parts.patch == 0:
        yield ok("not-a-minor", subject, f"it is a minor release, on {facts.start}")
    else:
        fix = "Start the branch at the tag of the minor release, x.y.0."
        found = f"it releases {version}, and {inputs.branch} is for all patches of a minor"
        yield failed("not-a-minor", subject, found, fix=fix)


def _version(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for reading in facts.readings:
        if reading.version is None:
            yield _unreadable(reading)
    wanted = facts.version(inputs)
    if wanted is None and not facts.said(inputs):
        yield ok("version-differs", f"branch {inputs.branch}", "its name has no version")
    for who, version in facts.said(inputs).items():
        if version is not None:
            yield _says(who, version, wanted)


def _unreadable(reading: Reading) -> Finding:
    rule = "source-unreadable" if reading.there else "source-missing"
    found = reading.problem or f"{reading.text} is no version by SemVer 2.0"
    return failed(rule, str(reading.source), found, fix="Correct the file, or `version-sources`.")


def _says(who: str, version: Version, wanted: Version | None) -> Finding:
    if version.kind == "rc":
        fix = "Cut the branch from the commit before the first release candidate."
        found = f"it says {version}, a release candidate: its branch is there already"
        return failed("release-candidate", who, found, fix=fix)
    if wanted is not None and _final(version) != wanted:
        fix = "Let every source say the version that the branch is for."
        return failed("version-differs", who, f"it says {version}, not {wanted}", fix=fix)
    return ok("version-differs", who, f"it says {version}")
