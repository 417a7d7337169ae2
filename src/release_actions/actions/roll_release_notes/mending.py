"""What to do about each thing that can be wrong with a changelog."""

from __future__ import annotations

from release_actions.actions.roll_release_notes.asked import Inputs
from release_actions.formats.changelog.sections import Problem
from release_actions.verdict import Finding, failed

LAYOUT = "Give `layout`, or mend the headings: docs/roll-release-notes.md shows both layouts."
FIXES = {
    "no-sections": LAYOUT,
    "layout-unclear": LAYOUT,
    "no-section": "Write the notes of this version, or correct `version` or `file`.",
    "section-twice": "Bring them together under one heading.",
    "undated": "Run mode date, or write the date as YYYY-MM-DD.",
    "no-such-day": "Write a day that the calendar has, as YYYY-MM-DD.",
    "other-date": "Correct the date, there or in `date`.",
    "empty-section": "Write what changed, were it only `No notable changes.`",
    "unreleased-not-empty": "Move what is released now under its version, or run mode date.",
    "unreleased-twice": "Leave one, or give the `version` of the one that is meant.",
    "no-unreleased": "Write the notes under Unreleased, or run mode new-cycle before that.",
    "version-needed": "Give `version`.",
    "links-unclear": "Let it be …/compare/TAG...HEAD with the last version's tag, or remove it.",
    "rule-missing": "End the newest section with a line of dashes between blank lines.",
    "anchor-missing": "Put a line `<!-- ARCHIVE_START -->` above the archive, or give `anchor`.",
    "anchor-twice": "Leave one of them.",
    "archived-already": "Remove that line of the archive if it is wrong, or correct `version`.",
    "history-lost": "End the newest section with a line of dashes before the older ones.",
    "already-released": "Give the `version` of the next cycle.",
    "not-newer": "Give a `version` that is newer than that.",
    "template-unfit": "Let the template say `## VERSION`, and `Unreleased.` under it.",
    "class-unstated": "State one of the two classes in the section.",
    "class-contradicted": "Correct the class or the entries, or release it as another version.",
    "migration-missing": "Say in the entry, or under a heading Migration, what users have to do.",
}


def bad(inputs: Inputs, problem: Problem) -> Finding:
    """The problem as a finding, at its line."""
    subject = f"{inputs.file}:{problem.line}" if problem.line else inputs.file
    return failed(problem.rule, subject, problem.found, fix=FIXES[problem.rule])
