"""The answers for workflows that bring a release about: trains, cycles, tags; and the audit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.init import versions
from release_actions.init.answers import Answer, Kind, Planned
from release_actions.init.facts import Facts
from release_actions.init.ground import Ground, unfit

NOTES_TEMPLATE = re.compile(r"(releases|changelog|notes)[-_]template\.\w+$")
# What may stand in an expression or a branch pattern of a template.
WORD = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
# What is written here asks for a release, and is none.
OWN = frozenset({"release-train.yml", "dev-cycle.yml", "push-tag.yml"})


def _dispatched(facts: Facts) -> Answer:
    """The workflow that is started for the tag: a tag that a job pushes starts none by itself."""
    found = [
        flow.short
        for flow in facts.flows
        if not flow.dispatch and flow.short not in OWN and re.search("release|publish", flow.short)
    ]
    found.sort(key=lambda name: (name not in ("release.yml", "release.yaml"), name))
    if not found:
        return Answer(
            None,
            "no release workflow with `on: workflow_dispatch` is there. A tag that a job pushes"
            " starts nothing by itself: write one, and name it as `dispatch:`",
            "open",
        )
    told = "it can be dispatched, and is called so"
    return Answer(found[0], told, "found" if len(found) == 1 else "assumed")


def _branch(facts: Facts, template: str) -> Answer:
    if not WORD.fullmatch(facts.branch.name):
        raise unfit(template, f"the branch {facts.branch.name} cannot stand in its expressions")
    kind: Kind = "found" if facts.branch.certain else "assumed"
    return Answer(facts.branch.name, facts.branch.how, kind)


def train(ground: Ground) -> Iterator[Planned]:
    facts = ground.facts
    sources = versions.of_all(facts)
    if not isinstance(sources.value, tuple):
        raise unfit("release-train", sources.told)
    source = Answer(sources.value[0], sources.told, sources.kind)
    notes = facts.notes[0] if facts.notes else "RELEASES.md"
    told = "it is there" if facts.notes else "no release notes were found: begin this file"
    yield Planned(
        "release-train",
        "release-train.yml",
        {
            "version-source": source,
            "branch": _branch(facts, "release-train"),
            "notes": Answer(notes, told, "found" if len(facts.notes) == 1 else "assumed"),
            "notes-template": _notes_template(facts),
        },
    )
    yield from push_tag(ground)


def _notes_template(facts: Facts) -> Answer:
    """The file that the notes of a new cycle begin with."""
    found = sorted(path for path in facts.tree.files if NOTES_TEMPLATE.search(path.lower()))
    if not found:
        return Answer(
            None, "no file is called so: a new cycle's notes begin as the library has them"
        )
    return Answer(found[0], "it is called so", "found" if len(found) == 1 else "assumed")


def push_tag(ground: Ground) -> Iterator[Planned]:
    sources = versions.of_all(ground.facts)
    if not isinstance(sources.value, tuple):
        raise unfit("push-tag", sources.told)
    yield Planned(
        "push-tag",
        "push-tag.yml",
        {
            "workflows": ground.ci,
            "version-source": Answer(sources.value[0], sources.told, sources.kind),
            "dispatch": _dispatched(ground.facts),
        },
    )


def cycle(ground: Ground) -> Iterator[Planned]:
    facts = ground.facts
    found = [(each.name, each.manifest) for each in facts.node if not each.private and each.version]
    found += [(each.name, each.source) for each in facts.python if each.source]
    if not found:
        raise unfit("dev-cycle", "no package.json and no project that states a version was found")
    name, manifest = found[0]
    kind: Kind = "found" if len(found) == 1 else "assumed"
    family = name.rpartition("/")[2]
    if not WORD.fullmatch(family):
        raise unfit("dev-cycle", f"{name} cannot stand in a tag")
    yield Planned(
        "dev-cycle",
        "dev-cycle.yml",
        {
            "branch": _branch(facts, "dev-cycle"),
            "manifest": Answer(manifest, f"{manifest} states the version of {name}", kind),
            "family": Answer(family, f"tags will be {family}-vX.Y.Z", kind),
            "workflows": ground.ci,
            "dispatch": _dispatched(facts),
        },
    )


def audit(ground: Ground) -> Iterator[Planned]:
    yield Planned("settings-audit", "settings-audit.yml")
