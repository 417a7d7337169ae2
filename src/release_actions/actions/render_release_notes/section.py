"""Which section of the changelog tells of a release, and what to do where none does."""

from __future__ import annotations

from release_actions.actions.render_release_notes.asked import Inputs
from release_actions.formats.changelog.sections import Changelog, Problem, Section, read
from release_actions.formats.release_family import Release
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, failed

LAYOUT = "Give `layout`, or mend the headings: docs/roll-release-notes.md shows both layouts."
FIXES = {
    "no-sections": LAYOUT,
    "layout-unclear": LAYOUT,
    "no-section": "Write the notes of this version, or correct `changelog`.",
    "section-twice": "Bring them together under one heading.",
    "undated": "Date it by roll-release-notes, mode date, and release that commit.",
    "empty-section": "Write what changed, were it only `No notable changes.`",
}


def bad(inputs: Inputs, problem: Problem) -> Finding:
    """The problem as a finding, at its line."""
    subject = f"{inputs.changelog}:{problem.line}" if problem.line else inputs.changelog
    return failed(problem.rule, subject, problem.found, fix=FIXES[problem.rule])


def chosen(inputs: Inputs, release: Release, content: bytes) -> tuple[Changelog, Section] | Problem:
    """The section of the version; before it is final, else that of the final one, or Unreleased."""
    log = read(content, None if inputs.layout == "auto" else inputs.layout)
    if isinstance(log, Problem):
        return log
    version = release.version
    assert version is not None  # the door saw to it that the family has one
    section = _section(log, version)
    if isinstance(section, Problem):
        return section
    number = log.number(section)
    if version.kind == "stable" and log.date(section) is None:
        return Problem("undated", number, f"the section of {version} states no date")
    if not log.entries(section):
        return Problem("empty-section", number, "it says nothing")
    return log, section


def _section(log: Changelog, version: Version) -> Section | Problem:
    final = Version(str(version.parts.finalize_version()))
    for wanted in dict.fromkeys((version, final)):
        if log.of(wanted):
            return log.only(wanted)
    if version.kind != "stable" and log.unreleased:
        return log.unreleased[0]
    return Problem("no-section", 0, f"there is no section for {version}")
