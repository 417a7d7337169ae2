"""The second look: the history since the last release, and who brought it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from release_actions.actions.render_release_notes.asked import Inputs, Rendered
from release_actions.actions.render_release_notes.reading import Facts as Read
from release_actions.clients import history
from release_actions.formats import release_family
from release_actions.formats.commit_object import Commit
from release_actions.formats.history_notes import MergedPull
from release_actions.values import RefName, Sha
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World

if TYPE_CHECKING:
    from release_actions.clients.github import Tag

ASKED = 250  # commits; GitHub is asked once for each, and gives a job 1,000 requests an hour


@dataclass(frozen=True)
class Reached:
    """The last release's tag and what came after it; `lacking`: why that is not to be had."""

    read: Read
    since: str | None = None
    tag: Tag | None = None
    lacking: str = ""
    commits: tuple[Commit, ...] = ()
    pulls: Mapping[Sha, tuple[MergedPull, ...]] = field(default_factory=dict)


def gather(inputs: Inputs, world: World, read: Read) -> Reached:
    if not inputs.sources.ask_history:
        return Reached(read)
    from release_actions.clients import pulls  # notes without a history do not pay for it

    _, family = inputs.chosen
    since = inputs.since or release_family.previous(family, read.release, read.tags)
    tag = world.github.tag(inputs.repository, RefName(since)) if since else None
    reached = Reached(read, since, tag)
    git = world.git(inputs.path)
    wanted = [inputs.commit, *([tag.commit] if tag else [])]
    if lacking := git.whole(inputs.repository, wanted):
        return replace(reached, lacking=lacking)
    before = tag.commit if tag else None
    commits = history.between(git, before, inputs.commit, first_parent=True)
    known = {
        commit.id: pulls.of_commit(world.github, inputs.repository, commit.id)
        for commit in commits[-ASKED:]
    }
    return replace(reached, commits=commits, pulls=known)


def decide(inputs: Inputs, found: Reached) -> Verdict:
    if not inputs.sources.ask_history:
        return Verdict([ok("since-missing", "history", "it is not asked for")], Rendered())
    return Verdict([_history(inputs, found)], Rendered())


def _history(inputs: Inputs, found: Reached) -> Finding:
    if found.since and found.tag is None:
        fix = "Correct `since`, or push that tag."
        return failed("since-missing", f"tag {found.since}", "there is no such tag", fix=fix)
    if found.lacking:
        fix = "Check out with `fetch-depth: 0` and without `filter`, or give this step a token."
        return unknown("shallow", f"clone {inputs.path}", found.lacking, fix=fix)
    start = f"since {found.since}" if found.since else "from the beginning: no tag came before"
    left = len(found.commits) - len(found.pulls)
    more = f"; the oldest {left} are told by their subjects alone" if left else ""
    told = f"{len(found.commits)} commits {start}{more}"
    return ok("since-missing", f"history of {inputs.commit.short}", told)
