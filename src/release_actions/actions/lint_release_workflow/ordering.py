"""What must come before what: jobs by `needs` and `if`, steps by their order."""

from __future__ import annotations

from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.following import Book, Stepped, at
from release_actions.formats.expression import condition, conjuncts, read, same, within
from release_actions.formats.job_pattern import PHASES, of_file, phases
from release_actions.formats.release_workflow import Job, Text, Workflow
from release_actions.formats.shell_commands import Command
from release_actions.verdict import Finding, Outcome, failed

REQUIRED = ("identity", "publish", "read-back")  # of a publish job of which `steps` says nothing
GUARDS = ("identity", "dry-run", "read-back")
VITAL = (*GUARDS, "publish", "gate", "attest", "undraft")
BEFORE = ("gates", "attest", "provenance")


def needs(book: Book) -> Iterator[Finding]:
    """A publish job needs each gate, attest and provenance job; the un-draft each publish job."""
    for role in ("publish", "undraft"):
        for flow, job in book.role(role):
            for earlier in (*BEFORE, *(("publish",) if role == "undraft" else ())):
                for _, guard in book.role(earlier):
                    if guard is not job and guard.file == flow.file:
                        yield from _before(book, flow, job, guard, f"of `{earlier}`")
                    elif earlier == "publish" and guard.file != flow.file:
                        found = f"job {job.id} cannot wait for {guard.id} of {guard.file}"
                        fix = "Publish and un-draft in one workflow: `needs` knows no other file."
                        yield failed("not-needed", detail=found, fix=fix, **at(job.file, job.line))
    for flow, job in book.jobs:
        if "stage" in book.kinds(job):
            for _, gate in book.role("gates"):
                if gate is not job and gate.file == flow.file:  # D-O3
                    yield from _before(book, flow, job, gate, "of `gates`")


def order(book: Book) -> Iterator[Finding]:
    """What the caller declared of packages: the core before what depends on it (O26)."""
    for pair in book.inputs.after:
        for flow, job in book.meant((pair.job,)):
            earlier = [other for _, other in book.meant((pair.value,)) if other.file == flow.file]
            for other in earlier:
                if other is not job:
                    yield from _before(book, flow, job, other, "by `after`")
            if not earlier:
                found = f"job {job.id} cannot wait for {pair.value}, which is in another file"
                fix = "Publish both in one workflow: `needs` knows no other file."
                yield failed("not-needed", detail=found, fix=fix, **at(job.file, job.line))


def _before(book: Book, flow: Workflow, job: Job, guard: Job, why: str) -> Iterator[Finding]:
    if guard.id in book.ensured(flow, job):
        return
    line = job.needs[0].line if job.needs else job.line
    if guard.id not in book.needed(flow, job):
        found = f"job {job.id} does not need {guard.id}, {why}"
        fix = f"Add {guard.id} to its `needs:`, or to those of a job that it needs."
        yield failed("not-needed", detail=found, fix=fix, **at(job.file, line))
        return
    loose = _loose(book, flow, job)
    found = f"job {job.id} needs {guard.id}, {why}, and runs where that one did not succeed"
    if loose is not None:
        found += f": `if: {loose}`"
        line = loose.line
    fix = f"Take the status function out, or demand needs.{guard.id}.result == 'success'."
    yield failed("can-be-skipped", detail=found, fix=fix, **at(job.file, line))


def _loose(book: Book, flow: Workflow, job: Job) -> Text | None:
    """The `if:` that lets a job run without what it needs: its own, or of a job on the way."""
    for each in (job, *(flow.jobs[name] for name in sorted(book.needed(flow, job)))):
        if each.condition and not condition(each.condition.value).after_success:
            return each.condition
    return None


def continues(book: Book) -> Iterator[Finding]:
    """Nothing that the release hangs on goes on after it failed (D-W9)."""
    for _, job in book.jobs:
        if not book.in_role(job):
            continue
        marks = [job.continues, *(stepped.continues for stepped in book.steps(job))]
        lines = [job.line, *(stepped.line for stepped in book.steps(job))]
        for stepped in book.steps(job):
            if set(VITAL) & stepped.kinds and any(map(_swallows, stepped.done.commands)):
                found = f"{stepped.step.label} ends well whatever happens in it"
                fix = "Take `|| true`, `exit 0` and `set +e` out of its script."
                place = at(job.file, stepped.line)
                yield failed("continue-on-error", detail=found, fix=fix, **place)
        for mark, line in zip(marks, lines, strict=True):
            if mark is not None and mark.value.strip().lower() != "false":
                found = f"job {job.id} goes on after a failure: continue-on-error is {mark}"
                fix = "Take it out; what may fail goes into a job that nothing here needs."
                yield failed("continue-on-error", detail=found, fix=fix, **at(job.file, line))


def _swallows(command: Command) -> bool:
    words = command.words
    return words in (("true",), (":",), ("exit", "0"), ("set", "+e")) or (
        words[:2] == ("set", "+o") and "errexit" in words
    )


def gate_steps(book: Book) -> Iterator[Finding]:
    """A gate's step runs, or what it was skipped for keeps the publish jobs from running too."""
    for flow, job in book.role("gates"):
        for stepped in book.steps(job):
            for asked in stepped.conditions:
                if "gate" in stepped.kinds and not _carried(book, flow, job, asked):
                    found = f"{stepped.step.label} is skipped unless {asked}, and its job succeeds"
                    fix = "Take the `if:` out, or let publish jobs demand the same of its outputs."
                    place = at(job.file, stepped.line)
                    yield failed("gate-can-be-skipped", detail=found, fix=fix, **place)


def _carried(book: Book, flow: Workflow, gate: Job, asked: Text) -> bool:
    """Whether each publish job demands, of this job's outputs, what the step was run for."""
    node = read(asked.value)
    if node is None or any(part.kind == "call" for part in within(node)):
        return node is not None and node.kind == "call" and node.text in ("success", "always")
    wanted = condition(asked.value).demands
    parts = tuple(conjuncts(node))
    if not wanted or not all(part.kind == "==" for part in parts):
        return False
    roles = ("publish", "undraft")
    later = [(f, j) for role in roles for f, j in book.role(role) if f is flow]
    if not later:  # nothing is published here: what comes behind the gate
        later = [(flow, j) for j in flow.jobs.values() if gate.id in book.needed(flow, j)]
    if not later:  # all of nothing is no demand; what a workflow tells its caller, that one demands
        return "workflow_call" in flow.events()
    return all(
        _told(gate, path, value, book.demands(f, j)) for f, j in later for path, value in wanted
    )


def _told(gate: Job, path: str, value: str, demands: frozenset[tuple[str, str]]) -> bool:
    """Whether an output of the gate that is exactly this value is demanded to be the same."""
    for name, given in demands:
        parts = name.split(".")
        if given != value or parts[:3] != ["needs", gate.id.lower(), "outputs"] or len(parts) != 4:
            continue
        if gate.uses is not None:
            return path.endswith(f".outputs.{parts[3]}")
        output = next((v for k, v in gate.outputs.items() if k.lower() == parts[3]), None)
        node = read(output.value) if output else None
        if node is not None and node.kind == "." and node.text == path:
            return True
    return False


def steps(book: Book) -> Iterator[Finding]:
    """Identity, dry run, token, publish, read-back: in this order, and none of them skipped."""
    for flow, job in book.role("publish"):
        if job.uses is not None and book.called(job) is None:
            found = f"job {job.id} calls {job.uses}, which is not read"
            fix = "Publish in a job of this file: registries want to see it, and so does this rule."
            if not job.uses.value.startswith("./"):
                place = at(job.file, job.uses.line)
                yield Finding(
                    "remote-steps", outcome=Outcome.UNKNOWN, detail=found, fix=fix, **place
                )
            continue
        yield from _required(book, flow, job)
        yield from _in_order(book, job)
        yield from _never_skipped(book, job)
    for _, job in book.role("undraft"):
        yield from _never_skipped(book, job)


def scripts(book: Book) -> Iterator[Finding]:
    """What is not read does not publish in silence: in a publish job every script is read."""
    publishes = [job for role in ("publish", "undraft") for _, job in book.role(role)]
    for _, job in book.jobs:
        vital = any(job is other for other in publishes)
        for stepped in book.steps(job):
            done = stepped.done
            if done.hides or (done.unread and vital):
                why = done.unread or "which program runs, only the run knows"
                if done.foreign:
                    why = f"{done.step.shell} is not read here"
                found = f"the script of {stepped.step.label} is not read: {why}"
                fix = "Mend it; what publishes or un-drafts is written for bash, or as an action."
                place = at(job.file, stepped.line)
                rule, outcome = "unread-script", Outcome.UNKNOWN
                yield Finding(rule, outcome=outcome, detail=found, fix=fix, **place)


def _required(book: Book, flow: Workflow, job: Job) -> Iterator[Finding]:
    said = [pair for pair in book.inputs.steps if of_file(pair.job, flow.file, job.id)]
    wanted = {phase for pair in said for phase in phases(pair)} if said else set(REQUIRED)
    there = book.kinds(job)
    for phase in PHASES:
        if phase in wanted and phase not in there:
            found = f"job {job.id} has no {phase} step"
            fix = f"Add it, or name the step that is one in `{phase}-steps`."
            yield failed("step-missing", detail=found, fix=fix, **at(job.file, job.line))


def _in_order(book: Book, job: Job) -> Iterator[Finding]:
    ran = book.steps(job)
    order = (*PHASES, "undraft")
    places = {p: [i for i, s in enumerate(ran) if p in s.kinds] for p in order}
    present = [phase for phase in order if places[phase]]
    for at_, phase in enumerate(present):
        for later in present[at_ + 1 :]:
            last, first = places[phase][-1], places[later][0]
            mixed = last == first and "read-back" in (phase, later)
            if last > first or (mixed and not ran[first].done.whole):
                found = (
                    f"{later} ({ran[first].step.label}) stands before"
                    f" {phase} ({ran[last].step.label}, line {ran[last].line})"
                )
                fix = f"The order is {' > '.join(PHASES)}; a job publishes one package."
                place = at(job.file, ran[first].line)
                yield failed("step-order", detail=found, fix=fix, **place)


def _never_skipped(book: Book, job: Job) -> Iterator[Finding]:
    """What guards runs whenever the publish step does, and that one only after success."""
    ran = book.steps(job)
    uploads = [stepped for stepped in ran if "publish" in stepped.kinds]
    for stepped in ran:
        if {"publish", "token", "undraft"} & stepped.kinds:
            for asked in stepped.conditions:
                if not condition(asked.value).after_success:
                    found = f"{stepped.step.label} runs after a failure too: `if: {asked}`"
                    fix = "Take the status function out of its `if:`."
                    place = at(job.file, stepped.line)
                    yield failed("step-can-be-skipped", detail=found, fix=fix, **place)
        elif set(GUARDS) & stepped.kinds:
            for asked in stepped.conditions:
                if not all(_covers(asked, upload) for upload in uploads):
                    found = (
                        f"{stepped.step.label} is skipped unless {asked}; the publish step is not"
                    )
                    fix = "Give both the same `if:`, or this one none."
                    place = at(job.file, stepped.line)
                    yield failed("step-can-be-skipped", detail=found, fix=fix, **place)


def _covers(asked: Text, upload: Stepped) -> bool:
    """Whether a step with this condition runs whenever the upload does."""
    if any(same(asked.value, other.value) for other in upload.conditions):
        return True
    node = read(asked.value)
    return node is not None and node.kind == "call" and node.text in ("success", "always")


def matrix(book: Book) -> Iterator[Finding]:
    """A matrix publishes side by side, in no order, and stops in the middle."""
    for _, outer in book.role("publish"):
        called = book.called(outer)
        for job in (outer, *(called.jobs.values() if called else ())):
            one = job.max_parallel is not None and job.max_parallel.value.strip() == "1"
            if job.matrix and not one:
                found = f"job {job.id} publishes in a matrix, side by side"
                fix = "Write a job for each package, or say `max-parallel: 1`."
                yield failed("publish-matrix", detail=found, fix=fix, **at(job.file, job.matrix))


def tokens(book: Book) -> Iterator[Finding]:
    """A registry's token is there for the step that publishes, not before the identity (O21)."""
    for flow, job in book.role("publish"):
        for secret in (*flow.secrets, *job.secrets):
            found = f"every step of job {job.id} has {secret}, also before the identity is proved"
            fix = "Give it to the publish step alone, or mint it there for this run."
            yield failed("early-token", detail=found, fix=fix, **at(job.file, secret.line))
