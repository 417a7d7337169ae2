"""What is run is what was reviewed: pins by commit, and checkouts that leave no token behind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.actions.lint_release_workflow.following import Book, at
from release_actions.formats.release_workflow import Text
from release_actions.formats.step_kinds import GENERATOR
from release_actions.verdict import Finding, failed


def _uses(book: Book) -> Iterator[tuple[str, Text]]:
    for step in book.every_step():
        if step.uses is not None:
            yield step.file, step.uses
    for flow in book.facts.workflows.values():
        for job in flow.jobs.values():
            if job.uses is not None:
                yield flow.file, job.uses


def pinned(book: Book) -> Iterator[Finding]:
    """By full commit; by a full version tag only what the config names (O29, O19, D-M17)."""
    used: set[str] = set()
    for file, uses in _uses(book):
        path, _, ref = uses.value.partition("@")
        if path in book.inputs.by_tag:
            used.add(path)
        if uses.value.startswith("./") or _is_pinned(uses.value):
            continue
        if path in book.inputs.by_tag and re.fullmatch(r"v\d+\.\d+\.\d+", ref):
            continue
        found = f"{uses} is not pinned by a full commit"
        if path in book.inputs.by_tag:
            found = f"{uses} is let through by a full version tag alone, such as @v2.1.0"
        fix = "Pin it as @<40 hexadecimal digits>, with # and the version behind it."
        if path.startswith(GENERATOR):
            fix = f"Use @vX.Y.Z, by which it verifies itself, and name {path} in `by-tag`."
        yield failed("not-pinned", detail=found, fix=fix, **at(file, uses.line))
    for path in book.inputs.by_tag:
        if path not in used and book.release:
            found = f"`by-tag` lets {path} through, and nothing uses it"
            fix = "Take it out of `by-tag`: an exception that waits lets something else in."
            yield failed("unused-exception", path, found, fix=fix)


def _is_pinned(uses: str) -> bool:
    if uses.startswith("docker://"):
        return re.search(r"@sha256:[0-9a-f]{64}$", uses) is not None
    return re.fullmatch(r"[^@\s]+/[^@\s]+@(?:[0-9a-f]{40}|[0-9a-f]{64})", uses) is not None


def credentials(book: Book) -> Iterator[Finding]:
    """A checkout keeps its token in .git/config, for every later step to read."""
    for step in book.every_step():
        if step.uses is None or step.uses.value.split("@")[0].lower() != "actions/checkout":
            continue
        said = step.with_.get("persist-credentials")
        if said is None or said.value.strip().lower() != "false":
            found = f"persist-credentials is {said or 'not said, so true'}"
            line = said.line if said else step.uses.line
            fix = "Say `persist-credentials: false` below its `with:`."
            yield failed("keeps-credentials", detail=found, fix=fix, **at(step.file, line))
