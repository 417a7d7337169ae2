"""What each job may do, held against what its steps did; and what it reads of jobs it needs.

A call beyond a job's permissions was refused while it played. Here is the rest: what was declared
and never used, and `needs.X` that GitHub would leave empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from rehearsal.casting import Cast
from rehearsal.marked_yaml import Marked, read

if TYPE_CHECKING:
    from rehearsal.ledger import Called

_RANK = {"none": 0, "read": 1, "write": 2}
_NEEDS = re.compile(
    r"\bneeds\s*\.\s*([A-Za-z_][\w-]*)(?:\s*\.\s*outputs\s*\.\s*([A-Za-z_][\w-]*))?"
)
_INSIDE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)


@dataclass(frozen=True)
class Permit:
    """One job's permissions: declared, and the highest that a call of its steps needed."""

    job: str
    declared: Mapping[str, str] | None
    used: Mapping[str, str]

    @property
    def idle(self) -> tuple[str, ...]:
        """What was declared and never used, as people write it; a lower level will do for some."""
        found = []
        for name, level in sorted((self.declared or {}).items()):
            used = self.used.get(name, "none")
            if _RANK.get(used, 0) < _RANK.get(level, 0):
                told = f", and {used} was used" if used != "none" else ""
                found.append(f"{name}: {level}{told}")
        return tuple(found)


def permits(cast: Cast, calls: Iterable[Called], played: Iterable[str]) -> tuple[Permit, ...]:
    """One for each job that was played, in the order of the file."""
    used: dict[str, dict[str, str]] = {}
    for call in calls:
        needed = _needed(call)
        if call.job and needed and not call.refused:
            name, _, level = needed.partition(":")
            known = used.setdefault(call.job, {})
            if _RANK.get(level, 0) > _RANK[known.get(name, "none")]:
                known[name] = level
    there = set(played)
    return tuple(
        Permit("/".join(part.path), part.permissions, used.get(part.job.id, {}))
        for part in cast.parts
        if not part.job.uses and "/".join(part.path) in there
    )


def _needed(call: Called) -> str:
    """The permission that a request is for, as workflows write it: `id-token:write`."""
    if call.service == "sigstore":
        return "id-token:write" if call.route == "id-token" else ""
    if call.service != "github":
        return ""
    if call.route in ("git-fetch", "git-push"):
        return "contents:read" if call.route == "git-fetch" else "contents:write"
    return _permissions().get(call.route, "").replace("_", "-")


def _permissions() -> dict[str, str]:
    """By route; of several requests under one name the highest."""
    from rehearsal.github.routing import route
    from rehearsal.github.table import ROUTES

    assert ROUTES
    found: dict[str, str] = {}
    for one in route.table:
        needed = one.permission or ""
        if _level(needed) >= _level(found.get(one.name, "")):
            found[one.name] = needed
    return found


def _level(needed: str) -> int:
    return _RANK.get(needed.partition(":")[2], 0)


# What is read of other jobs


def misread(cast: Cast) -> tuple[str, ...]:
    """Each `needs.X` that is empty at GitHub: not needed, not a job, or without that output."""
    files = dict.fromkeys(part.file for part in cast.parts)
    return tuple(told for file in files for told in _misread(file))


def _misread(file: Path) -> Iterator[str]:
    document = read(file)
    jobs = dict(found.items()) if (found := document.get("jobs")) else {}
    for name, job in jobs.items():
        needs = needs.strings if (needs := job.get("needs")) else ()
        for line, other, output in _reads(job):
            place = f"{file.name}:{line}: job `{name}` reads `needs.{other}`"
            if other not in jobs:
                yield f"{place}, and there is no such job"
            elif other not in needs:
                yield f"{place}, and does not say so in its `needs:`: it is empty at GitHub"
            elif output and not _has_output(jobs[other], output):
                yield f"{place}.outputs.{output}, and `{other}` has no such output"


def _has_output(job: Marked, name: str) -> bool:
    """Whether a job says that it has it; of one that calls a workflow that workflow says so."""
    return job.get("uses") is not None or name in job.mapping_of("outputs")


def _reads(job: Marked) -> Sequence[tuple[int, str, str]]:
    """Line, job and output of each `needs.X…` in an expression of a job, each once."""
    found: dict[tuple[int, str, str], None] = {}
    for key, node in _scalars(job.node):
        whole = key == "if" and "${{" not in node.value
        for text in [node.value] if whole else _INSIDE.findall(node.value):
            for other, output in _NEEDS.findall(text):
                found[node.start_mark.line + 1, other, output] = None
    return list(found)


def _scalars(node: yaml.Node, key: str = "") -> Iterator[tuple[str, yaml.ScalarNode]]:
    if isinstance(node, yaml.ScalarNode):
        yield key, node
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _scalars(value, str(name.value))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _scalars(value, key)
