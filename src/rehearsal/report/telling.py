"""What was rehearsed, as the values of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from rehearsal.ledger import Called
from rehearsal.played import Planned, Played, PlayedJob, PlayedStep
from rehearsal.rehearse import EndedStory
from rehearsal.report.model import (
    Call,
    Conclusion,
    Digest,
    End,
    Finding,
    Job,
    Remark,
    Step,
    Story,
    Verdict,
)

#: The last lines of a step that failed.
_TAIL = 40


def story(ended: EndedStory) -> Story:
    """One story: its jobs and calls, and what was there at the end."""
    played = ended.played
    start = min((job.started for job in played.jobs), default=None)
    calls = [_call(one, start) for one in ended.calls]
    return Story(
        story=ended.story.name,
        title=ended.story.title,
        ok=ended.ok,
        expected={"ending": ended.story.ending, "rule": ended.story.rule},
        got={"ending": ended.ending, "rules": list(ended.rules)},
        seconds=round(ended.seconds, 3),
        requests=ended.requests,
        jobs=_jobs(played, calls, start),
        calls=tuple(calls),
        end=_end(ended.end, ended.digests),
        trouble=(*_time_up(played), *played.trouble),
    )


def _time_up(played: Played) -> Sequence[str]:
    return [f"Its time was up: it was ended after {played.seconds:.0f} s."] * played.timed_out


def _since(start: datetime | None, moment: datetime | None) -> float:
    return round((moment - start).total_seconds(), 3) if start and moment else 0.0


def _call(called: Called, start: datetime | None) -> Call:
    return Call(
        number=called.number,
        at=_since(start, called.moment),
        service=called.service,
        method=called.method,
        path=f"{called.path}?{called.query}" if called.query else called.path,
        route=called.route,
        mutating=called.mutating,
        status=called.status,
        job=called.job,
        step=called.step,
        faults=called.faults,
    )


def _jobs(played: Played, calls: Sequence[Call], start: datetime | None) -> tuple[Job, ...]:
    """Every job that the workflow has: those that were played, and those that were not."""
    after = waits(played.plan)
    plan = {planned.path: planned for planned in played.plan}
    made: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        if call.mutating and call.job:
            made[call.job].append(call)
    legs: dict[tuple[str, ...], list[Job]] = defaultdict(list)
    for job in played.jobs:
        own = made.get(job.path[-1], [])
        told = _job(job, plan.get(job.path), after.get(job.id, ()), own, start)
        legs[job.path].append(told)
    calling = {planned.path[:-1] for planned in played.plan}
    jobs: list[Job] = []
    for planned in played.plan:
        if found := legs.pop(planned.path, None):
            jobs += found
        elif planned.path not in calling:
            ended: Conclusion = "unseen" if planned.id in played.unseen else "skipped"
            jobs.append(_not_played(planned, ended, after[planned.id]))
    return (*jobs, *(job for found in legs.values() for job in found))


def _not_played(planned: Planned, ended: Conclusion, after: Sequence[str]) -> Job:
    return Job(
        id=planned.id,
        name=planned.id,
        conclusion=ended,
        after=tuple(after),
        environment=planned.environment,
        permissions=planned.permissions,
    )


def waits(plan: Sequence[Planned]) -> dict[str, tuple[str, ...]]:
    """What each job waits for, told between jobs that have steps.

    A job that calls a workflow has none: what waits for it waits for those inside, and the first
    of those wait for what it waits for.
    """
    inside: dict[tuple[str, ...], list[Planned]] = defaultdict(list)
    for planned in plan:
        inside[planned.path[:-1]].append(planned)
    every = {planned.path: planned for planned in plan}

    def ends(path: tuple[str, ...]) -> list[str]:
        below = inside.get(path, [])
        if not below:
            return ["/".join(path)]
        needed = {need for one in below for need in one.needs}
        return [id for one in below if one.path[-1] not in needed for id in ends(one.path)]

    def before(planned: Planned) -> list[str]:
        if planned.needs:
            return [id for need in planned.needs for id in ends((*planned.path[:-1], need))]
        above = every.get(planned.path[:-1])
        return before(above) if above else []

    return {planned.id: tuple(dict.fromkeys(before(planned))) for planned in plan}


def _job(
    job: PlayedJob,
    planned: Planned | None,
    after: Sequence[str],
    made: Sequence[Call],
    start: datetime | None,
) -> Job:
    steps = [_step(step, start) for step in job.steps]
    return Job(
        id=job.id,
        name="/".join((*job.path[:-1], job.name.rpartition("/")[2])),
        conclusion=job.conclusion,
        after=tuple(after),
        environment=planned.environment if planned else "",
        permissions=planned.permissions if planned else None,
        at=_since(start, job.started),
        seconds=round((job.ended - job.started).total_seconds(), 3),
        outputs=job.outputs,
        steps=_with_changes(steps, made),
    )


def _with_changes(steps: Sequence[Step], made: Iterable[Call]) -> tuple[Step, ...]:
    """Each call is of the first step that had not ended when it came.

    That a step ended is known a little late, and a step needs longer than that to make a call.
    """
    ran = [step for step in steps if step.outcome != "skipped"]
    numbers: dict[str, list[int]] = defaultdict(list)
    for call in made:
        of = next((step for step in ran if call.at <= step.at + step.seconds), None)
        if of or ran:
            numbers[(of or ran[-1]).id].append(call.number)
    return tuple(_changing(step, numbers[step.id]) for step in steps)


def _changing(step: Step, numbers: Sequence[int]) -> Step:
    return replace(step, changes=tuple(numbers)) if numbers else step


def _step(step: PlayedStep, start: datetime | None) -> Step:
    at = _since(start, step.started)
    failed = step.outcome not in ("success", "skipped")
    return Step(
        id=step.id,
        name=step.name,
        outcome=step.outcome,
        at=at,
        seconds=round(_since(start, step.ended) - at if step.ended else step.seconds, 3),
        outputs=step.outputs,
        annotations=tuple(Remark(one.level, one.title, one.message) for one in step.annotations),
        summary=step.summary,
        log=step.lines[-_TAIL:] if failed else (),
        verdicts=tuple(verdict(record) for record in step.records),
    )


def verdict(record: Mapping[str, Any]) -> Verdict:
    """A verdict from the record that an action left."""
    return Verdict(
        action=record["action"],
        outcome=record["outcome"],
        exit=record["exit"],
        findings=tuple(
            Finding(**{one.name: finding[one.name] for one in fields(Finding)})
            for finding in record["findings"]
        ),
        changes=record["changes"],
        errors=tuple(record["errors"]),
        inputs=record["inputs"],
        outputs=record["outputs"],
        dry_run=record["dry-run"],
        requests=record["requests"],
    )


def _end(state: Mapping[str, Any], digests: Mapping[str, Mapping[str, Sequence[str]]]) -> End:
    told = [
        Digest(name, *(tuple(sums.get(where, ())) for where in ("packaged", "attested", "served")))
        for name, sums in digests.items()
    ]
    return End(state, tuple(told))
