"""The last look: the head once more, and the runs unless their list proved itself fresh."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from release_actions.actions.require_ci_green.asked import Green, Inputs
from release_actions.actions.require_ci_green.inside import Inside
from release_actions.actions.require_ci_green.place import Facts, begun, tagged
from release_actions.actions.require_ci_green.runs import addresses, counting, fresh, green, here
from release_actions.clients.github import Comparison, Tag
from release_actions.formats.ci import WorkflowRun, newest
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class Again:
    """The second look."""

    inside: Inside
    head: Sha | None
    tag: Tag | None
    standing: Comparison | None
    runs: tuple[WorkflowRun, ...] | None  # None where the first list proved itself fresh


def gather(inputs: Inputs, world: World, inside: Inside) -> Again:
    first, github = inside.first, world.github
    runs, tag = None, first.tag
    if not fresh(first.own, first.runs):
        runs = github.workflow_runs(inputs.repository, inputs.commit)
    if inputs.tag and tag is None:
        tag = github.tag(inputs.repository, inputs.tag)
    head = github.branch_head(inputs.repository, inputs.branch)
    moved = head if inputs.require_head != "equal" and head != first.head else None
    standing = github.compare(inputs.repository, inputs.commit, moved) if moved else first.standing
    return Again(inside, head, tag, standing, runs)


def decide(inputs: Inputs, facts: Again) -> Verdict:
    first = facts.inside.first
    outputs = Green(inputs.commit, addresses(inputs, first.own, first.runs))
    subject = f"branch {inputs.branch}"
    findings = [ok("unmoved", subject, "the same after the last run was read")]
    if not _held(inputs, facts):
        fix = f"The branch moved during the look. Tag the head of {inputs.branch}, and run again."
        found = f"its head was {first.head} and is {facts.head}"
        findings = [failed("head-moved", subject, found, fix=fix)]
    if facts.tag != first.tag:
        findings += tagged(inputs, replace(first, tag=facts.tag))
    if facts.runs is not None:
        findings += _runs_again(inputs, first, facts.runs)
    return Verdict(findings, outputs)


def _held(inputs: Inputs, facts: Again) -> bool:
    """Whether the branch still is where `require-head` wants it."""
    first = facts.inside.first
    if facts.head == first.head:
        return True
    if facts.standing is None or facts.standing.status not in ("ahead", "identical"):
        return False
    # What was the head at first must have begun to be released, now that it is the head no more.
    return inputs.require_head == "ancestor" or begun(inputs, first) is not None


def _runs_again(inputs: Inputs, first: Facts, runs: tuple[WorkflowRun, ...]) -> Iterator[Finding]:
    """What is bad in the second list, and where it is not about the runs that were looked into."""
    yield from (finding for finding in green(inputs, first.own, runs) if finding.outcome.bad)
    fix = "Run again in a minute; `wait` waits."
    own = first.own
    if own.id and own.commit == inputs.commit and here(inputs, own) and not fresh(own, runs):
        found = "this very run is not among them, so GitHub's list is not up to date"
        yield missing("stale-list", "runs of this commit", found, fix=fix)
    for workflow in dict.fromkeys(part.workflow for part in inputs.required_jobs):
        before, after = (counting(inputs, own, of, workflow) for of in (first.runs, runs))
        if _newest(before) != _newest(after):
            found = "its runs are not those whose jobs were looked at"
            yield missing("runs-changed", workflow.short, found, fix=fix)


def _newest(by_event: Mapping[str, list[WorkflowRun]]) -> set[tuple[int, int]]:
    return {(run.id, run.attempt) for run in map(newest, by_event.values())}
