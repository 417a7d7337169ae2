"""The first look: what is to be committed, and with which text."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass

from release_actions.actions.open_release_pr.asked import Inputs, Opened
from release_actions.clients import committing, text_file
from release_actions.clients.committing import Work
from release_actions.clients.text_file import Unreadable
from release_actions.values import Sha
from release_actions.verdict import Finding, Verdict, failed, ok, unknown
from release_actions.world import World

LONGEST = 65_536  # characters of a pull request's text; GitHub takes no more
SHOWN = 20  # paths that are named one by one


@dataclass(frozen=True)
class Facts:
    """The work tree, the commit that it makes (None: nothing is checked out), and the text."""

    work: Work | None
    commit: Sha | None
    body: str | Unreadable

    def skipped(self, inputs: Inputs) -> bool:
        """Whether there is nothing to do, and the caller said that this is all right."""
        return inputs.empty == "skip" and self.work is not None and self.work.same


def gather(inputs: Inputs, world: World) -> Facts:
    git = world.git(inputs.path)
    work = committing.work(git, inputs.paths.match)
    commit = committing.of_work(git, work, inputs.text, inputs.author)
    body = text_file.read(git.folder, inputs.body_file) if inputs.body_file else inputs.body
    return Facts(work, commit, body)


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    findings = [*_base(inputs), *_work(inputs, facts.work), *_body(inputs, facts.body)]
    return Verdict(findings, Opened())


def _base(inputs: Inputs) -> Iterator[Finding]:
    """D-W13: what is for release branches never goes to another one by mistake."""
    if not inputs.base_pattern:
        return
    subject, wanted = f"branch {inputs.base}", ", ".join(inputs.base_pattern)
    if any(fnmatch.fnmatchcase(inputs.base, pattern) for pattern in inputs.base_pattern):
        yield ok("wrong-base", subject, f"it is one of {wanted}")
    else:
        fix = f"Start the run on a branch such as {wanted}, or correct `base`."
        yield failed("wrong-base", subject, f"it is none of {wanted}", fix=fix)


def _work(inputs: Inputs, work: Work | None) -> Iterator[Finding]:
    if work is None:
        fix = "Check the repository out before this step (`path` says where)."
        yield unknown("no-clone", f"clone {inputs.path}", "nothing is checked out there", fix=fix)
        return
    bad = [*_unmerged(work), *_outside(inputs, work), *_filtered(work)]
    yield from bad
    if not bad:
        yield _changed(inputs, work)


def _changed(inputs: Inputs, work: Work) -> Finding:
    subject = f"work tree {inputs.path}"
    if not work.same:
        names = ", ".join(entry.path for entry in work.touched[:SHOWN])
        return ok("nothing-changed", subject, f"{len(work.touched)} files changed: {names}")
    found = f"it is as {work.head.short} has it"
    if inputs.empty != "fail":
        return ok("nothing-changed", subject, f"{found}; `empty` is {inputs.empty}")
    fix = "Look why the step before changed nothing. `empty` says where that is all right."
    return failed("nothing-changed", subject, found, fix=fix)


def _unmerged(work: Work) -> Iterator[Finding]:
    for path in work.unmerged[:SHOWN]:
        fix = "Resolve the conflict, or begin with a fresh checkout."
        yield failed("unmerged", f"file {path}", "it is in conflict", fix=fix)


def _outside(inputs: Inputs, work: Work) -> Iterator[Finding]:
    """S16: the change is what it is meant to be, and nothing that lay about comes along."""
    touched = [entry.path for entry in work.touched if inputs.paths]
    kinds = {
        "changed": [path for path in touched if not inputs.paths.match(path)],
        "new, and not ignored": [*work.left],
        "a submodule at another commit": [*work.modules],
    }
    allowed = ", ".join(inputs.paths) or "any file that git tracks"
    fix = "Undo it, let git ignore it, or name it in `paths`."
    every = [(path, kind) for kind, paths in kinds.items() for path in paths]
    for path, kind in every[:SHOWN]:
        detail = f"it is {kind}; allowed is {allowed}"
        yield failed("outside-paths", f"file {path}", detail, fix=fix, file=path)
    if (rest := len(every) - SHOWN) > 0:
        yield failed("outside-paths", f"{rest} more files", "they are not allowed", fix=fix)


def _filtered(work: Work) -> Iterator[Finding]:
    for path in work.filtered[:SHOWN]:
        fix = "Commit such a file by hand, or take the attribute away from it."
        found = "its `filter` attribute names a program of the clone's settings, and none is run"
        yield failed("filtered", f"file {path}", found, fix=fix, file=path)


def _body(inputs: Inputs, body: str | Unreadable) -> Iterator[Finding]:
    subject = f"file {inputs.body_file}" if inputs.body_file else "body"
    if isinstance(body, Unreadable):
        fix = "Write it in a step before, or correct `body-file`."
        yield failed("body-unreadable", subject, body.why, fix=fix)
    elif len(body) > LONGEST:
        found = f"it has {len(body)} characters, and GitHub takes {LONGEST}"
        yield failed("body-too-long", subject, found, fix="Shorten it, and link to the rest.")
    elif inputs.body_file:
        yield ok("body-unreadable", subject, f"it has {len(body)} characters")
