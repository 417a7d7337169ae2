"""The caller's repository in the loopback world: history, branches and tags, as GitHub has them.

What is only here (HEAD's branch, if it is ahead) is there as if it had been pushed; other branches
are as `origin` has them. Nothing is pushed from the caller's clone: the world fetches.
"""

from __future__ import annotations

from rehearsal.github import Job
from rehearsal.github.running import add_run
from rehearsal.github.workflow_files import read_workflows
from rehearsal.own.checkout import Checkout, ask
from rehearsal.own.starting import Start, starts_by_push
from rehearsal.stories import World


def lay(checkout: Checkout, start: Start, world: World) -> None:
    """Bring the repository into the world; a tag that is yet to be pushed stays behind."""
    bare = world.repository.path

    def fetch(*refs: str) -> None:
        if refs:
            ask(bare, "fetch", "--quiet", "--no-tags", str(checkout.folder), *refs)

    remote = checkout.git("for-each-ref", "--format=%(refname:strip=3)", "refs/remotes/origin")
    names = [name for name in remote.splitlines() if name != "HEAD"]
    if names:
        fetch(*(f"+refs/remotes/origin/{name}:refs/heads/{name}" for name in names))
    else:
        fetch("+refs/heads/*:refs/heads/*")
    fetch(f"+HEAD:refs/heads/{checkout.head}")
    fetch(*(f"+refs/tags/{name}:refs/tags/{name}" for name in checkout.tags if name != start.tag))
    world.github.forget()


def conclude_ci(checkout: Checkout, world: World) -> list[str]:
    """Let every workflow that a push of HEAD starts have ended well; their paths."""
    found = []
    for path, document in read_workflows(world.repository, checkout.commit).items():
        if starts_by_push(document, checkout.head):
            found.append(path)
            told = document.get("jobs") or {}
            jobs = [
                Job(str((job or {}).get("name", name)))
                for name, job in told.items()
                if "strategy" not in (job or {})
            ]
            with world.github.lock:
                add_run(
                    world.repository,
                    workflow=path,
                    commit=checkout.commit,
                    branch=checkout.head,
                    ref=f"refs/heads/{checkout.head}",
                    jobs=jobs,
                )
    return found


def conclude_others(played: set[int], world: World) -> list[str]:
    """Let what started beside the run that is played have ended well, too; their paths."""
    found = []
    for run in world.repository.runs:
        if run.status != "completed" and run.id not in played:
            world.repository.conclude(run, "success")
            found.append(run.path)
    return found


def check_out(checkout: Checkout, world: World) -> None:
    """Give somebody at a keyboard a clone, who may go on with the branch later."""
    consumer = world.consumer
    ask(consumer.folder, "fetch", "--quiet", "--no-tags", str(checkout.folder), "HEAD")
    consumer.git("checkout", "--quiet", "-B", checkout.head, checkout.commit)
