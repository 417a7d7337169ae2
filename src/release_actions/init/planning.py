"""The plan: which files, with which answers, and what the config says beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from release_actions.formats.workflow_filter import takes_tag
from release_actions.init import ci, cycling, publishing, tagging, versions
from release_actions.init.answers import Kind, Plan, Planned
from release_actions.init.asked import Asked
from release_actions.init.choosing import Choice
from release_actions.init.facts import Facts
from release_actions.init.ground import Ground
from release_actions.init.tabling import tables

PLANS: dict[str, Callable[[Ground], Iterator[Planned]]] = {
    "gated-release": publishing.gated,
    "crates": publishing.crates,
    "pypi": publishing.pypi,
    "rust-python": publishing.rust_python,
    "release-train": cycling.train,
    "push-tag": cycling.push_tag,
    "dev-cycle": cycling.cycle,
    "settings-audit": cycling.audit,
}


def plan(choice: Choice, facts: Facts, asked: Asked) -> Plan:
    """All that is to be written.

    :raises UsageError: where what is asked for cannot be filled in from what is there.
    """
    required, left = ci.required(facts, asked.ci)
    ground = Ground(facts, tagging.read(facts.tags), required)
    files = tuple(each for name in choice.templates for each in PLANS[name](ground))
    notes: list[tuple[Kind, str]] = [("found", line) for line in left]
    notes += _notes(facts)
    notes += _left_out(facts, choice.templates)
    notes += _same_tags(ground, files)
    notes += _one_tag(facts, files)
    notes += _not_held(files)
    return Plan(files, choice.why, choice.others, tuple(tables(ground, files)), tuple(notes))


def _notes(facts: Facts) -> Iterator[tuple[Kind, str]]:
    branch = facts.branch
    yield ("found" if branch.certain else "assumed"), f"branch {branch.name}: {branch.how}"
    for each in facts.cargo:
        if each != facts.workspace and facts.workspace:
            kind: Kind = "open" if each.publishable else "found"
            yield kind, f"{each.root}: another workspace, which is left alone"
    for line in facts.unread:
        yield "open", f"not read: {line}"
    if facts.passed_by:
        shown = ", ".join(facts.passed_by[:3]) + (", …" if len(facts.passed_by) > 3 else "")
        yield "found", f"taken for samples and tests, and left alone: {shown}"


def _left_out(facts: Facts, chosen: tuple[str, ...]) -> Iterator[tuple[Kind, str]]:
    """What people may take for published, and is not."""
    native = [each for each in facts.python if each.wheels == "native"]
    if "pypi" not in chosen or facts.pure:
        for project in native:
            yield (
                "open",
                f"{project.manifest}: nothing here publishes {project.name}; {project.why}",
            )
    if "gated-release" not in chosen:
        public = [each.name or each.manifest for each in facts.node if not each.private]
        if others := [*public, *facts.images]:
            yield "open", f"nothing here publishes {', '.join(others[:6])}"


def _one_tag(facts: Facts, files: tuple[Planned, ...]) -> Iterator[tuple[Kind, str]]:
    """Of several workflows that a tag starts, those of another version refuse it at their gate."""
    releasing = [planned for planned in files if planned.releases]
    crates = any(planned.template == "crates" for planned in releasing)
    if len(releasing) > 1 and versions.several_versions(facts, crates=crates):
        named = ", ".join(planned.file for planned in releasing)
        told = "each tag starts all of these, and what they release has several versions: the gate"
        told += " of the others will refuse it. Give each a family of tags of its own: its trigger,"
        yield (
            "open",
            f"{named}: {told} `family` of its guard-release-tag, `tag-pattern` of the lint",
        )


def _not_held(files: tuple[Planned, ...]) -> Iterator[tuple[Kind, str]]:
    """What has no table in the config, and why."""
    if not any(planned.releases for planned in files):
        named = ", ".join(planned.file for planned in files)
        yield (
            "found",
            f"{named}: nothing is published there, which lint-release-workflow would hold",
        )


def _same_tags(ground: Ground, files: tuple[Planned, ...]) -> Iterator[tuple[Kind, str]]:
    """Two workflows for one tag would be two releases."""
    mine = {planned.path for planned in files}
    if any("tag-pattern" in planned.answers for planned in files):
        for flow in ground.facts.flows:
            if flow.path not in mine and takes_tag(flow.trigger, ground.tags.tag("1.2.3")):
                told = "such a tag starts it as well, beside what is written here: take one away"
                yield "open", f"{flow.path}: {told}"
