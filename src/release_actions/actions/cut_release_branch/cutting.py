"""The second look: whether the branch is there, and whether it may be cut now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from release_actions.actions.cut_release_branch.asked import After, Cut, Inputs
from release_actions.actions.cut_release_branch.naming import Facts
from release_actions.clients import committing, pulls
from release_actions.clients.github import GitHub
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Finding, Verdict, due, failed, missing, ok
from release_actions.world import World


@dataclass(frozen=True)
class CutBranch:
    """The branch, where there is none of its name. Workflows and people see it at once."""

    reversible: ClassVar[bool] = False

    repository: Repository
    branch: RefName
    commit: Sha
    path: str

    def __str__(self) -> str:
        return f"push {self.commit} as branch {self.branch}"

    def make(self, world: World) -> None:
        git = world.git(self.path)
        committing.push(git, self.repository, self.commit, self.branch, None)


@dataclass(frozen=True)
class Prepared:
    """One thing that the cut comes after: its head (None: not there), and what that has."""

    name: str
    head: Sha | None
    contains: bool  # the commit that the branch starts at
    state: str = "open"  # of a pull request: open, merged or closed


@dataclass(frozen=True)
class Placed:
    """What GitHub has."""

    facts: Facts
    start: Sha
    branch: RefName
    head: Sha | None
    contains: bool  # whether the branch, where it is there, contains the commit
    origin: Sha | None  # head of the branch that is released from
    on_origin: bool
    prepared: tuple[Prepared, ...]


def gather(inputs: Inputs, world: World, facts: Facts) -> Placed:
    github, repository, start = world.github, inputs.repository, facts.start
    assert start is not None  # the first stage saw to it
    branch = facts.name(inputs)
    head = github.branch_head(repository, branch)
    origin = github.branch_head(repository, inputs.origin) if inputs.origin else None
    return Placed(
        facts,
        start,
        branch,
        head=head,
        contains=head is not None and pulls.contains(github, repository, head, start),
        origin=origin,
        on_origin=origin is not None and pulls.contains(github, repository, origin, start),
        prepared=tuple(_prepared(github, repository, start, line) for line in inputs.after),
    )


def _prepared(github: GitHub, repository: Repository, start: Sha, line: str) -> Prepared:
    number = After.number(line)
    if number is None:
        head, state = github.branch_head(repository, RefName(line)), "open"
        name = f"branch {line}"
    else:
        pull = pulls.one(github, repository, number)
        head, state = (pull.commit, pull.state) if pull else (None, "open")
        name = f"pull request #{number}"
    on = head is not None and pulls.contains(github, repository, head, start)
    return Prepared(name, head, on, state)


def settle(inputs: Inputs, placed: Placed) -> bool:
    """Whether the branch was there before this run made it."""
    return placed.head is not None


def unsettled(inputs: Inputs, placed: Placed) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, placed, settle(inputs, placed))


def decide(inputs: Inputs, placed: Placed, there: bool) -> Verdict:
    findings = [*_origin(inputs, placed)]
    if placed.head is None:
        findings += [_ready(entry, placed.start) for entry in placed.prepared]
    findings.append(_branch(inputs, placed))
    cut = Cut(placed.branch, placed.start, placed.facts.version(inputs) or "")
    return Verdict(findings, replace(cut, created=not there and placed.head is not None))


def _origin(inputs: Inputs, placed: Placed) -> Iterator[Finding]:
    """D-W13: what was started on another branch must not make a release branch of it."""
    if inputs.origin is None:
        return
    subject = f"branch {inputs.origin}"
    if placed.origin is None:
        fix = "Name the branch that is released from in `from-branch`."
        yield failed("branch-missing", subject, "there is no such branch", fix=fix)
    elif placed.on_origin:
        yield ok("not-on-branch", subject, f"it contains {placed.start}")
    else:
        fix = "Start the run on that branch, or name the one that is meant in `from-branch`."
        found = f"its head {placed.origin} does not contain {placed.start}"
        yield failed("not-on-branch", subject, found, fix=fix)


def _ready(entry: Prepared, start: Sha) -> Finding:
    """D-W11: the branch is pushed last, or a failure behind it leaves half a release."""
    if entry.head is None:
        fix = "Let the step that prepares it run before this one, or correct `after`."
        return missing("not-prepared", entry.name, "it is not there", fix=fix)
    if entry.state == "closed":
        fix = "Reopen it, or prepare it anew."
        return failed("not-prepared", entry.name, "it was closed without a merge", fix=fix)
    if entry.head == start:
        fix = "Let the step that prepares it commit its change first."
        return failed("not-prepared", entry.name, f"it has nothing on top of {start}", fix=fix)
    if not entry.contains:
        fix = "Prepare it anew on the commit that the branch is cut from."
        found = f"its head {entry.head} does not contain {start}"
        return failed("not-prepared", entry.name, found, fix=fix)
    return ok("not-prepared", entry.name, f"it is at {entry.head}, on top of {start.short}")


def _branch(inputs: Inputs, placed: Placed) -> Finding:
    subject = f"branch {placed.branch}"
    if placed.head is None:
        change = CutBranch(inputs.repository, placed.branch, placed.start, inputs.path)
        return due(
            "branch-elsewhere", subject, f"it is not there; it starts at {placed.start}", change
        )
    if placed.head == placed.start:
        return ok("branch-elsewhere", subject, f"it is there, at {placed.start}")
    if placed.contains:
        found = f"it is there, at {placed.head}, which contains {placed.start}"
        return ok("branch-elsewhere", subject, found)
    found = f"it is at {placed.head}, which does not contain {placed.start}"
    fix = (
        "Go on with the branch that is there: give its start as `commit`. Delete it if it was cut"
        " by mistake and nothing came after it; it is never moved here."
    )
    return failed("branch-elsewhere", subject, found, fix=fix)
