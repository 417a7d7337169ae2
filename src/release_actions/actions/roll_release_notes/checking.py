"""Mode check: the notes of a version are there, dated, and the same as on another branch."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from release_actions.actions.roll_release_notes.asked import Inputs
from release_actions.actions.roll_release_notes.looking import Facts
from release_actions.actions.roll_release_notes.mending import bad
from release_actions.clients.branch_files import BranchFile
from release_actions.formats.changelog import notes, promise
from release_actions.formats.changelog.sections import Changelog, IsoDay, Problem, Section, read
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, failed, ok


def findings(inputs: Inputs, facts: Facts, log: Changelog, version: Version) -> Iterator[Finding]:
    section = log.only(version)
    if isinstance(section, Problem):
        yield bad(inputs, section)
    else:
        at = f"{inputs.file}:{log.number(section)}"
        yield ok("no-section", at, f"`{log.heading(section)}`, once")
        yield dated(inputs, log, section)
        yield _filled(inputs, log, section)
        if inputs.compatibility:
            yield from _promised(inputs, log, section, version)
        if facts.other is not None:
            yield _agreed(inputs, facts.other, log, section, version)
    yield from _nothing_left(inputs, log)


def dated(inputs: Inputs, log: Changelog, section: Section) -> Finding:
    """A date that the calendar has, and the one that is expected where one is."""
    stated, number = log.date(section), log.number(section)
    if stated is None:
        return bad(inputs, Problem("undated", number, "it states no date"))
    try:
        day = IsoDay(stated)
    except ValueError as error:
        return bad(inputs, Problem("no-such-day", number, f"{stated} is not {error}"))
    if inputs.date and day != inputs.date:
        return bad(inputs, Problem("other-date", number, f"it is of {day}, not {inputs.date}"))
    return ok("undated", f"{inputs.file}:{number}", f"it is of {day}")


def _filled(inputs: Inputs, log: Changelog, section: Section) -> Finding:
    number, entries = log.number(section), log.entries(section)
    if not entries:
        return bad(inputs, Problem("empty-section", number, "it says nothing"))
    return ok("empty-section", f"{inputs.file}:{number}", f"it has {len(entries)} lines of notes")


def _nothing_left(inputs: Inputs, log: Changelog) -> Iterator[Finding]:
    """O7: what is released now does not stand under `[Unreleased]` any more."""
    for section in log.unreleased:
        if entries := log.entries(section):
            found = f"Unreleased says `{entries[0].text.strip()}`"
            yield bad(inputs, Problem("unreleased-not-empty", entries[0].number, found))
        else:
            at = f"{inputs.file}:{log.number(section)}"
            yield ok("unreleased-not-empty", at, "Unreleased is empty")


def _promised(
    inputs: Inputs, log: Changelog, section: Section, version: Version
) -> Iterator[Finding]:
    """O35: a class, and a way over each break."""
    found = [bad(inputs, problem) for problem in promise.problems(log, section, version)]
    named = " and ".join(sorted(promise.stated(log, section)))
    at = f"{inputs.file}:{log.number(section)}"
    yield from found or [ok("class-unstated", at, f"it is {named}, and each break has its way")]


def _agreed(
    inputs: Inputs, other: BranchFile, log: Changelog, section: Section, version: Version
) -> Finding:
    """W30: the notes of one release are the same on its branch and on the main one."""
    if other.head is None:
        fix = "Correct `against`."
        return failed("branch-missing", f"branch {inputs.against}", "there is none", fix=fix)
    subject = f"{inputs.file} on {inputs.against}"
    theirs = None if other.content is None else read(other.content, log.layout)
    section_there = theirs.only(version) if isinstance(theirs, Changelog) else theirs
    if section_there is None or isinstance(section_there, Problem):
        found = section_there.found if section_there else "there is no such file"
        fix = f"Bring the notes of {version} to {inputs.against} as well."
        return failed("against-missing", subject, f"{found}, at {other.head}", fix=fix)
    assert isinstance(theirs, Changelog)
    mine, yours = notes.whole(log, section), notes.whole(theirs, section_there)
    for index, (here, there) in enumerate(zip_longest(mine, yours)):
        if here != there:
            at, there_at = log.number(section) + index, theirs.number(section_there) + index
            found = f"line {at} here is {_shown(here)}, line {there_at} there is {_shown(there)}"
            fix = "Let both say the same: bring the better one to the other of the two branches."
            return failed("against-differs", subject, found, fix=fix)
    return ok("against-differs", subject, f"the notes of {version} are the same at {other.head}")


def _shown(line: str | None) -> str:
    return "nothing" if line is None else f"`{line.strip()[:120]}`"
