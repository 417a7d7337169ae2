"""The first look: where the commit stands, and the newest runs for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.require_ci_green.asked import Green, Inputs
from release_actions.actions.require_ci_green.runs import addresses, green
from release_actions.clients.github import Comparison, Release, Tag
from release_actions.formats.ci import WorkflowRun
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, missing, ok, unknown
from release_actions.world import OwnRun, World


@dataclass(frozen=True)
class Facts:
    """What GitHub says of the commit, its branch and its runs."""

    head: Sha | None
    tag: Tag | None
    standing: Comparison | None  # the head, seen from the commit; only where it may be behind
    releases: tuple[Release, ...]
    runs: tuple[WorkflowRun, ...]
    own: OwnRun
    on_a_runner: bool


def gather(inputs: Inputs, world: World) -> Facts:
    repository, github = inputs.repository, world.github
    head = github.branch_head(repository, inputs.branch)
    may_be_behind = inputs.require_head != "equal"
    return Facts(
        head=head,
        tag=github.tag(repository, inputs.tag) if inputs.tag else None,
        standing=github.compare(repository, inputs.commit, head)
        if may_be_behind and head
        else None,
        releases=github.releases(repository) if inputs.require_head == "started" else (),
        runs=github.workflow_runs(repository, inputs.commit),
        own=world.own_run,
        on_a_runner=world.on_a_runner,
    )


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    return Verdict(
        [
            *tagged(inputs, facts),
            _at_head(inputs, facts),
            *_self_known(facts),
            *green(inputs, facts.own, facts.runs),
        ],
        Green(inputs.commit, addresses(inputs, facts.own, facts.runs)),
    )


def tagged(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if inputs.tag is None:
        return
    subject = f"tag {inputs.tag}"
    if facts.tag is None:
        # A draft may be made before its tag; then the draft itself says which commit it is for.
        if inputs.require_head != "started":
            fix = "Push the tag, then run again."
            yield missing("tag-missing", subject, "there is no such tag", fix=fix)
    elif facts.tag.commit != inputs.commit:
        found = f"it peels to {facts.tag.commit}, not to {inputs.commit}"
        fix = "Find out who moved it. Release what it names now in a run of its own."
        yield failed("tag-moved", subject, found, fix=fix)
    else:
        yield ok("tag", subject, f"it peels to {inputs.commit}")


def _at_head(inputs: Inputs, facts: Facts) -> Finding:
    subject = f"branch {inputs.branch}"
    if facts.head is None:
        fix = "Name the branch that is released from in `branch`."
        return failed("branch-missing", subject, "there is no such branch", fix=fix)
    if facts.head == inputs.commit:
        return ok("at-head", subject, f"its head is {inputs.commit}")
    found = f"its head is {facts.head}, not {inputs.commit}"
    contained = facts.standing is not None and facts.standing.status == "ahead"
    if not contained:
        fix = f"Tag the head of {inputs.branch}, and run again."
        return failed("not-head", subject, found, fix=fix)
    if inputs.require_head == "ancestor":
        return ok("at-head", subject, f"{found}; it contains it, which `ancestor` allows")
    if release := begun(inputs, facts):
        return ok("started", subject, f"{found}; it contains it, and {release.url} had begun")
    fix = (
        f"Nothing was begun for this tag, so begin anew: tag the head of {inputs.branch}."
        " If there is a draft: only a token with `contents: write` sees it."
    )
    return failed("not-started", subject, f"{found}, and no release of it had begun", fix=fix)


def begun(inputs: Inputs, facts: Facts) -> Release | None:
    """The release or draft for this tag that is pinned to this very commit."""
    for release in facts.releases:
        # Once the tag is there GitHub goes by the tag; before, by the draft's target.
        pinned = facts.tag.commit if facts.tag else release.target if release.draft else ""
        if release.tag == inputs.tag and pinned == inputs.commit:
            return release
    return None


def _self_known(facts: Facts) -> Iterator[Finding]:
    if facts.on_a_runner and facts.own.id is None and facts.own.workflow is None:
        fix = "Run it where GITHUB_RUN_ID or GITHUB_WORKFLOW_REF is set, as GitHub's runners do."
        yield unknown("own-run", "this run", "it cannot be told from the others", fix=fix)
