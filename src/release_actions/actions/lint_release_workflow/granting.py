"""Who may do what: permissions, identity tokens, environments."""

from __future__ import annotations

from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.formats.expression import constant
from release_actions.formats.job_pattern import NONE, of_file
from release_actions.verdict import Finding, failed


def top(book: Book) -> Iterator[Finding]:
    """Nothing is granted to every job but reading, by name (O29)."""
    fix = "Say `permissions: {}` at the top, and grant each job what it needs."
    for flow in book.facts.workflows.values():
        if flow.grant is None:
            found = "there are no top-level permissions, so the repository's default holds"
            yield failed("top-permissions", detail=found, fix=fix, **at(flow.file, 1))
        elif flow.grant.word:
            found = f"top-level permissions are `{flow.grant.word}`, no mapping"
            yield failed("top-permissions", detail=found, fix=fix, **at(flow.file, flow.grant.line))
        else:
            for scope, access in flow.grant.scopes.items():
                if access.value not in ("read", "none"):
                    found = f"every job is granted `{scope}: {access}`"
                    place = at(flow.file, access.line)
                    yield failed("top-permissions", detail=found, fix=fix, **place)


def jobs(book: Book) -> Iterator[Finding]:
    """No job is granted everything."""
    for flow in book.facts.workflows.values():
        for job in flow.jobs.values():
            if job.grant is not None and job.grant.word:
                found = f"job {job.id} is granted `{job.grant.word}`"
                fix = "Name each scope that it needs, with the reason."
                yield failed(
                    "job-permissions", detail=found, fix=fix, **at(job.file, job.grant.line)
                )


def id_token(book: Book) -> Iterator[Finding]:
    """Only declared jobs can prove to a registry that they are this workflow."""
    allowed = book.meant(book.inputs.id_token.patterns)
    for _, job in book.jobs:
        has = job.grant is not None and job.grant.writes("id-token")
        named = any(job is other for _, other in allowed)
        if has and not named:
            assert job.grant is not None  # it has what it grants
            scope = job.grant.scopes.get("id-token")
            found = f"job {job.id} has `id-token: write` and is not in `id-token`"
            fix = "Take it away, or name the job in `id-token` and say why."
            place = at(job.file, scope.line if scope else job.grant.line)
            yield failed("id-token", detail=found, fix=fix, **place)
        if named and not has:
            found = f"`id-token` allows job {job.id}, which does not ask for it"
            fix = "Take it out of `id-token`: the list is no wider than the workflow."
            yield failed("id-token", detail=found, fix=fix, **at(job.file, job.line))


def environments(book: Book) -> Iterator[Finding]:
    """Each job runs in its declared environment, and each publish job in one."""
    publishes = {id(job) for _, job in book.role("publish")}
    for flow, job in book.jobs:
        pairs = [p for p in book.inputs.environments if of_file(p.job, flow.file, job.id)]
        wanted = {pair.value for pair in pairs}
        has = job.environment.value if job.environment else NONE
        place = at(job.file, job.environment.line if job.environment else job.line)
        if len(wanted) > 1:
            found = f"job {job.id} is declared for {' and '.join(sorted(wanted))}"
            fix = "Declare one environment for each job."
            yield failed("environment", detail=found, fix=fix, **place)
        elif not constant(has):
            found = f"job {job.id} is in environment {has}, which only the run knows"
            fix = "Write its name out: its rules hold for a name."
            yield failed("environment", detail=found, fix=fix, **place)
        elif wanted and has not in wanted:
            found = f"job {job.id} is in environment {has}; declared is {wanted.pop()}"
            fix = "Give the job its environment, or correct `environments`."
            yield failed("environment", detail=found, fix=fix, **place)
        elif not wanted and (has != NONE or id(job) in publishes):
            found = f"job {job.id} is in environment {has}, and none is declared"
            fix = f"Say `{job.id}: ENVIRONMENT` in `environments`, or `{job.id}: none`."
            yield failed("environment", detail=found, fix=fix, **place)
