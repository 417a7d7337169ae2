"""Judges what was read: no forbidden name is set, each required one is, and all was read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from release_actions.actions.scan_allowed_env import strays
from release_actions.actions.scan_allowed_env.asked import Inputs, Scanned
from release_actions.actions.scan_allowed_env.looking import WORKFLOWS, Facts, shown
from release_actions.actions.scan_allowed_env.reading import Read
from release_actions.actions.scan_allowed_env.strays import place
from release_actions.formats.workflow_env import Setting
from release_actions.values import fold
from release_actions.verdict import Finding, Outcome, Verdict, failed, ok


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    """What is wrong in any file, what could not be told, and what was looked at."""
    findings = [
        *_unmatched(facts),
        *_unread(facts),
        *_set(inputs, facts),
        *_not_told(inputs, facts),
        *strays.judged(inputs, facts),
        *_required(inputs, facts),
        *_clean(inputs, facts),
    ]
    found = sum(finding.rule == "forbidden" for finding in findings)
    return Verdict(findings, Scanned(len(facts.read), found))


def _unmatched(facts: Facts) -> Iterator[Finding]:
    for pattern in facts.unmatched:
        yield failed(
            "no-such-path",
            pattern,
            "no file has this path, so that nothing was looked at",
            fix=f"Correct `paths` (none is every workflow below {WORKFLOWS}), or check out first.",
        )


def _unread(facts: Facts) -> Iterator[Finding]:
    for read in facts.read:
        if trouble := read.trouble:
            yield Finding(
                trouble.rule,
                place(read.path, trouble.line, trouble.column),
                Outcome.FAILED,
                f"found {trouble.why}; what is not read is not clean",
                FIXES[trouble.rule],
                file=read.path,
                line=trouble.line,
            )


FIXES = {
    "not-yaml": "Correct the file: GitHub would not run it as it is meant.",
    "not-utf8": "Write the file in UTF-8.",
    "too-large": "Take the file out of what the workflow calls, or make it smaller.",
    "unreadable": "Make it a file that this job may read.",
    "outside": "Replace the symlink by the file itself.",
}


def _set(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for read, said in _settings(facts, "set"):
        if said.name in inputs.required:
            continue
        yield failed(
            "forbidden",
            place(read.path, said.line, said.column),
            f"{_at(said)}{said.name} is set ({said.how}); expected: not by a workflow."
            f" `{fold(said.text, 160)}`",
            fix="Take it out; a name that must be set here goes into `allowed`, whole.",
            file=read.path,
            line=said.line,
        )


def _not_told(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for read, said in _settings(facts, "computed"):
        yield Finding(
            "computed-name",
            place(read.path, said.line, said.column),
            Outcome.UNKNOWN,
            f"{_at(said)}only the run knows the name that is set by {fold(said.name, 120)}"
            f" ({said.how}). `{fold(said.text, 160)}`",
            "Write the name out; `computed: tell` lets such lines pass.",
            advisory=inputs.computed == "tell",
            file=read.path,
            line=said.line,
        )
    for read, said in _settings(facts, "unread"):
        yield Finding(
            "not-understood",
            place(read.path, said.line, said.column),
            Outcome.UNKNOWN,
            f"{_at(said)}{said.how} cannot be read: {fold(said.name, 160)}."
            f" `{fold(said.text, 160)}`",
            "Correct the script, or take such names out of it.",
            file=read.path,
            line=said.line,
        )


def _required(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """A required name is set somewhere, where its value goes is the workflow's business."""
    where: dict[str, list[str]] = {}
    for read, said in _settings(facts, "set"):
        where.setdefault(said.name, []).append(place(read.path, said.line, said.column))
    for name in inputs.required:
        if name in where:
            yield ok("required", name, f"set at {shown(where[name])}")
        else:
            yield failed(
                "required-missing",
                name,
                f"found in none of {len(facts.read)} files; expected: set in one of them",
                fix="Set it where the release is made, or take it out of `required`.",
            )


def _clean(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """The evidence: how many files of a kind were read and set nothing that is forbidden."""
    clean = [read for read in facts.read if not read.trouble and not _is_bad(inputs, read)]
    kinds = Counter(_kind(read) for read in clean)
    names = ", ".join(inputs.forbidden)
    but = f", but for {', '.join(inputs.allowed)}" if inputs.allowed else ""
    for kind, count in sorted(kinds.items()):
        files = [read.path for read in clean if _kind(read) == kind]
        yield ok("clean", kind, f"{count} of them ({shown(files)}) set none of {names}{but}")


def _is_bad(inputs: Inputs, read: Read) -> bool:
    return any(said.name not in inputs.required for said in read.settings)


def _kind(read: Read) -> str:
    if read.path.startswith(f"{WORKFLOWS}/"):
        return "workflows"
    return "actions" if re.search(r"(?:^|/)action\.ya?ml$", read.path) else "files that are called"


def _settings(facts: Facts, kind: str) -> Iterator[tuple[Read, Setting]]:
    for read in facts.read:
        for said in read.settings:
            if said.kind == kind:
                yield read, said


def _at(said: Setting) -> str:
    return f"{said.path}: " if said.path else ""
