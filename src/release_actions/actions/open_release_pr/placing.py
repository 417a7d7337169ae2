"""The second look: the base, the branch and the pull requests that are there, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from release_actions.actions.open_release_pr.asked import TRAILER, Inputs, Opened
from release_actions.actions.open_release_pr.making import OpenPull, PushBranch
from release_actions.actions.open_release_pr.preparing import Facts
from release_actions.clients import pulls
from release_actions.clients.pulls import Pull, Written
from release_actions.values import Sha
from release_actions.verdict import Finding, Outcome, Verdict, due, failed, missing, ok
from release_actions.world import World

GITHUB_TOKEN = "github-actions[bot]"  # who opens what GITHUB_TOKEN opens


@dataclass(frozen=True)
class Placed:
    """What GitHub has. `based`: the base contains the commit that the change was made on.

    `beyond` are the branch's commits that the base does not have, None for too many to look at;
    `ended` those pull requests, merged or closed, that had this very commit.
    """

    facts: Facts
    base: Sha | None = None
    based: bool = False
    head: Sha | None = None
    contains: bool = False  # whether the branch contains the commit
    beyond: tuple[Written, ...] | None = ()
    pulls: tuple[Pull, ...] = ()
    ended: tuple[Pull, ...] = ()

    @property
    def open(self) -> Pull | None:
        return next((pull for pull in self.pulls if pull.state == "open"), None)

    def foreign(self, inputs: Inputs) -> tuple[Written, ...]:
        """The branch's commits that were not made here."""
        return tuple(w for w in self.beyond or () if not _made_here(inputs, w))


def _made_here(inputs: Inputs, written: Written) -> bool:
    by = {written.author, written.committer} == {inputs.author}
    return by and TRAILER in written.message.splitlines()


def gather(inputs: Inputs, world: World, facts: Facts) -> Placed:
    github, repository, commit, work = world.github, inputs.repository, facts.commit, facts.work
    if facts.skipped(inputs) or commit is None or work is None:
        return Placed(facts)
    base = github.branch_head(repository, inputs.base)
    head = github.branch_head(repository, inputs.branch)
    every = pulls.of_branches(github, repository, inputs.branch, inputs.base)
    ended = [pull for pull in every if pull.state != "open"]
    return Placed(
        facts,
        base,
        based=base is not None and pulls.contains(github, repository, base, work.head),
        head=head,
        contains=head is not None and pulls.contains(github, repository, head, commit),
        beyond=pulls.beyond(github, repository, base or work.head, head) if head else (),
        pulls=every,
        ended=tuple(p for p in ended if pulls.contains(github, repository, p.commit, commit)),
    )


def settle(inputs: Inputs, placed: Placed) -> bool:
    """Whether there was a pull request before this run made one."""
    return placed.open is not None


def unsettled(inputs: Inputs, placed: Placed) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, placed, settle(inputs, placed))


def decide(inputs: Inputs, placed: Placed, there: bool) -> Verdict:
    commit = placed.facts.commit
    if placed.facts.skipped(inputs) or commit is None:
        return Verdict([ok("pull-request-missing", "pull request", "none is needed")], Opened())
    if placed.open is None and placed.ended:
        return _ended(placed.ended[0], inputs, commit)
    base, branch = _base(inputs, placed), _branch(inputs, placed, commit)
    findings = [base, branch]
    if not base.outcome.bad and not branch.outcome.bad:
        findings += _pull(inputs, placed, branch.outcome is Outcome.OK)
    opened = Opened(branch=inputs.branch, commit=commit)
    if pull := placed.open:
        opened = replace(opened, number=pull.number, url=pull.url, created=not there)
    return Verdict(findings, opened)


def _ended(pull: Pull, inputs: Inputs, commit: Sha) -> Verdict:
    """The very commit was merged, which is the end of it; or somebody closed it, and meant it."""
    subject = f"pull request #{pull.number}"
    opened = Opened(pull.number, pull.url, inputs.branch, commit)
    if pull.state == "merged":
        told = f"it is merged, with {commit.short}"
        return Verdict([ok("pull-request-missing", subject, told)], opened)
    fix = "Reopen it if it was closed by mistake; else change what it changes, or its branch."
    found = f"it was closed, and has this very commit: {commit}"
    return Verdict([failed("closed", subject, found, fix=fix)], Opened())


def _base(inputs: Inputs, placed: Placed) -> Finding:
    subject, work = f"branch {inputs.base}", placed.facts.work
    if placed.base is None:
        if not inputs.open_:
            return ok("base-missing", subject, "it is not there yet; nothing is opened now")
        fix = "Cut it first (cut-release-branch), or correct `base`."
        return missing("base-missing", subject, "there is no such branch", fix=fix)
    on = work.head if work else ""
    if placed.based:
        return ok("off-base", subject, f"it contains {on}, which the change is made on")
    fix = "Check out a commit of that branch before the change is made, or correct `base`."
    found = f"its head {placed.base} does not contain {on}, which the change is made on"
    return failed("off-base", subject, found, fix=fix)


def _branch(inputs: Inputs, placed: Placed, commit: Sha) -> Finding:
    subject, head = f"branch {inputs.branch}", placed.head
    push = PushBranch(inputs.repository, inputs.branch, commit, head, inputs.path)
    if head is None:
        return due("branch-missing", subject, f"it is not there; it is to be {commit}", push)
    if head == commit:
        return ok("branch-missing", subject, f"it is there, at {commit}")
    if placed.contains and placed.open:
        return ok("branch-missing", subject, f"it has more commits on top of {commit.short}")
    foreign = placed.foreign(inputs)
    if placed.beyond and not foreign and (placed.open or not placed.pulls):
        found = f"it is at {head}, made here before; it is to be {commit}"
        return due("branch-missing", subject, found, push)
    fix = "Look what it is. Delete the branch if nothing needs it, or give another `branch`."
    return failed("branch-taken", subject, _taken(placed, head, foreign, commit), fix=fix)


def _taken(placed: Placed, head: Sha, foreign: tuple[Written, ...], commit: Sha) -> str:
    found = f"it is at {head}, not at {commit}, "
    if foreign:
        named = ", ".join(f"{w.id[:12]} ({w.subject}, by {w.author})" for w in foreign[:3])
        return f"{found}with {len(foreign)} commits that were not made here: {named}"
    if not placed.beyond:
        return f"{found}and no commit on it is known to be made here"
    return f"{found}and was of pull request #{placed.pulls[0].number}, {placed.pulls[0].state}"


def _pull(inputs: Inputs, placed: Placed, pushed: bool) -> Iterator[Finding]:
    subject, pull = f"pull request to {inputs.base}", placed.open
    if not inputs.open_:
        yield ok("pull-request-missing", subject, "it is not to be opened yet")
    elif pull is None:
        asked = (inputs.branch, inputs.base, inputs.title, str(placed.facts.body), inputs.draft)
        change = OpenPull(inputs.repository, *asked)
        after = "" if pushed else f"branch {inputs.branch} is pushed"
        yield due("pull-request-missing", subject, "it is not there", change, after=after)
    else:
        yield ok("pull-request-missing", subject, f"it is open: {pull.url}")
        yield from _starts(pull)


def _starts(pull: Pull) -> Iterator[Finding]:
    """PAINS B.17: silence would look like workflows that are slow to start."""
    if pull.author == GITHUB_TOKEN:
        told = "GITHUB_TOKEN opened it, so that no workflow starts for it"
        fix = "Close and reopen it by hand, or open it with the token of a GitHub App."
        subject = f"pull request #{pull.number}"
        yield replace(missing("starts-no-workflow", subject, told, fix=fix), advisory=True)
