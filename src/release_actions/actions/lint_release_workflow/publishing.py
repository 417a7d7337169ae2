"""What a workflow publishes, by name: two that publish different things may run side by side.

It is told only where all that may be published says its name; any doubt is told instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.drafting import settled
from release_actions.actions.lint_release_workflow.following import Book, Stepped
from release_actions.formats.release_workflow import Job, Workflow
from release_actions.formats.step_kinds import GENERATOR
from release_actions.values import Lines

# What a permission to write is for; with any other, something unknown may be published.
KNOWN = {
    "id-token": {"publish", "attest", "provenance"},
    "attestations": {"attest", "provenance"},
    "contents": {"stage", "undraft"},
}


def shared(book: Book, one: Workflow, other: Workflow) -> str:
    """Why two workflows may publish the same thing; empty where they surely do not."""
    for flow in (one, other):
        if doubt := next(_doubts(book, flow), ""):
            return f"what {flow.file} publishes cannot be told: {doubt}"
    same = sorted({*_things(book, one)} & {*_things(book, other)})
    return f"both publish {same[0]}" if same else ""


def _things(book: Book, flow: Workflow) -> Iterator[str]:
    for job in flow.jobs.values():
        for stepped in book.steps(job):
            if "publish" in stepped.kinds:
                yield from _packages(book, job, stepped)
            if {"stage", "undraft"} & stepped.kinds:
                yield "releases on GitHub"


def _packages(book: Book, job: Job, stepped: Stepped) -> list[str]:
    """The packages of one step, each spelt as its registry compares it; none where it is untold."""
    if stepped.done.whole:
        names = Lines(_given(book, stepped, "expected-packages"))
        return [f"the crate {name.lower().replace('_', '-')}" for name in names]
    settling = settled(book, job, stepped) if "pypi" in stepped.kinds else None
    # What this action has settled is of its project, to the last file (`wrong-project`).
    name = _given(book, settling, "project") if settling else ""
    return [f"{re.sub('[-_.]+', '-', name).lower()} on PyPI"] if name else []


def _given(book: Book, stepped: Stepped, name: str) -> str:
    value = str(stepped.step.with_.get(name, ""))
    around = book.facts.surroundings.get(stepped.step.file)
    return around.read(value) if around else ""


def _doubts(book: Book, flow: Workflow) -> Iterator[str]:
    """Why it may publish more than it names."""
    files = {flow.file, *(s.step.file for job in flow.jobs.values() for s in book.steps(job))}
    for file in sorted(files):
        around = book.facts.surroundings.get(file)
        if around and around.secret:
            yield f"it has {around.secret}, and so may publish anywhere"
    for job in flow.jobs.values():
        yield from _of_grant(book, job)
        yield from _of_steps(book, job)
    if not any(_things(book, flow)):
        yield "no step of it publishes a package by its name"


def _of_grant(book: Book, job: Job) -> Iterator[str]:
    if job.grant is not None and job.grant.word:
        yield f"job {job.id} is granted `{job.grant.word}`"
    for scope, access in job.grant.scopes.items() if job.grant else ():
        if access.value == "write" and not KNOWN.get(scope, set()) & book.kinds(job):
            yield f"job {job.id} has `{scope}: write`, and no step that is known to need it"


def _of_steps(book: Book, job: Job) -> Iterator[str]:
    uses = str(job.uses or "")
    if uses and book.called(job) is None and not uses.startswith(GENERATOR):
        yield f"job {job.id} calls {uses}, which is not read"
    for stepped in book.steps(job):
        if "publish" in book.kinds(job) and "GITHUB_ENV" in str(stepped.step.run):
            yield f"{stepped.step.label} in job {job.id} sets variables that only the run knows"
        if stepped.done.hides:
            yield f"the script of {stepped.step.label} is not read"
        if "publish" in stepped.kinds and not _packages(book, job, stepped):
            yield f"{stepped.step.label} in job {job.id} does not say which packages"
