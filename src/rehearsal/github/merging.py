"""A pull request merged as a maintainer does on the page: with a merge commit, or squashed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from rehearsal.github.pushing import start_workflows
from rehearsal.github.state import Pull, now
from rehearsal.github.tokens import Asker

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository

Method = Literal["merge", "squash"]


def merge(repository: Repository, pull: Pull, asker: Asker, method: Method) -> str:
    """Merge it, and let the workflows run that the push starts; the new head of the base."""
    git = repository.git
    branches = git.branches()
    base, head = branches[pull.base], branches[pull.head]
    # git exits with 1 where the two do not go together, and run() raises.
    tree = git.text("merge-tree", "--write-tree", base, head).splitlines()[0]
    parents = [base, head] if method == "merge" else [base]
    commit = git.text(
        *("-c", "user.name=Mona Lisa", "-c", "user.email=octocat@users.noreply.github.com"),
        *("commit-tree", tree, *(word for parent in parents for word in ("-p", parent))),
        stdin=_message(repository, pull, base, head, method).encode(),
    )
    git.write_ref(f"refs/heads/{pull.base}", commit, base)
    pull.head_commit = head
    pull.state, pull.merged_at, pull.merge_commit, pull.updated_at = "closed", now(), commit, now()
    start_workflows(repository, f"refs/heads/{pull.base}", asker, base)
    return commit


def _message(repository: Repository, pull: Pull, base: str, head: str, method: Method) -> str:
    """What GitHub puts there: a squash lists its commits, unless it is one."""
    if method == "merge":
        owner = pull.head_repository.partition("/")[0]
        return f"Merge pull request #{pull.number} from {owner}/{pull.head}\n\n{pull.title}"
    between = repository.git.log("--reverse", f"{base}..{head}")
    commits = [repository.git.commit(oid).message.strip() for oid in between]
    if len(commits) == 1:
        subject, _, body = commits[0].partition("\n")
        return f"{subject} (#{pull.number})\n\n{body.strip()}".strip()
    listed = "\n\n".join(f"* {message}" for message in commits)
    return f"{pull.title} (#{pull.number})\n\n{listed}"
