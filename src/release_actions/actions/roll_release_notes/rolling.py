"""What each mode wants of the file, and the Change that brings it."""

from __future__ import annotations

from dataclasses import dataclass

from release_actions.actions.roll_release_notes import checking
from release_actions.actions.roll_release_notes.asked import Inputs, Rolled
from release_actions.actions.roll_release_notes.looking import Facts
from release_actions.actions.roll_release_notes.mending import bad
from release_actions.actions.roll_release_notes.writing import WriteFile
from release_actions.formats.changelog import dating, opening
from release_actions.formats.changelog.lines import joined
from release_actions.formats.changelog.sections import Changelog, IsoDay, Problem, Section, read
from release_actions.formats.tag_pattern import Parts
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, Verdict, due, failed, ok


@dataclass(frozen=True)
class Aim:
    """The version and the day of the first look, and the file as it stood then."""

    version: Version | None
    day: IsoDay
    content: bytes | None


def settle(inputs: Inputs, facts: Facts) -> Aim:
    version, log = inputs.version, _read(inputs, facts)
    if version is None and inputs.mode == "date" and isinstance(log, Changelog):
        section = dating.candidate(log, None)
        version = section.version if isinstance(section, Section) else None
    if version is not None and inputs.mode == "new-cycle":
        # The notes are those of the release that the development leads to.
        version = Version(str(version.parts.finalize_version()))
    return Aim(version, inputs.date or facts.today, facts.content)


def _read(inputs: Inputs, facts: Facts) -> Changelog | Problem | None:
    if facts.content is None:
        return None
    return read(facts.content, None if inputs.layout == "auto" else inputs.layout)


def unsettled(inputs: Inputs, facts: Facts) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, facts, settle(inputs, facts))


def decide(inputs: Inputs, facts: Facts, aim: Aim) -> Verdict:
    log = _read(inputs, facts)
    if log is None:
        fix = "Correct `file` or `path`: a file inside the clone, and no link out of it."
        return Verdict([failed("no-file", inputs.file, "there is no such file", fix=fix)], Rolled())
    if isinstance(log, Problem):
        return Verdict([bad(inputs, log)], Rolled())
    findings = _findings(inputs, facts, log, aim)
    return Verdict(findings, _outputs(log, aim))


def _findings(inputs: Inputs, facts: Facts, log: Changelog, aim: Aim) -> list[Finding]:
    if inputs.mode == "check":
        assert aim.version is not None  # the door saw to it
        return list(checking.findings(inputs, facts, log, aim.version))
    if inputs.mode == "date":
        return [_dated(inputs, log, aim)]
    if log.layout == "keep-a-changelog":
        return [_unreleased(inputs, log)]
    return [_cycle(inputs, facts, log, aim.version)]


def _dated(inputs: Inputs, log: Changelog, aim: Aim) -> Finding:
    section = dating.candidate(log, aim.version)
    if isinstance(section, Problem):
        return bad(inputs, section)
    number, version = log.number(section), section.version or aim.version
    if version is None:
        return bad(inputs, Problem("version-needed", number, "its heading names no version"))
    stated = log.date(section)
    if stated is None or section.unreleased:
        return _due(inputs, log, number, dating.stamp(log, section, version, aim.day), "undated")
    if inputs.date and stated != inputs.date:
        return bad(inputs, Problem("other-date", number, f"it is of {stated}, not {inputs.date}"))
    return checking.dated(inputs, log, section)


def _unreleased(inputs: Inputs, log: Changelog) -> Finding:
    new = opening.open_unreleased(log)
    if new == joined(log.lines):
        at = f"{inputs.file}:{log.number(log.unreleased[0])}"
        return ok("no-unreleased", at, "Unreleased is there")
    return _due(inputs, log, log.number(log.sections[0]), new, "no-unreleased")


def _cycle(inputs: Inputs, facts: Facts, log: Changelog, version: Version | None) -> Finding:
    if version is None:
        return bad(inputs, Problem("version-needed", 0, "no version says what comes next"))
    if facts.template is None:
        fix = "Correct `template`: a file inside the clone. Empty is the built-in one."
        return failed("no-template", inputs.template, "there is no such file", fix=fix)
    top = opening.newest(log)
    old = Parts(top.version if top else None)
    address = f"{facts.server}/{inputs.repository}/blob"
    if old.version is not None:
        address = f"{address}/{inputs.archive_branch.write(old)}/{inputs.file}"
    cycle = opening.Cycle(version, inputs.anchor, address, facts.template)
    begun = opening.opened(log, cycle)
    if isinstance(begun, Problem):
        return bad(inputs, begun)
    assert top is not None
    if begun:
        return ok("no-section", f"{inputs.file}:{log.number(top)}", f"{version} is open")
    return _due(inputs, log, log.number(top), opening.begin(log, cycle), "no-section")


def _due(inputs: Inputs, log: Changelog, line: int, new: bytes | Problem, rule: str) -> Finding:
    if isinstance(new, Problem):
        return bad(inputs, new)
    change = WriteFile(inputs.path, inputs.file, joined(log.lines), new)
    return due(rule, f"{inputs.file}:{line}", change.shown, change)


def _outputs(log: Changelog, aim: Aim) -> Rolled:
    """The section of the version as it stands; what no section says is left out."""
    changed = joined(log.lines) != aim.content
    section = log.only(aim.version) if aim.version else None
    if aim.version is None or not isinstance(section, Section):
        return Rolled(changed=changed)
    return Rolled(aim.version, log.date(section) or "", log.heading(section), changed)
