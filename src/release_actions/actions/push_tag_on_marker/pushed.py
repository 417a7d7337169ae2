"""The first look: the branch, what was pushed to it, and what of that is marked. By git alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.push_tag_on_marker import marks
from release_actions.actions.push_tag_on_marker.asked import Inputs, Made
from release_actions.actions.push_tag_on_marker.marks import Found
from release_actions.clients.served_refs import served_refs
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """The branch's head now, and what was found behind it; `lacking`: why that cannot be told."""

    head: Sha | None
    found: Found = Found(0, ())
    lacking: str = ""


def gather(inputs: Inputs, world: World) -> Facts:
    git = world.git(inputs.path)
    refs = served_refs(git, inputs.repository)
    head = refs.heads.get(inputs.branch)
    if head is None:
        return Facts(None)
    if lacking := git.whole(inputs.repository, marks.needed(inputs, refs, head)):
        return Facts(head, lacking=lacking)
    return Facts(head, marks.find(inputs, git, refs, head))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    if facts.head is None:
        subject, fix = f"branch {inputs.branch}", "Name the branch that was pushed in `branch`."
        return Verdict(
            [failed("branch-missing", subject, "there is no such branch", fix=fix)], Made()
        )
    if facts.lacking:
        fix = (
            "Check out with `fetch-depth: 0` before this step (`path` says where). Where a commit"
            " is gone from the server, give `before` a commit that the branch contains."
        )
        subject = f"clone {inputs.path}"
        return Verdict([unknown("no-history", subject, facts.lacking, fix=fix)], Made())
    return Verdict([_looked(inputs, facts), *_not_marked(facts)], Made())


def _looked(inputs: Inputs, facts: Facts) -> Finding:
    found, head = facts.found, facts.head
    marked = [mark for mark in found.marks if mark.pushed]
    said = f"{found.pushed} commits pushed, {len(marked)} of them marked; its head is {head}"
    rule = "marked" if marked else "no-marker"
    return ok(rule, f"branch {inputs.branch}", said)


def _not_marked(facts: Facts) -> Iterator[Finding]:
    """What a reader might take for a mark is told, and why it is none."""
    for commit in facts.found.dropped:
        yield ok("dropped", f"commit {commit}", "it is marked, and not on the branch any more")
    for commit in facts.found.mentions:
        found = "the marker stands in it and asks for no tag: mentioned, quoted, or in a revert"
        yield ok("mentioned", f"commit {commit}", found)
