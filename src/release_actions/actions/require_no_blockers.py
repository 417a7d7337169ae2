"""Refuse to go on while issues with given labels, or unpublished security advisories, are open.

Only what was seen counts: a label that the repository does not have, a list that may not be read,
and a list of advisories that may have been cut short for this token are never a pass.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.action import Action
from release_actions.clients import issues
from release_actions.clients.issues import About, Advisory, Issue, Unseen
from release_actions.errors import UsageError
from release_actions.formats.ghsa import AdvisoryId
from release_actions.values import Lines, Repository
from release_actions.verdict import Finding, Outputs, Verdict, failed, missing, ok, unknown
from release_actions.world import World

UNPUBLISHED = ("triage", "draft")
NEVER_PUBLIC = (*UNPUBLISHED, "closed")  # shown to nobody who may not see unpublished ones


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    labels: Lines = Lines("")
    pull_requests: bool = False
    advisories: bool = False
    seen_advisory: AdvisoryId | None = None

    def __post_init__(self) -> None:
        rules = {
            "input `labels`: nothing was given; allowed: a label a line, or `advisories: true`": (
                self.labels or self.advisories
            ),
            "input `pull-requests`: `true` was given; allowed: only with `labels`": (
                self.labels or not self.pull_requests
            ),
            "input `seen-advisory`: it was given; allowed: only with `advisories: true`": (
                self.advisories or self.seen_advisory is None
            ),
            "input `labels`: a comma was given; allowed: labels without one, a line each": (
                not any("," in label for label in self.labels)
            ),
        }
        if problems := [told for told, kept in rules.items() if not kept]:
            raise UsageError(problems)


@dataclass(frozen=True)
class Facts:
    about: About
    labels: frozenset[str] | Unseen = frozenset()  # those asked for that there are
    issues: tuple[Issue, ...] | Unseen = ()
    pulls: tuple[Issue, ...] | Unseen = ()
    advisories: tuple[Advisory, ...] | Unseen = ()


@dataclass(frozen=True)
class Told(Outputs):
    blockers: str = "[]"


def gather(inputs: Inputs, world: World) -> Facts:
    github, repository, labels = world.github, inputs.repository, inputs.labels
    return Facts(
        about=issues.about(github, repository),
        labels=issues.labels_there(github, repository, labels),
        issues=issues.open_issues(github, repository, labels),
        pulls=issues.open_pulls(github, repository, labels) if inputs.pull_requests else (),
        advisories=issues.advisories(github, repository) if inputs.advisories else (),
    )


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    findings = [*_labelled(inputs, facts), *_advisories(inputs, facts)]
    return Verdict(findings, Told(json.dumps(list(_addresses(facts)))))


def _labelled(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if not inputs.labels:
        return
    subject = f"issues of {inputs.repository}"
    if not facts.about.has_issues:
        fix = "Switch the repository's issues on, or name the one that has them in `repository`."
        yield unknown("issues-off", subject, "the repository has its issues switched off", fix=fix)
        return
    yield from _labels_there(inputs, facts.labels)
    yield from _open(inputs, facts.issues, "issue", subject)
    if inputs.pull_requests:
        yield from _open(inputs, facts.pulls, "pull request", "pull requests")


def _labels_there(inputs: Inputs, there: frozenset[str] | Unseen) -> Iterator[Finding]:
    """A label that is misspelt has no issues, and would let everything pass."""
    if isinstance(there, Unseen):
        yield _unreadable("labels", there, "`issues: read`")
        return
    for name in inputs.labels:
        subject = f"label {name}"
        if name in there:
            yield ok("no-such-label", subject, f"{inputs.repository} has it")
        else:
            fix = "Correct `labels`, or make the label: a misspelt one would never block."
            yield failed("no-such-label", subject, f"{inputs.repository} has none", fix=fix)


def _open(
    inputs: Inputs, found: tuple[Issue, ...] | Unseen, kind: str, subject: str
) -> Iterator[Finding]:
    if isinstance(found, Unseen):
        needed = "`issues: read`" if kind == "issue" else "`pull-requests: read`"
        yield _unreadable(subject, found, needed)
        return
    if not found:
        yield ok("open-blocker", subject, f"none is open with {', '.join(inputs.labels)}")
    for issue in found:
        having = ", ".join(name for name in inputs.labels if name.lower() in issue.labels)
        about = f"{kind} #{issue.number}: {issue.title}"
        fix = f"Close it, or take the label away: {issue.url}"
        yield missing("open-blocker", about, f"it is open, labelled {having}", fix=fix)


def _advisories(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if not inputs.advisories:
        return
    subject, seen = f"security advisories of {inputs.repository}", facts.advisories
    if isinstance(seen, Unseen):
        app = "a GitHub App with Repository security advisories, read (GITHUB_TOKEN cannot)"
        yield _unreadable(subject, seen, app)
        return
    found = [advisory for advisory in seen if advisory.state in UNPUBLISHED]
    for advisory in found:
        fix = f"Publish or close it: {advisory.url}"
        told = f"it is in {advisory.state}, severity {advisory.severity}"
        yield missing("open-advisory", f"advisory {advisory.id}", told, fix=fix)
    yield from _whole(inputs, facts, seen, subject)
    if not found:
        yield ok("open-advisory", subject, f"of {len(seen)} none is in triage or a draft")


def _whole(
    inputs: Inputs, facts: Facts, seen: tuple[Advisory, ...], subject: str
) -> Iterator[Finding]:
    """GitHub shows those that the token may see, and does not say that there are others."""
    if facts.about.administered:
        yield ok("advisories-hidden", subject, "the token's account administers the repository")
        return
    proof = [a for a in seen if a.id == inputs.seen_advisory and a.state in NEVER_PUBLIC]
    if proof:
        yield ok("advisories-hidden", subject, f"the token sees {proof[0].id} ({proof[0].state})")
        return
    asked = f"{inputs.seen_advisory} is not among them" if inputs.seen_advisory else "no proof"
    detail = f"drafts may be hidden from this token: {len(seen)} were shown, {asked}"
    fix = (
        "Give the token of a GitHub App with Repository security advisories, read, and name an"
        " advisory that was never published in `seen-advisory`."
    )
    yield unknown("advisories-hidden", subject, detail, fix=fix)


def _unreadable(subject: str, unseen: Unseen, needed: str) -> Finding:
    return unknown("unreadable", subject, unseen.why, fix=f"Give the step a token with {needed}.")


def _addresses(facts: Facts) -> Iterator[str]:
    for found in (facts.issues, facts.pulls):
        if not isinstance(found, Unseen):
            yield from (issue.url for issue in found)
    if not isinstance(facts.advisories, Unseen):
        yield from (a.url for a in facts.advisories if a.state in UNPUBLISHED)


action = Action(Inputs, gather, decide, Told)
