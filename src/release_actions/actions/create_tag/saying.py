"""The first look: what the tag is to say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from release_actions.actions.create_tag.asked import Inputs, Made
from release_actions.formats.tag_pattern import Date
from release_actions.formats.version_source import Reading, read
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """What the tag is to say, as far as it is given or read; `lacking`: why it cannot be read."""

    today: Date
    yesterday: Date
    readings: tuple[Reading, ...] = ()
    lacking: str = ""

    def version(self, inputs: Inputs) -> Version | None:
        """The version given, else that of the first source."""
        return inputs.version or (self.readings[0].version if self.readings else None)


def gather(inputs: Inputs, world: World) -> Facts:
    now = world.clock.utc().date()
    facts = Facts(Date.of(now), Date.of(now - timedelta(days=1)))
    if "version" not in inputs.asks or not inputs.version_sources:
        return facts
    git = world.git(inputs.path)
    if lacking := git.bring(inputs.repository, [inputs.commit]):
        return replace(facts, lacking=lacking)
    files = git.files(inputs.commit, inputs.version_sources.paths)
    return replace(facts, readings=tuple(read(source, files) for source in inputs.version_sources))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    if facts.lacking:
        fix = "Check the repository out before this step (`path` says where)."
        return Verdict(
            [unknown("no-clone", f"clone {inputs.path}", facts.lacking, fix=fix)], Made()
        )
    if inputs.tag is not None or "version" not in inputs.asks:
        name = str(inputs.tag or inputs.chosen.pattern)
        return Verdict([ok("version-differs", f"tag {name}", "no version is to be read")], Made())
    version = facts.version(inputs)
    if version is None:
        return Verdict([_unreadable(facts.readings[0])], Made())
    if not facts.readings:
        return Verdict([ok("version-differs", f"version {version}", "it is given")], Made())
    return Verdict([_says(reading, version) for reading in facts.readings], Made())


def _unreadable(reading: Reading) -> Finding:
    rule = "source-unreadable" if reading.there else "source-missing"
    found = reading.problem or f"{reading.text} is no version by SemVer 2.0"
    return failed(rule, str(reading.source), found, fix="Correct the file, or `version-sources`.")


def _says(reading: Reading, version: Version) -> Finding:
    if reading.text is None:
        return _unreadable(reading)
    subject, found = str(reading.source), f"it says {reading.text}"
    if reading.says(version):
        return ok("version-differs", subject, found)
    fix = "Let every source say the version that is to be tagged, and tag that commit."
    return failed("version-differs", subject, f"{found}, not {version}", fix=fix)
