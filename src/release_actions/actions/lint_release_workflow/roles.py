"""The roles of jobs are declared, name a job, and leave out none that does such a thing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.asked import ROLES
from release_actions.actions.lint_release_workflow.following import TYPICAL, Book, at
from release_actions.formats.job_pattern import NONE, JobPatterns, of_file
from release_actions.formats.release_workflow import Job, Workflow
from release_actions.formats.step_kinds import Done, meant
from release_actions.verdict import Finding, failed

SCAFFOLD = re.compile(r"checkout|setup-.*|cache|(?:up|down)load-artifact|harden-runner")
SUGGEST = "Say which jobs, or `none`; `suggest: true` tells what the workflow has."


def declared(book: Book) -> Iterator[Finding]:
    """A role of which nothing is said would be a rule that looks at nothing."""
    inputs = book.inputs
    for role in ROLES:
        if not inputs.role(role).declared:
            yield failed("not-declared", role, f"`{role}` is not declared", fix=SUGGEST)
    pushes = any("push" in flow.events() for flow in book.release)
    if pushes and not inputs.tag_pattern:
        found = "`tag-pattern` is not declared, and a push starts the release"
        fix = "Say the one pattern below `on: push: tags:`."
        yield failed("not-declared", "tag-pattern", found, fix=fix)
    if any(_deploys(book, flow) for flow in book.release):
        found = "`deployment-pattern` is not declared, and jobs run in environments"
        fix = "Say which tags the environments let deploy; audit-release-settings reads them."
        yield failed("not-declared", "deployment-pattern", found, fix=fix)
    if book.role("provenance") and not inputs.provenance_names:
        found = "`provenance-names` is not declared, and there are provenance jobs"
        fix = "Say `PACKAGE: NAME.intoto.jsonl` for each package."
        yield failed("not-declared", "provenance-names", found, fix=fix)


def _deploys(book: Book, flow: Workflow) -> bool:
    """Whether tags start it and jobs of it are in environments, and which those let is not said."""
    inputs = book.inputs
    said = [pair.job for pair in inputs.environments if pair.value != NONE]
    there = any(of_file(job, flow.file, each) for job in said for each in flow.jobs)
    tagged = inputs.tag_pattern.of(flow.file) not in ("", NONE)
    return there and tagged and not inputs.deployment_pattern.of(flow.file)


def named(book: Book) -> Iterator[Finding]:
    """Every pattern names a job, in every file that publishes, or it would guard nothing."""
    if not book.release:
        return
    inputs = book.inputs
    said = {role: inputs.role(role).patterns for role in ROLES}
    said |= {"id-token": inputs.id_token.patterns}
    for name, pairs in (
        ("environments", inputs.environments),
        ("dist", inputs.dist),
        ("steps", inputs.steps),
        ("after", inputs.after),
    ):
        said[name] = tuple(pair.job for pair in pairs)
    said["after"] += tuple(pair.value for pair in inputs.after)
    for name, patterns in said.items():
        for pattern in dict.fromkeys(patterns):
            if not book.meant((pattern,)):
                there = ", ".join(job.id for _, job in book.jobs)
                found = f"`{name}` names {pattern}, and there is no such job"
                fix = f"Correct it; jobs are {there}."
                yield failed("no-such-job", f"{name}: {pattern}", found, fix=fix)
    yield from _in_each_file(book)
    yield from _no_step(book)


def _in_each_file(book: Book) -> Iterator[Finding]:
    """A job can need only what stands in its own file."""
    files = {flow.file for role in ("publish", "undraft") for flow, _ in book.role(role)}
    for role in ("gates", "attest", "provenance"):
        there = book.role(role)
        for file in sorted(files):
            if there and file not in {flow.file for flow, _ in there}:
                found = f"none of its jobs is of `{role}`, and it publishes"
                fix = "Give this file such a job, which its publish jobs need."
                yield failed("no-such-job", detail=found, fix=fix, **at(file, 1))


def _no_step(book: Book) -> Iterator[Finding]:
    steps = [stepped for _, job in book.jobs for stepped in book.steps(job)]
    for kind, patterns in book.inputs.named_steps.items():
        for pattern in patterns:
            if not any(kind in s.kinds and meant(pattern, s.done) for s in steps):
                found = f"`{kind}-steps` names {pattern}, and no step of this name does anything"
                fix = "Correct it: a name, an id, or the last part of `uses`."
                yield failed("no-such-step", f"{kind}-steps: {pattern}", found, fix=fix)


def looks_again(book: Book, job: Job) -> bool:
    """Whether the job that publishes only repeats what a gate before it has judged."""
    last = [other for role in ("publish", "undraft") for _, other in book.role(role)]
    gates = [gate for _, gate in book.role("gates") if not any(gate is other for other in last)]
    return bool(gates) and any(job is other for other in last)


def complete(book: Book) -> Iterator[Finding]:
    """A job that publishes or un-drafts is guarded whatever it is called."""
    for _, job in book.jobs:
        for kind in sorted(book.kinds(job) & TYPICAL.keys()):
            role = TYPICAL[kind]
            said: JobPatterns = book.inputs.role(role)
            if kind == "gate" and looks_again(book, job):
                continue
            if said.declared and not any(job is other for _, other in book.role(role)):
                does = next((s for s in book.steps(job) if kind in s.kinds), None)
                what = f", by {does.step.label}" if does else ""
                found = f"job {job.id} does what `{role}` is for{what}, and is not declared there"
                fix = f"Name it in `{role}`, so that the rules for it hold."
                place = at(job.file, does.line if does else job.line)
                yield failed("undeclared-job", detail=found, fix=fix, **place)
    yield from _as_declared(book)


def _works(done: Done) -> bool:
    """Whether a step does anything for itself: a checkout or a tool is only there for others."""
    return done.does and not SCAFFOLD.fullmatch(done.action)


def _as_declared(book: Book) -> Iterator[Finding]:
    """A gate that does not ask, a job that attests nothing: a name alone guards nothing."""
    for kind, role in TYPICAL.items():
        for _, job in book.role(role):
            remote = job.uses is not None and not job.uses.value.startswith("./")
            does = any(_works(stepped.done) for stepped in book.steps(job))
            # A gate may be any program; what publishes is looked for by the order of its steps.
            if kind in ("attest", "undraft") and not remote and kind not in book.kinds(job):
                found = f"job {job.id} is declared in `{role}`, and no step of it does that"
                fix = f"Take it out of `{role}`, or let it do what it is named for."
                yield failed("idle-job", detail=found, fix=fix, **at(job.file, job.line))
            elif not remote and not does:
                found = f"job {job.id} is declared in `{role}`, and does nothing"
                fix = "Let it do what it is named for: comments and echo guard nothing."
                yield failed("idle-job", detail=found, fix=fix, **at(job.file, job.line))
