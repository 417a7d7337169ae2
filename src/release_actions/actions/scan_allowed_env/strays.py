"""Judges calls that lead to no file that was read: none of them is passed over in silence.

A file that has to be in the tree fails. One that the run may bring itself, such as a program that
is built, is told and does not decide: whoever scans a tree cannot know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from release_actions.actions.scan_allowed_env.asked import Inputs
from release_actions.actions.scan_allowed_env.looking import Facts, Stray
from release_actions.formats.env_hits import SOMEWHERE
from release_actions.values import fold
from release_actions.verdict import Finding, Outcome, failed

_SCRIPT = re.compile(r"\.(?:sh|bash|zsh|ksh|py|ps1|cmd|bat)$")
_OF_AN_ACTION = re.compile(r"runs\.[a-z-]+")
_OUTSIDE = ("/", "~", "..")  # the runner's own files, and those above the tree


def judged(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for stray in facts.strays:
        if stray.call.kind == "remote":
            yield _remote(inputs, stray)
        elif _must_be_there(stray):
            yield _missing(stray)
        elif _is_told(stray):
            yield _not_read(stray)


def _remote(inputs: Inputs, stray: Stray) -> Finding:
    return Finding(
        "not-followed",
        _where(stray),
        Outcome.UNKNOWN,
        f"{stray.call.path}: {stray.call.target} is in another repository, and is not read",
        "Scan it in that repository; or `remote: tell` to let it pass.",
        advisory=inputs.remote == "tell",
        file=stray.file,
        line=stray.call.line,
    )


def _missing(stray: Stray) -> Finding:
    return failed(
        "called-missing",
        _where(stray),
        f"{_caller(stray)} calls {fold(stray.call.target, 200)};"
        " expected: a file below this folder",
        fix="Commit it or correct the path; if the run brings it, name it in `elsewhere`.",
        file=stray.file,
        line=stray.call.line,
    )


def _not_read(stray: Stray) -> Finding:
    call = stray.call
    verb = "names" if call.kind == "data" else "calls"
    hidden = call.kind == "hidden"
    why = "by a path that only the run knows" if hidden else "which is not in this tree"
    return Finding(
        "not-followed",
        _where(stray),
        Outcome.UNKNOWN,
        f"{_caller(stray)} {verb} {fold(call.target, 200)}, {why}, and is not read",
        "Write the path out, so that it can be followed."
        if hidden
        else "See that what brings it sets no such variable; then name it in `elsewhere`.",
        advisory=True,
        file=stray.file,
        line=call.line,
    )


def _must_be_there(stray: Stray) -> bool:
    """A workflow, an action and its programs; a script by its ending, or in a folder of ours."""
    call = stray.call
    if call.kind in ("workflow", "action") or _OF_AN_ACTION.fullmatch(call.path):
        return True
    if call.kind != "script" or call.target.startswith((SOMEWHERE, *_OUTSIDE)):
        return False
    return stray.inside or _SCRIPT.search(call.target) is not None


def _is_told(stray: Stray) -> bool:
    """Whatever is read by an interpreter, or may be of the tree; no program of the runner."""
    call = stray.call
    if call.kind == "hidden":
        return True
    if call.kind == "data":
        return call.how != "made"
    by_name = call.target.startswith((SOMEWHERE, "/", "~"))
    return not by_name or call.how != "" or _SCRIPT.search(call.target) is not None


def _caller(stray: Stray) -> str:
    return stray.call.path or "the file"


def _where(stray: Stray) -> str:
    return place(stray.file, stray.call.line, stray.call.column)


def place(file: str, line: int, column: int) -> str:
    """FILE:LINE:COLUMN, as far as they are known."""
    return f"{file}:{line}:{column}" if line and column else f"{file}:{line}" if line else file
