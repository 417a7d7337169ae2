"""What commits change: their patches, their files, and who else changed the same files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from release_actions.clients import history
from release_actions.clients.git import Git
from release_actions.formats import patch
from release_actions.formats.commit_object import Commit
from release_actions.formats.patch import Patch
from release_actions.values import Sha

AT_ONCE = 500  # commits whose diffs are held at a time
PATHS = 500  # more would not fit a command line; then every commit is looked at
FILE = ("100644", "100755")  # modes of plain files

# Every setting of the caller's that would make another diff of the same commit.
PLAIN = (
    *("--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "--submodule=short"),
    *("--src-prefix=a/", "--dst-prefix=b/", "-O/dev/null", "--diff-algorithm=myers"),
    *("--unified=3", "--inter-hunk-context=0", "--ignore-submodules=none"),
)


@dataclass(frozen=True)
class Changed:
    """One file that a commit changes; None for what is not there, or is no plain file."""

    path: str
    before: bytes | None
    after: bytes | None
    same_mode: bool


def patches(git: Git, commits: Iterable[Commit]) -> dict[Sha, Patch]:
    """The patch of each commit against its first parent."""
    asked = list(commits)
    found: dict[Sha, Patch] = {}
    for at in range(0, len(asked), AT_ONCE):
        lines = (" ".join([c.id, *c.parents[:1]]) for c in asked[at : at + AT_ONCE])
        stream = git.tell(
            *("diff-tree", "--stdin", "--root", "-r", "-p", "--binary", "--full-index", *PLAIN),
            stdin="".join(f"{line}\n" for line in lines).encode(),
        )
        told = {Sha(id): patch.read(diff) for id, diff in patch.split(stream)}
        # git is silent about a commit that changes nothing.
        found |= {c.id: told.get(c.id, patch.read(b"")) for c in asked[at : at + AT_ONCE]}
    return found


def changed(git: Git, commit: Commit) -> tuple[Changed, ...]:
    """The files that the commit changes against its first parent, with their contents."""
    trees = [*commit.parents[:1], commit.id]
    told = git.tell("diff-tree", "--root", "-r", "-z", "--no-commit-id", "--no-renames", *trees)
    fields = iter(os.fsdecode(field) for field in told.split(b"\0") if field)
    entries = [(head.lstrip(":").split(), next(fields)) for head in fields]
    wanted = [
        Sha(id)
        for (mode, new_mode, old, new, _), _ in entries
        for kind, id in ((mode, old), (new_mode, new))
        if kind in FILE
    ]
    held = git.contents(wanted) if wanted else {}
    return tuple(
        Changed(
            path,
            held[Sha(old)] if mode in FILE else None,
            held[Sha(new)] if new_mode in FILE else None,
            mode == new_mode,
        )
        for (mode, new_mode, old, new, _), path in entries
    )


def touching(git: Git, head: Sha, base: Sha, paths: Sequence[str]) -> tuple[Commit, ...]:
    """The commits of `base..head` that change any of these files.

    A merge is one of them where it changes them against the branch that it is merged into: it
    can be cherry-picked as a whole.
    """
    if not paths:
        return ()
    only = ["--", *paths] if len(paths) <= PATHS else ["--"]
    ids: dict[Sha, None] = {}
    for how in (("--no-merges", "--full-history"), ("--first-parent",)):
        told = git.tell("--literal-pathspecs", "rev-list", *how, head, f"^{base}", *only)
        ids |= dict.fromkeys(map(Sha, told.decode().split()))
    return history.commits(git, ids) if ids else ()


def tree(git: Git, commit: Sha) -> Sha:
    """The tree of a commit that the clone holds."""
    return Sha(git.tell("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip())
