"""Judges: each rule over all that was read, and what was found right as evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from release_actions.actions.lint_release_workflow import (
    drafting,
    granting,
    ordering,
    packing,
    pinning,
    roles,
    starting,
    suggesting,
)
from release_actions.actions.lint_release_workflow.asked import ROLES, Inputs, Linted
from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.actions.lint_release_workflow.looking import Facts
from release_actions.formats.job_pattern import NONE
from release_actions.verdict import Finding, Verdict, failed, ok

Rule = Callable[[Book], Iterator[Finding]]


def _always(book: Book) -> bool:
    return True


def _has(*roles: str) -> Callable[[Book], bool]:
    return lambda book: any(book.role(role) for role in roles)


@dataclass(frozen=True)
class Promise:
    """What is so where a rule finds nothing wrong, unless there was nothing to look at."""

    rule: str
    says: str
    judge: Rule
    looked: Callable[[Book], bool] = _always


POLICY = (
    Promise("not-declared", "every role is declared", roles.declared),
    Promise("no-such-job", "every pattern names a job or a step", roles.named, _has(*ROLES)),
    Promise("undeclared-job", "no job escapes its role", roles.complete),
    Promise("not-pinned", "all that is used is pinned", pinning.pinned),
    Promise("keeps-credentials", "no checkout keeps its token", pinning.credentials),
    Promise("top-permissions", "nothing but reading is granted to all", granting.top),
    Promise("job-permissions", "no job is granted everything", granting.jobs),
    Promise("id-token", "only declared jobs can identify themselves", granting.id_token),
    Promise("environment", "each job is in its environment", granting.environments),
    Promise("trigger", "nothing that a fork brings about starts it", starting.triggers),
    Promise("tag-pattern", "one pattern of tags starts it", starting.globs),
    Promise(
        "changelog-pattern",
        "the changelog goes by the same tags",
        starting.changelog,
        lambda book: book.facts.changelog is not None and book.inputs.changelog != NONE,
    ),
    Promise("concurrency", "one release at a time, none cut off", starting.concurrency),
    Promise(
        "not-needed",
        "gates come before what publishes, and that before the un-draft",
        ordering.needs,
        _has("publish", "undraft"),
    ),
    Promise(
        "not-needed",
        "packages go in their order",
        ordering.order,
        lambda book: bool(book.inputs.after),
    ),
    Promise(
        "continue-on-error", "nothing goes on after a failure", ordering.continues, _has(*ROLES)
    ),
    Promise(
        "gate-can-be-skipped", "no gate is skipped in silence", ordering.gate_steps, _has("gates")
    ),
    Promise(
        "step-order",
        "each publish job goes in its order",
        ordering.steps,
        _has("publish", "undraft"),
    ),
    Promise("unread-script", "every script that may publish is read", ordering.scripts),
    Promise("early-token", "no token is there early", ordering.tokens, _has("publish")),
    Promise(
        "publish-matrix", "nothing is published side by side", ordering.matrix, _has("publish")
    ),
    Promise("undraft-points", "one step makes it public", drafting.undraft, _has("undraft")),
    Promise("crate-glob", "no artifact takes crates by a pattern", drafting.crates),
    Promise(
        "dist-extra",
        "the declared artifact alone goes to PyPI",
        drafting.dist,
        lambda book: bool(book.inputs.dist),
    ),
    Promise("provenance-name", "one provenance a package", drafting.provenance, _has("provenance")),
    Promise(
        "required-file",
        "each package holds what it must",
        packing.contents,
        lambda book: bool(book.facts.packages),
    ),
    Promise(
        "readme-link",
        "READMEs link to what is packaged",
        packing.readmes,
        lambda book: bool(book.facts.packages),
    ),
    Promise(
        "not-ignored",
        "what is generated is ignored by git",
        packing.generated,
        lambda book: bool(book.facts.ignored),
    ),
)


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    """Every rule; with `suggest`, what to declare, and what would remain as advice."""
    book = Book(inputs, facts)
    if not inputs.suggest:
        return _judged(book)
    unread = list(_troubles(facts))
    lines = suggesting.suggested(book)
    remaining = [
        replace(finding, advisory=True)
        for finding in _judged(Book(suggesting.as_inputs(inputs, lines), facts)).findings
        if finding.outcome.bad and finding not in unread
    ]
    told = [ok("suggested", "config", suggesting.line(*pair)) for pair in lines.items()]
    return Verdict([*unread, *told, *remaining], _linted(book, unread, suggesting.toml(lines)))


def _judged(book: Book) -> Verdict:
    findings = [*_troubles(book.facts), *_told(book)]
    for promise in POLICY:
        found = list(promise.judge(book))
        if not found and book.release and promise.looked(book):
            found = [ok(promise.rule, "release", promise.says)]
        findings += found
    return Verdict(findings, _linted(book, findings))


def _linted(book: Book, findings: list[Finding], suggested: str = "") -> Linted:
    found = sum(finding.outcome.bad for finding in findings)
    return Linted(len(book.jobs), found, suggested)


def _troubles(facts: Facts) -> Iterator[Finding]:
    """What is not read is never right."""
    for trouble in facts.troubles:
        place = at(trouble.file, trouble.line)
        if trouble.rule == "no-such-file":
            fix = "Correct its name, or what calls it."
            yield failed("no-such-file", detail=trouble.why, fix=fix, **place)
        elif trouble.rule == "not-a-workflow":
            fix = "Mend it: what cannot be read was not looked at."
            yield failed("not-a-workflow", detail=trouble.why, fix=fix, **place)
        else:
            fix = "Make it a regular UTF-8 file of this tree."
            yield failed("unreadable", detail=trouble.why, fix=fix, **place)


def _told(book: Book) -> Iterator[Finding]:
    """What was not looked into: what is elsewhere, and what there is none of by declaration."""
    for role in ROLES:
        if NONE in book.inputs.role(role):
            yield ok("none", role, "declared as none: nothing waits for such a job")
    for _, job in book.jobs:
        if job.uses is not None and not job.uses.value.startswith("./"):
            found = f"job {job.id} calls {job.uses}, which is pinned and not read"
            yield ok("elsewhere", f"{job.file}:{job.uses.line}", found)
