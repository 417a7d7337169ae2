"""Which commits a push brought to the branch, and which of them are marked: git alone is asked.

1. Of this push: the commits of `before..after` (two dots), or of a new branch those that no other
   branch has. What is not on the branch now does not count (a force push may have dropped it).
2. Left over: marked commits further back that no tag came of. Looked at are the last commits of
   the branch that the default branch does not have; `open_` says that no release tag of the
   family stands on the commit or further on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release_actions.actions.push_tag_on_marker.asked import Inputs
from release_actions.clients import history
from release_actions.clients.git import Git
from release_actions.clients.served_refs import Refs
from release_actions.formats import marker, release_family
from release_actions.formats.commit_object import Commit
from release_actions.formats.version_source import Reading, read
from release_actions.values import Sha

LOOK_BACK = 200  # commits before the push


@dataclass(frozen=True)
class Mark:
    """A marked commit that is on the branch now, with what the version source says there.

    `lacking`: what the branch had, and this commit does not contain, when a merge brought it.
    """

    commit: Commit
    reading: Reading
    pushed: bool = True  # by this push; else left over from an earlier one
    open_: bool = True
    reverted: Sha | None = None
    lacking: tuple[Sha, ...] = ()
    workflow: bytes | None = None  # the file of `dispatch` there


@dataclass(frozen=True)
class Found:
    """What was looked at, and what was found there."""

    pushed: int
    marks: tuple[Mark, ...]
    dropped: tuple[Commit, ...] = ()  # marked, and not on the branch any more
    mentions: tuple[Commit, ...] = ()  # the marker's text, but not as a line of its own


@dataclass(frozen=True)
class Spans:
    """Ids of commits, the oldest first."""

    pushed: tuple[Sha, ...]
    earlier: tuple[Sha, ...]
    later: tuple[Sha, ...]
    off: frozenset[Sha]  # not on the branch now

    @property
    def all(self) -> tuple[Sha, ...]:
        return tuple(dict.fromkeys((*self.earlier, *self.pushed, *self.later)))


def needed(inputs: Inputs, refs: Refs, head: Sha) -> tuple[Sha, ...]:
    """The commits behind which the clone must hold everything."""
    before = inputs.started_from
    ends = (before,) if before else _others(inputs, refs)
    return tuple(dict.fromkeys((head, inputs.ended_at or head, *ends, *_default(inputs, refs))))


def find(inputs: Inputs, git: Git, refs: Refs, head: Sha) -> Found:
    """The marks, each after those that it builds on."""
    spans = _spans(inputs, git, refs, head)
    said = {commit.id: commit for commit in history.commits(git, spans.all)}
    brought = (*spans.earlier, *spans.pushed)
    marked = [id for id in brought if marker.is_marked(said[id].message, inputs.marker)]
    kept = [id for id in marked if id not in spans.off]
    line = git.first_parents(head) if kept else ()
    open_ = _open(inputs, git, refs, head) if kept else frozenset()
    order = [said[id] for id in spans.all if id not in spans.off]
    return Found(
        pushed=len(spans.pushed),
        marks=tuple(
            Mark(
                said[id],
                _reading(inputs, git, id),
                pushed=id in spans.pushed,
                open_=id in open_,
                reverted=_reverted(said[id], order),
                lacking=_lacking(git, id, line),
                workflow=_workflow(inputs, git, id),
            )
            for id in kept
        ),
        dropped=tuple(said[id] for id in spans.pushed if id in marked and id in spans.off),
        mentions=tuple(
            said[id]
            for id in spans.pushed
            if inputs.marker in said[id].message and id not in marked
        ),
    )


def _others(inputs: Inputs, refs: Refs) -> tuple[Sha, ...]:
    return tuple(head for name, head in refs.heads.items() if name != inputs.branch)


def _default(inputs: Inputs, refs: Refs) -> tuple[Sha, ...]:
    """The head of the default branch, where that is another one."""
    head = None if refs.default == inputs.branch else refs.heads.get(refs.default or "")
    return () if head is None else (head,)


def _spans(inputs: Inputs, git: Git, refs: Refs, head: Sha) -> Spans:
    after, before = inputs.ended_at or head, inputs.started_from
    pushed = history.ids(git, [after], [before] if before else _others(inputs, refs))
    start = before or after
    default = _default(inputs, refs)
    most = LOOK_BACK if before else LOOK_BACK + len(pushed)
    window = history.ids(git, [start], default, newest=most)
    # The past of a default branch that nothing was released from of late is not searched.
    searched = default or not _releases(inputs, refs).isdisjoint(window)
    brought = frozenset(pushed)
    return Spans(
        pushed=pushed,
        earlier=tuple(id for id in window if id not in brought) if searched else (),
        later=history.ids(git, [head], [after, start]),
        off=frozenset(history.ids(git, [after, start], [head])),
    )


def _releases(inputs: Inputs, refs: Refs) -> frozenset[Sha]:
    """The commits that a release tag of the family names."""
    family = inputs.family
    return frozenset(
        commit
        for name, commit in refs.tags.items()
        if not isinstance(release_family.read("", family, name), str)
    )


def _open(inputs: Inputs, git: Git, refs: Refs, head: Sha) -> frozenset[Sha]:
    """The commits without a tag, and without a release tag of the family further on."""
    released = history.held(git, _releases(inputs, refs))
    return frozenset(history.ids(git, [head], released)) - frozenset(refs.tags.values())


def _reading(inputs: Inputs, git: Git, commit: Sha) -> Reading:
    source = inputs.version_source
    return read(source, git.files(commit, source.paths))


def _workflow(inputs: Inputs, git: Git, commit: Sha) -> bytes | None:
    path = inputs.dispatch
    return git.files(commit, [path])[path] if path else None


def _reverted(commit: Commit, order: Sequence[Commit]) -> Sha | None:
    """The later commit that takes this one back."""
    later = order[[other.id for other in order].index(commit.id) + 1 :]
    back = (c.id for c in later if marker.reverted(c.message).names(commit.id, commit.subject))
    return next(back, None)


def _lacking(git: Git, commit: Sha, line: Sequence[Sha]) -> tuple[Sha, ...]:
    """What the branch had, and this commit lacks, when the branch came to contain it by a merge."""
    if commit in line:
        return ()
    merge = history.brought_by(git, commit, line)
    at = line.index(merge) if merge else len(line)
    return history.ids(git, line[at + 1 : at + 2], [commit]) if line[at + 1 : at + 2] else ()
