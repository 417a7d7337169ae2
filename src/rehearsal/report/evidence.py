"""Every verdict with its evidence, and every request that was to change something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from rehearsal.report import parts
from rehearsal.report.markup import code, join, tag, visible, words
from rehearsal.report.model import Call, Finding, Job, Step, Story, Verdict


def verdicts(story: Story) -> Markup:
    """What each action of this library said, in the order in which they ran."""
    every = sorted(_every(story), key=lambda one: (one[0].at, one[1].at))
    if not every:
        return tag("p", "No action of this library left a verdict.", class_="note")
    return join([_verdict(job, step, verdict) for job, step, verdict in every])


def _every(story: Story) -> Iterator[tuple[Job, Step, Verdict]]:
    for job in story.jobs:
        for step in job.steps:
            for verdict in step.verdicts:
                yield job, step, verdict


def _verdict(job: Job, step: Step, verdict: Verdict) -> Markup:
    head = [
        parts.badge(verdict.outcome),
        tag("strong", visible(verdict.action, 100), class_="name"),
        tag("span", " in ", tag("bdi", visible(job.name, 100)), class_="where"),
        tag("span", tag("bdi", visible(step.name, 100)), class_="where step-name"),
        tag("span", " dry run", class_="where") if verdict.dry_run else None,
        tag("span", parts.count(len(verdict.findings), "finding"), class_="took"),
    ]
    ordered = sorted(verdict.findings, key=lambda finding: not finding.bad)
    rows = [_finding(finding) for finding in ordered]
    caption = f"What {visible(verdict.action, 100)} looked at"
    return parts.fold(
        head,
        [tag("p", tag("strong", "Error: "), words(error)) for error in verdict.errors],
        parts.table(caption, ("subject", "outcome", "found", "rule"), rows) if rows else None,
        _effects(verdict),
        _asked(verdict),
        open=verdict.outcome != "ok",
        class_="verdict",
    )


def _finding(finding: Finding) -> tuple[Markup, Markup, Markup, Markup]:
    where = f"{finding.file}:{finding.line}" if finding.line else finding.file
    todo = tag("p", tag("strong", "To do: "), words(finding.fix), class_="fix")
    outcome: list[Markup | str] = [parts.badge(finding.outcome)]
    if finding.advisory:
        outcome.append(" advisory")
    return (
        join([words(finding.subject), tag("div", code(where)) if where else None]),
        join(outcome),
        join([words(finding.detail), todo if finding.bad and finding.fix else None]),
        tag("code", [[part, Markup("<wbr/>")] for part in _pieces(finding.rule)], class_="rule"),
    )


def _pieces(rule: str) -> list[str]:
    """Where a rule's id may go on in another line."""
    return re.findall(r"[^/]*/|[^/]+", visible(rule, 200))


def _effects(verdict: Verdict) -> list[Markup]:
    return [
        join(
            [
                tag("p", tag("strong", f"Changes {visible(title, 40)}")),
                tag("ul", [tag("li", words(change)) for change in list(changes)[: parts.ROWS]]),
            ]
        )
        for title, changes in verdict.changes.items()
        if changes
    ]


def _asked(verdict: Verdict) -> Markup | None:
    rows = [
        (code(name), words(given.get("value", "")), words(given.get("from", "")))
        for name, given in verdict.inputs.items()
    ]
    told = [(code(name), words(value)) for name, value in verdict.outputs.items()]
    if not rows and not told:
        return None
    return parts.fold(
        "What it was asked, and what it told the next step",
        parts.table("Inputs", ("input", "value", "from"), rows) if rows else None,
        parts.table("Outputs", ("output", "value"), told) if told else None,
    )


def changes(story: Story, prefix: str) -> Markup:
    """Every mutating call, whoever made it."""
    made = story.changes
    if not made:
        return tag("p", "Nothing was changed, and nobody tried to.", class_="note")
    rows = [_call(call) for call in made]
    ids = [f"{prefix}-call-{call.number}" for call in made]
    head = ("call", "answer", "at", "job", "disturbed by")
    refused = sum(call.status is None or call.status >= 400 for call in made)
    caption = f"{parts.count(len(made), 'request')} that were to change something; "
    return parts.table(f"{caption}{refused} of them refused or cut off", head, rows, ids)


def _call(call: Call) -> tuple[Markup, Markup, str, Markup, Markup]:
    told = join(
        [
            tag("span", f"#{call.number} ", class_="number"),
            tag("strong", visible(call.service, 20)),
            f" {visible(call.route, 60)}",
            tag("div", code(f"{call.method} {call.path}")),
        ]
    )
    if call.status is None:
        answer = parts.badge("cut off", "bad")
    else:
        answer = parts.badge(str(call.status), "good" if call.status < 400 else "bad")
    job = tag("bdi", visible(call.job, 100)) if call.job else Markup("–")
    faults = ", ".join(visible(fault, 60) for fault in call.faults)
    return (
        told,
        answer,
        parts.seconds(call.at),
        job,
        Markup("–") if not faults else tag("b", faults),
    )
