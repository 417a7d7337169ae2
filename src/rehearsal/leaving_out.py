"""Jobs that somebody asked to leave out: in the copy that act reads each has `if: false`.

The steps never see this copy, and what needs such a job is skipped by the rules of Actions.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import yaml

from rehearsal.errors import UnplayableError
from rehearsal.marked_yaml import Marked, read


def jobs(file: Path, names: Collection[str]) -> None:
    """Switch these jobs of a workflow off.

    :raises UnplayableError: for a name that no job has.
    """
    if not names:
        return
    there = read(file).get("jobs")
    found = dict(there.items()) if there else {}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise UnplayableError(
            [
                f"--without {name}: {file.name} has no job of this id. It has: {', '.join(found)}."
                for name in unknown
            ]
        )
    text = file.read_text(encoding="utf-8")
    # From the last to the first, so that the places before stay right.
    for name in sorted(names, key=lambda name: -found[name].line):
        text = _off(text, found[name])
    file.write_text(text, encoding="utf-8")


def _off(text: str, job: Marked) -> str:
    condition = job.get("if")
    if condition is not None:
        node = condition.node
        return text[: node.start_mark.index] + "false" + _rest(text, node)
    start = job.node.start_mark.index
    if isinstance(job.node, yaml.MappingNode) and job.node.flow_style:
        return f"{text[: start + 1]} if: false,{text[start + 1 :]}"
    return f"{text[:start]}if: false\n{' ' * job.node.start_mark.column}{text[start:]}"


def _rest(text: str, node: yaml.Node) -> str:
    """What follows a value; a block scalar's own end is the beginning of the next line."""
    end = node.end_mark.index
    return ("\n" if text[end - 1 : end] == "\n" else "") + text[end:]
