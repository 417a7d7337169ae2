"""Begin a new cycle: an empty section for what comes next, what is over archived (W13)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from release_actions.formats.changelog.lines import Line, cut, is_rule, joined, level, line_end
from release_actions.formats.changelog.sections import Changelog, Problem, Section, read
from release_actions.formats.versions import Version


@dataclass(frozen=True)
class Cycle:
    """What a new cycle needs to know beside the file."""

    version: Version
    anchor: str  # the text of the line after which the archive begins
    address: str  # of the archived notes; what stands there is `{version}` filled in already
    template: bytes


def newest(log: Changelog) -> Section | None:
    """The first section of a version."""
    return next((section for section in log.sections if section.version), None)


def open_unreleased(log: Changelog) -> bytes | Problem:
    """Keep a Changelog: an empty `[Unreleased]` above the first section."""
    if len(log.unreleased) > 1:
        number = log.number(log.unreleased[1])
        return Problem("unreleased-twice", number, "there are several `[Unreleased]` sections")
    if log.unreleased:
        return joined(log.lines)
    first = log.sections[0]
    end = line_end(log.lines)
    title = "## [Unreleased]" if first.bracketed else "## Unreleased"
    new = (Line(0, title, end), Line(0, "", end))
    return joined((*log.lines[: first.start], *new, *log.lines[first.start :]))


def opened(log: Changelog, cycle: Cycle) -> bool | Problem:
    """Whether the new cycle has begun already; a Problem where its version makes no sense."""
    top = newest(log)
    if top is None or top.version is None:
        return Problem("no-sections", 0, "no section names a version")
    number = log.number(top)
    if top.version == cycle.version:
        if log.date(top) is None:
            return True
        return Problem("already-released", number, f"{top.label} has its date already")
    if top.version.parts > cycle.version.parts:
        return Problem("not-newer", number, f"the newest section is {top.label}")
    return False


def begin(log: Changelog, cycle: Cycle) -> bytes | Problem:
    """Wasmtime: the last cycle goes to the archive, and the template stands in its place."""
    top = newest(log)
    assert top is not None  # `opened` saw to it
    assert top.version is not None
    rule = next((i for i in range(top.start, len(log.lines)) if is_rule(log.lines, i)), None)
    anchors = [i for i, line in enumerate(log.lines) if _is_anchor(line, cycle.anchor)]
    for problem in (_rule(log, top, rule), _anchor(log, rule, anchors, cycle.anchor)):
        if problem is not None:
            return problem
    assert rule is not None
    tail = log.lines[anchors[0] + 1 :]
    name = f"{top.version.parts.major}.{top.version.parts.minor}.x"
    for problem in (_only_this_cycle(log, top, rule), _once(tail, name)):
        if problem is not None:
            return problem
    end = line_end(log.lines)
    fresh = _fresh(cycle, end)
    line = f"{_bullet(tail)} [{name}]({cycle.address})"
    kept = log.lines[rule : anchors[0]]
    if any(is_rule(fresh, i) for i in range(len(fresh))):  # the template brings the rule
        kept = kept[1:]
    anchor = replace(log.lines[anchors[0]], end=end)
    new = joined(
        (*log.lines[: top.start], *fresh, *kept, anchor, Line(0, line, end if tail else ""), *tail)
    )
    return _proved(new, cycle)


def _rule(log: Changelog, top: Section, rule: int | None) -> Problem | None:
    if rule is None:
        return Problem("rule-missing", log.number(top), "no rule of dashes (`-----`) ends it")
    return None


def _anchor(log: Changelog, rule: int | None, anchors: list[int], anchor: str) -> Problem | None:
    if not anchors:
        return Problem("anchor-missing", 0, f"no line says {anchor}")
    number = log.lines[anchors[-1]].number
    if len(anchors) > 1:
        return Problem("anchor-twice", number, f"{len(anchors)} lines say {anchor}")
    if rule is not None and anchors[0] < rule:
        return Problem("anchor-missing", number, f"{anchor} stands above the first rule")
    return None


def _is_anchor(line: Line, anchor: str) -> bool:
    """`<!-- ARCHIVE_START -->`, or the word alone on its line."""
    bare = re.sub(r"^<!--|-->$", "", line.text.strip()).strip()
    return line.kind != "code" and bare == anchor


def _only_this_cycle(log: Changelog, top: Section, rule: int) -> Problem | None:
    """Above the rule stands nothing but the cycle that the archive line will stand for."""
    assert top.version is not None
    mine = top.version.parts
    for index in range(top.start + 1, rule):
        if level(log.lines[index]) in (1, 2):
            found = f"`{log.lines[index].said.strip()}` above the rule is no part of {mine}"
            return Problem("history-lost", log.lines[index].number, found)
    return None


def _fresh(cycle: Cycle, end: str) -> tuple[Line, ...]:
    """The template with the version put in, ended by one blank line or by its rule."""
    lines = [
        replace(line, text=re.sub(r"\bVERSION\b", cycle.version, line.text), end=end)
        for line in cut(cycle.template)
    ]
    while lines and lines[-1].blank:
        lines.pop()
    ruled = lines and is_rule(tuple(lines), len(lines) - 1)
    return tuple(lines) if ruled else (*lines, Line(0, "", end))


def _once(tail: tuple[Line, ...], name: str) -> Problem | None:
    for line in tail:
        if f"[{name}](" in line.text:
            return Problem("archived-already", line.number, f"the archive has {name} already")
    return None


def _bullet(tail: tuple[Line, ...]) -> str:
    """As the line has it above which the new one is put."""
    known = re.match(r"[*+-](?= )", tail[0].text) if tail else None
    return known[0] if known else "*"


def _proved(new: bytes, cycle: Cycle) -> bytes | Problem:
    """The template must have made the one section that `date` will look for."""
    log = read(new, "wasmtime")
    section = log if isinstance(log, Problem) else log.only(cycle.version)
    if not isinstance(log, Problem) and isinstance(section, Section):
        waits = section.status is not None and log.date(section) is None
        if waits and newest(log) == section:
            return new
    found = f"it does not make a section `## {cycle.version}` that says Unreleased"
    return Problem("template-unfit", 0, found)
