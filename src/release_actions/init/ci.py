"""Which of the workflows must be green: those that every push to the branch starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from release_actions.errors import UsageError
from release_actions.formats.workflow_filter import shut_out
from release_actions.init.answers import Answer, Kind
from release_actions.init.facts import Facts, Flow
from release_actions.values import WorkflowFile, Workflows

# A workflow that is called so does something beside proving that the commit is good.
BESIDE = re.compile(
    r"release|publish|deploy|pages|docs?\b|label|stale|codeql|scorecard|dependabot|sync|nightly"
    r"|bench|audit|welcome|mirror|backport|tag\b|train|cycle|lock",
    re.IGNORECASE,
)
OURS = re.compile(r"[\w.-]+/release-actions/")
CHECKING = re.compile("bump-lockstep-version|scan-allowed-env|lint-release|roll-release-notes")


def required(facts: Facts, asked: Workflows) -> tuple[Answer, list[str]]:
    """The workflow files to require, and a line for each that is not."""
    if asked:
        there = {flow.short: flow for flow in facts.flows}
        if lost := [each.short for each in asked if each.short not in there]:
            known = f"one of {', '.join(sorted(there))}" if there else "a workflow that is there"
            raise UsageError(f"flag `--ci`: `{lost[0]}` was given; allowed: {known}")
        named = [there[each.short] for each in asked]
        branch = facts.branch.name
        doubts = [f"; {flow.short}: {why}" for flow in named if (why := _missing(flow, branch))]
        told = f"--ci names them{''.join(doubts)}"
        kind: Kind = "assumed" if doubts else "found"
        return Answer(tuple(flow.short for flow in named), told, kind), []
    why_not = {flow.path: why for flow in facts.flows if (why := _why_not(flow, facts.branch.name))}
    chosen = [flow for flow in facts.flows if flow.path not in why_not]
    lines = [f"{path.rpartition('/')[2]} is not required: {why}" for path, why in why_not.items()]
    names = tuple(flow.short for flow in chosen)
    each = f"every push to {facts.branch.name} starts {'it' if len(names) == 1 else 'each of them'}"
    return Answer(names, each, "found" if len(names) == 1 else "assumed"), lines


def _why_not(flow: Flow, branch: str) -> str:
    try:
        WorkflowFile(flow.short)
    except ValueError as error:
        return f"its name is not {error}"
    if why := _missing(flow, branch):
        return why
    if BESIDE.search(flow.short.rpartition(".")[0]):
        return "by its name it does something else than test (--ci names it all the same)"
    if released := next(_releasing([flow]), ""):
        return f"it releases ({released})"
    return ""


def _missing(flow: Flow, branch: str) -> str:
    """Why not every push to the branch starts it, as far as its file tells."""
    if flow.said is None or not flow.trigger.readable:
        return f"it cannot be read ({flow.why or 'its filters'})"
    if why := shut_out(flow.trigger, branch):
        return f"no push to {branch} starts it ({why})"
    paths = sorted(flow.trigger.filters.keys() & {"paths", "paths-ignore"})
    if paths:
        return f"its `{paths[0]}` keeps it from running for every commit"
    return ""


def _releasing(flows: Iterable[Flow]) -> Iterator[str]:
    """What a workflow uses of this library to release."""
    for flow in flows:
        for job in flow.said.jobs.values() if flow.said else ():
            for step in job.steps:
                used = str(step.uses or "")
                if OURS.match(used) and not CHECKING.search(used):
                    yield used.partition("@")[0]
