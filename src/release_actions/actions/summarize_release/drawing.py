"""The graph: a box for each job, in it what was said one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release_actions.formats import release_workflow
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.formats.mermaid import Box, Node, flowchart
from release_actions.formats.verdict_record import Record

SIGNS = {"ok": "✅", "missing": "⏳", "unknown": "❓", "failed": "❌"}
KINDS = {"ok": "good", "missing": "unsure", "unknown": "unsure", "failed": "bad"}
RESULTS = {"success": "good", "failure": "bad", "cancelled": "bad", "skipped": "quiet"}
#: The worst of them is that of the job.
ORDER = ("bad", "unsure", "good", "quiet")


def draw(records: Sequence[Record], results: Mapping[str, str], workflow: bytes | None) -> str:
    """The graph in Mermaid: edges as the workflow has them, where its file could be read."""
    needs = _needs(workflow)
    said: dict[str, list[Record]] = {}
    for record in records:
        said.setdefault(record.job or "no job", []).append(record)
    known = [job for job in needs if job in said or job in results]
    jobs = dict.fromkeys([*known, *said, *results])
    return flowchart([_box(job, said.get(job, []), results.get(job), needs, jobs) for job in jobs])


def _box(
    job: str,
    said: Sequence[Record],
    result: str | None,
    needs: Mapping[str, Sequence[str]],
    drawn: Mapping[str, None],
) -> Box:
    nodes = tuple(
        Node(f"{SIGNS[record.outcome]} {record.action}", KINDS[record.outcome]) for record in said
    )
    kinds = [node.kind for node in nodes] + ([RESULTS[result]] if result else [])
    kind = min(kinds, key=ORDER.index)
    name = f"{job}: {result}" if result and result != "success" else job
    return Box(job, kind, nodes, tuple(_before(job, needs, drawn)), name)


def _before(job: str, needs: Mapping[str, Sequence[str]], drawn: Mapping[str, None]) -> list[str]:
    """The nearest drawn jobs that it waits for: one that said nothing is passed by."""
    found: dict[str, None] = {}
    waiting, seen = list(needs.get(job, ())), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in drawn:
            found[name] = None
        else:
            waiting += needs.get(name, ())
    return list(found)


def _needs(workflow: bytes | None) -> dict[str, tuple[str, ...]]:
    """What each job of the file waits for; of a file that is no workflow nothing is known."""
    if workflow is None:
        return {}
    try:
        read = release_workflow.workflow("workflow", workflow.decode("utf-8", "replace"))
    except NotYamlError:
        return {}
    return {job.id: tuple(str(need) for need in job.needs) for job in read.jobs.values()}
