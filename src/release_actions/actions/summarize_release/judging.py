"""One finding for each verdict and each job's result, and the graph of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from release_actions.actions.summarize_release.asked import SELF, Inputs, Told
from release_actions.actions.summarize_release.drawing import draw
from release_actions.actions.summarize_release.looking import Facts, File
from release_actions.formats import verdict_record
from release_actions.formats.verdict_record import NotRecordError, Record
from release_actions.verdict import Finding, Verdict, advise, failed, missing, ok, unknown
from release_actions.world import OwnRun

SUMMARY = "Read the summary of that job, mend what it names, and run all jobs again."


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    read = [(file, _parsed(file)) for file in facts.files]
    every = [told for _, told in read if isinstance(told, Record) and told.action != SELF]
    ours = [told for told in every if _of_this_run(told, facts.own)]
    last = _last_attempts(ours)
    results: Mapping[str, str] = inputs.results or {}
    findings = [
        *(_said(record) for record in last),
        *_none(last),
        *_unsettled(ours, last, results),
        *(_unreadable(file, told) for file, told in read if isinstance(told, NotRecordError)),
        *(_other_run(told) for told in every if not _of_this_run(told, facts.own)),
        *(_no_folder(name) for name in facts.absent),
        *(_nothing_in(name) for name in facts.empty),
        *_consequences(inputs, last, results),
    ]
    return Verdict(findings, Told(len(last)), diagram=draw(last, results, facts.workflow))


def _parsed(file: File) -> Record | NotRecordError:
    if file.content is None:
        return NotRecordError(f"it is larger than {verdict_record.LARGEST} bytes")
    try:
        return verdict_record.parse(file.content)
    except NotRecordError as error:
        return error


def _of_this_run(record: Record, own: OwnRun) -> bool:
    """An attempt that has not begun would hide what was really said."""
    begun = own.attempt is None or record.attempt <= own.attempt
    return record.run == own.id and begun


def _last_attempts(records: Sequence[Record]) -> list[Record]:
    """Of each job its last attempt, in the order in which things were said."""
    kept: list[Record] = []
    for _, group in groupby(sorted(records, key=lambda r: r.job), key=lambda r: r.job):
        told = list(group)
        latest = max(record.attempt for record in told)
        kept += [record for record in told if record.attempt == latest]
    # Within one second the order is that of the files, which are numbered.
    return sorted(kept, key=lambda record: record.started)


def _unsettled(
    records: Sequence[Record], last: Sequence[Record], results: Mapping[str, str]
) -> Iterator[Finding]:
    """What was bad in an earlier attempt, and may not have run again: a leg of a matrix, say.

    A record does not tell its leg; that fewer spoke than before is all that can be seen.
    """
    attempts = Counter((record.job, record.action, record.attempt) for record in records)
    again = Counter((record.job, record.action) for record in last)
    latest = {record.job: record.attempt for record in last}
    for record in records:
        before = attempts[record.job, record.action, record.attempt]
        fewer = again[record.job, record.action] < before
        earlier = record.attempt < latest[record.job]
        if earlier and fewer and record.outcome != "ok" and results.get(record.job) != "success":
            yield unknown(
                "not-said-again",
                f"{record.action} in {record.job or 'no job'}",
                f"it said {record.outcome} in attempt {record.attempt}, and fewer of its kind spoke"
                f" in attempt {latest[record.job]}: whether it ran again cannot be told",
                fix="Give `results`: ${{ toJSON(needs) }}. They tell how the job ended.",
            )


def _said(record: Record) -> Finding:
    subject = f"{record.action} in {record.job or 'no job'}"
    if record.outcome == "ok":
        return ok("said-ok", subject, "it said ok" + (" (dry run)" if record.dry_run else ""))
    more = f"; and {len(record.bad) - 1} more" if len(record.bad) > 1 else ""
    why = f"{record.bad[0]}{more}" if record.bad else "no finding says why"
    if record.outcome == "missing":
        return missing("said-missing", subject, why, fix=SUMMARY)
    if record.outcome == "unknown":
        return unknown("said-unknown", subject, why, fix=SUMMARY)
    return failed("said-failed", subject, why, fix=SUMMARY)


def _none(records: Sequence[Record]) -> Iterator[Finding]:
    if not records:
        yield missing(
            "no-records",
            "the release",
            "no action left a record in this job, nor in a folder of `records`",
            fix="Keep each job's records by upload-artifact, and name where they were downloaded.",
        )


def _unreadable(file: File, why: NotRecordError) -> Finding:
    fix = "Let only what the actions wrote lie in the folders of `records`."
    return unknown("not-a-record", file.path, str(why), fix=fix)


def _other_run(record: Record) -> Finding:
    return failed(
        "other-run",
        f"{record.action} in {record.job or 'no job'}",
        f"it was said in attempt {record.attempt} of run {record.run}, which is none of this run",
        fix="Download the artifacts of this very run.",
    )


def _nothing_in(name: str) -> Finding:
    fix = "Let download-artifact find what the jobs kept there: see its `pattern` or `name`."
    return missing("no-records", name, "`records` names it, and no record lies in it", fix=fix)


def _no_folder(name: str) -> Finding:
    fix = "Name the folder into which download-artifact put them."
    return failed("no-folder", name, "`records` names it, and there is no such folder", fix=fix)


def _consequences(
    inputs: Inputs, records: Sequence[Record], results: Mapping[str, str]
) -> Iterator[Finding]:
    """What else is not as it must be: it decides where no verdict has told the reason already."""
    told = {record.job for record in records if record.outcome != "ok"}
    for name in inputs.expect:
        found = _expected(name, records)
        yield advise(found, ["not-said"] if told else [])
    for job, result in results.items():
        yield advise(_result(job, result), ["job-failed"] if job in told else [])


def _expected(name: str, records: Sequence[Record]) -> Finding:
    its = [record for record in records if record.action == name]
    said = [record.outcome for record in its if not record.dry_run]
    subject = f"expected {name}"
    if not said:
        why = f"it was expected to say ok, and {'made a dry run' if its else 'said nothing'}"
        fix = f"Let {name} run in this release, and keep its record."
        return missing("not-said", subject, why, fix=fix)
    # What else it said is told, and decides, by itself.
    return ok("said-as-expected", subject, f"it said {', '.join(said)}")


def _result(job: str, result: str) -> Finding:
    subject = f"job {job}"
    if result == "success":
        return ok("job-succeeded", subject, "success")
    if result == "skipped":
        # Its own condition may have skipped it; whatever made it wait is told by itself.
        skipped = missing("job-skipped", subject, "skipped", fix="See whether it should have run.")
        return advise(skipped, ["job-skipped"])
    return failed("job-failed", subject, result, fix=SUMMARY)
