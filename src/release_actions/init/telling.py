"""What people read at the end: what was found, written and left to do; as text or as JSON."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from release_actions.init.answers import Plan
from release_actions.init.by_hand import Todo
from release_actions.init.filling import Told, Written
from release_actions.init.pinning import Library
from release_actions.init.writing import Target
from release_actions.values import fold

PREFIX = {"found": "[INFO]", "assumed": "[WARN]", "open": "[WARN]"}
WORD = {"found": "", "assumed": "assumed: ", "open": "open: "}


@dataclass(frozen=True)
class Ended:
    """All that a run came to."""

    plan: Plan
    library: Library
    targets: Sequence[Target]
    written: Sequence[Written]
    todos: Sequence[Todo]
    warnings: Sequence[str]
    force: bool
    dry_run: bool

    @property
    def in_the_way(self) -> list[str]:
        states = [(target.path, target.state(force=self.force)) for target in self.targets]
        return [path for path, state in states if state == "in the way"]


def lines(ended: Ended) -> Iterator[str]:
    """The text, foreign words folded."""
    for line in _lines(ended):
        yield fold(line, 600) if not line.startswith(" ") else f"   {fold(line, 600)}"


def _lines(ended: Ended) -> Iterator[str]:
    yield from (f"[PASS] {why}" for why in ended.plan.why)
    yield from (f"[INFO] not {name}: {why}" for name, why in ended.plan.others)
    yield from (f"[INFO] {note}" for note in ended.library.notes)
    for kind, text in ended.plan.notes:
        yield f"{PREFIX[kind]} {WORD[kind]}{text}"
    for told in _told(ended):
        yield f"{PREFIX[told.kind]} {told.file}:{told.line}: {WORD[told.kind]}{told.text}"
    yield from (f"[WARN] {text}" for text in ended.warnings)
    if ended.in_the_way:
        for path in ended.in_the_way:
            yield f"[FAIL] {path}: it is there and says something else"
        yield "[FAIL] nothing was written. --dry-run shows the difference; --force overwrites"
        return
    would = "would be " if ended.dry_run else ""
    for target in ended.targets:
        yield f"[PASS] {target.path}: {would}{_state(ended, target)}"
    yield "[INFO] what is yours to do:"
    for number, todo in enumerate(ended.todos, 1):
        yield f"[INFO] {number}. {todo.what}{f': {todo.where}' if todo.where else ''}"
        yield from (f"   {name}: {value}" for name, value in todo.fields)


def _state(ended: Ended, target: Target) -> str:
    state = target.state(force=ended.force)
    return "written" if state == "new" else state


def _told(ended: Ended) -> Iterator[Told]:
    seen: set[tuple[str, str]] = set()
    for file in ended.written:
        for told in file.told:
            if (told.kind, told.text) not in seen:
                seen.add((told.kind, told.text))
                yield told


def difference(targets: Sequence[Target]) -> Iterator[str]:
    """Unified, as `git diff` shows it."""
    for target in targets:
        old = (target.old or b"").decode("utf-8", "replace").splitlines()
        new = target.new.decode("utf-8").splitlines()
        before = f"a/{target.path}" if target.old is not None else "/dev/null"
        for line in difflib.unified_diff(old, new, before, f"b/{target.path}", lineterm=""):
            # The caller's old file is foreign; what indents it is kept.
            body = line[1:]
            yield line[:1] + body[: len(body) - len(body.lstrip(" "))] + fold(body, 2000)


def record(ended: Ended) -> dict[str, Any]:
    """The same as data."""
    return {
        "templates": list(dict.fromkeys(planned.template for planned in ended.plan.files)),
        "why": list(ended.plan.why),
        "others": [{"template": name, "why": why} for name, why in ended.plan.others],
        "library": {
            "name": ended.library.name,
            "pin": str(ended.library.pin),
            "version": ended.library.version,
        },
        "told": [
            *({"kind": "found", "text": note} for note in ended.library.notes),
            *({"kind": kind, "text": text} for kind, text in ended.plan.notes),
            *(
                {"kind": told.kind, "file": told.file, "line": told.line, "text": told.text}
                for told in _told(ended)
            ),
            *({"kind": "assumed", "text": text} for text in ended.warnings),
        ],
        "files": [{"path": t.path, "state": t.state(force=ended.force)} for t in ended.targets],
        "written": not ended.dry_run and not ended.in_the_way,
        "by-hand": [
            {"what": t.what, "where": t.where, "fields": dict(t.fields)} for t in ended.todos
        ],
    }
