"""Writes the config that describes the repository as it is, in place of a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from release_actions.actions.audit_release_settings import describing
from release_actions.actions.audit_release_settings.asked import Audited, Inputs
from release_actions.actions.audit_release_settings.describing import Section
from release_actions.actions.audit_release_settings.looking import Facts, Place
from release_actions.actions.audit_release_settings.saying import give
from release_actions.changes.writing import INSIDE, WriteFile
from release_actions.verdict import Finding, Verdict, due, failed, ok, unknown


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    sections = tuple(describing.sections(facts))
    text = "\n".join([HEAD, *map(str, sections)])
    assert facts.place is not None  # it was looked at since a suggestion is wanted
    findings = [*_described(sections), _file(inputs.output_file, facts.place, text.encode())]
    return Verdict(findings, Audited(suggested_file=inputs.output_file), text)


HEAD = "# What this repository is today, for .github/release-actions.toml. Nothing was judged.\n"


def _described(sections: Sequence[Section]) -> Iterator[Finding]:
    """What was described, and, as advice, what could not be."""
    lines = [line for section in sections for line in section.lines]
    count = sum(line.declares for line in lines)
    subject = "the repository as it is"
    if not count:
        lacking = next((line for line in lines if line.needs), None)
        fix = give(lacking.needs) if lacking else "Give the token of somebody who may read them."
        yield unknown("nothing-readable", subject, "no setting could be read", fix=fix)
    else:
        yield ok("nothing-readable", subject, f"{count} settings described, none judged")
    for needs in sorted({line.needs for line in lines if line.needs}):
        keys = sorted({line.key for line in lines if line.needs == needs})
        found = unknown("not-described", ", ".join(keys), "could not be read", fix=give(needs))
        yield replace(found, advisory=True)


def _file(path: str, place: Place, content: bytes) -> Finding:
    if not place.inside:
        return failed("output-outside", path, "it leaves the workspace", fix=INSIDE)
    if place.tracked:
        fix = "Give another `output-file`: this one would be lost."
        return failed("output-tracked", path, "it is a file of the repository", fix=fix)
    if place.content == content:
        return ok("not-written", path, f"{len(content)} bytes")
    found = "it is not there" if place.content is None else "it says something else"
    return due("not-written", path, found, WriteFile(path, content))
