"""A flow chart in Mermaid, as GitHub draws it in a summary: boxes of nodes, and what follows what.

Labels are foreign: every character that Mermaid or Markdown could take for its own is written as a
numbered entity. GitHub draws nothing of a chart above 50,000 characters or 500 edges.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from release_actions.values import fold

CHARACTERS = 50_000
EDGES = 500
LABEL = 60
_SAFE = re.compile(r"[A-Za-z0-9 .,:/@_+-]")


@dataclass(frozen=True)
class Node:
    """One thing; `kind` is how it is drawn: good, bad, unsure or quiet."""

    label: str
    kind: str


@dataclass(frozen=True)
class Box:
    """Things that follow each other, under a label; without any, the label alone is drawn."""

    name: str
    kind: str
    nodes: tuple[Node, ...] = ()
    after: tuple[str, ...] = ()
    """Names of the boxes before it."""
    label: str = ""
    """What is shown, if not the name."""

    @property
    def shown(self) -> str:
        return self.label or self.name


#: Lines alone, and no fill: they are read on a light page and on a dark one.
_KINDS = (
    "classDef good stroke:#1a7f37,stroke-width:2px",
    "classDef bad stroke:#cf222e,stroke-width:3px",
    "classDef unsure stroke:#9a6700,stroke-width:2px,stroke-dasharray:6 3",
    "classDef quiet stroke:#6e7781,stroke-dasharray:3 3",
)


def flowchart(boxes: Sequence[Box]) -> str:
    """The chart: whole, or each box as one node where that is too big, or as many as fit."""
    for chosen in (boxes, [_closed(box) for box in boxes]):
        text = _drawn(chosen)
        if _fits(text):
            return text
    few = [_closed(box) for box in boxes]
    while not _fits(_drawn(few, len(boxes) - len(few))):
        few = few[: len(few) * 9 // 10]
    return _drawn(few, len(boxes) - len(few))


def _fits(text: str) -> bool:
    return len(text) <= CHARACTERS and text.count(" --> ") <= EDGES


def _closed(box: Box) -> Box:
    more = f" ({len(box.nodes)})" if box.nodes else ""
    return replace(box, nodes=(), label=f"{box.shown}{more}")


def _drawn(boxes: Sequence[Box], left_out: int = 0) -> str:
    ids = {box.name: f"b{number}" for number, box in enumerate(boxes)}
    lines = ["flowchart LR"]
    for number, box in enumerate(boxes):
        lines += _box(f"b{number}", box)
    if left_out:
        lines.append(f'  more["and {left_out} more"]:::quiet')
    for number, box in enumerate(boxes):
        lines += [f"  {ids[name]} --> b{number}" for name in box.after if name in ids]
    return "\n".join([*lines, *(f"  {kind}" for kind in _KINDS)]) + "\n"


def _box(id: str, box: Box) -> Iterable[str]:
    if not box.nodes:
        yield f'  {id}["{escaped(box.shown)}"]:::{box.kind}'
        return
    yield f'  subgraph {id} ["{escaped(box.shown)}"]'
    yield "    direction TB"
    for number, node in enumerate(box.nodes):
        yield f'    {id}n{number}["{escaped(node.label)}"]:::{node.kind}'
    for number in range(1, len(box.nodes)):
        yield f"    {id}n{number - 1} --> {id}n{number}"
    yield "  end"
    yield f"  class {id} {box.kind}"


def escaped(text: str) -> str:
    """A label as Mermaid shows it: letters as they are, all else by number."""
    return "".join(c if _SAFE.match(c) else f"#{ord(c)};" for c in fold(text, LABEL))
