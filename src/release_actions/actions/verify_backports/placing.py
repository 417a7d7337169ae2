"""The first look: the two branches, and whether the clone knows all of their history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.verify_backports.asked import Inputs, Verified
from release_actions.clients import patches
from release_actions.clients.github import Tag
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, missing, ok, unknown
from release_actions.world import World


@dataclass(frozen=True)
class Facts:
    """`lacking` is why the clone does not have the whole history; else it is empty."""

    base: Tag | None
    main: Sha | None
    lacking: str = ""
    contained: bool | None = None  # whether the commit contains the base
    tree: Sha | None = None


def gather(inputs: Inputs, world: World) -> Facts:
    github, git = world.github, world.git(inputs.path)
    base = github.tag(inputs.repository, inputs.base) if inputs.base else None
    main = github.branch_head(inputs.repository, inputs.main) if inputs.base else None
    known = [inputs.commit, *([base.commit] if base else []), *([main] if main else [])]
    if lacking := git.whole(inputs.repository, known):
        return Facts(base, main, lacking)
    contained = git.is_ancestor(base.commit, inputs.commit) if base else None
    return Facts(base, main, "", contained, patches.tree(git, inputs.commit))


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    outputs = Verified(inputs.commit, facts.tree or "")
    return Verdict([*_history(inputs, facts), *_tree(inputs, facts)], outputs)


def _history(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    if facts.lacking:
        fix = "Check out with `fetch-depth: 0` and without `filter` before this step."
        yield unknown("shallow", f"clone {inputs.path}", facts.lacking, fix=fix)
        return
    if inputs.base is None:
        return
    if facts.base is None:
        fix = "Name the tag that the patch branch starts at in `base`."
        yield missing("base-missing", f"tag {inputs.base}", "there is no such tag", fix=fix)
    if facts.main is None:
        fix = "Name the branch that has the originals in `main`."
        yield failed("branch-missing", f"branch {inputs.main}", "there is none", fix=fix)
    if facts.base is not None and facts.main is not None:
        yield _started(inputs, facts.base, contained=bool(facts.contained))


def _started(inputs: Inputs, base: Tag, *, contained: bool) -> Finding:
    """C5: the branch starts at the tag of the last minor."""
    subject = f"base {base.name}"
    if contained:
        return ok("base-not-ancestor", subject, f"{inputs.commit} is built on {base.commit}")
    fix = "Begin the patch branch at that tag, or name the one that it begins at."
    found = f"{base.commit} is no ancestor of {inputs.commit}"
    return failed("base-not-ancestor", subject, found, fix=fix)


def _tree(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """C14: what is tagged in public is what was built in private, file by file."""
    if inputs.expected_tree is None or facts.tree is None:
        return
    subject = f"tree of commit {inputs.commit}"
    if facts.tree == inputs.expected_tree:
        yield ok("tree-differs", subject, f"it is {facts.tree}, as expected")
        return
    fix = "Tag a commit with exactly the files that were built, or build this one."
    found = f"it is {facts.tree}, not {inputs.expected_tree}"
    yield failed("tree-differs", subject, found, fix=fix)
