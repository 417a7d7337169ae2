"""The job graph as a picture, drawn twice: broad, and for a phone; and the same as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rehearsal.report import graph, parts
from rehearsal.report.markup import tag, visible
from rehearsal.report.model import Conclusion, Job, Story

_ACROSS = graph.Size(176, 48, 18, 40, across=True)
_DOWN = graph.Size(176, 48, 24, 24, most=5)
_PHONE = graph.Size(150, 48, 16, 24, most=2)
_BROAD = 1060
"""As wide as the page lets a picture be."""
_EDGE = 2


@dataclass(frozen=True)
class _Node:
    """A job with all legs of its matrix."""

    id: str
    conclusion: Conclusion
    after: tuple[str, ...]
    told: tuple[str, ...]


def graph_of(story: Story, id: str) -> Markup:
    """The picture of a run's jobs."""
    nodes = _nodes(story)
    after = {node.id: node.after for node in nodes}
    names = [node.id for node in nodes]
    broad = graph.place(names, after, _ACROSS)
    if broad.width > _BROAD:
        broad, size = graph.place(names, after, _DOWN), _DOWN
    else:
        size = _ACROSS
    narrow = graph.place(names, after, _PHONE)
    label = f"The jobs and what each waits for. {_sentence(nodes)} The list below says the same."
    return tag(
        "div",
        _svg(nodes, broad, size, "broad", label),
        _svg(nodes, narrow, _PHONE, "narrow", label),
        parts.fold("The graph as text", _text(nodes)),
        class_="graph",
        id=id,
    )


def _nodes(story: Story) -> list[_Node]:
    found: dict[str, list[Job]] = {}
    for job in story.jobs:
        found.setdefault(job.id, []).append(job)
    worst = ("unseen", "cancelled", "failure", "success", "skipped")
    changes: dict[str, int] = {}
    for job in story.jobs:
        changes[job.id] = changes.get(job.id, 0) + sum(len(step.changes) for step in job.steps)
    return [
        _Node(
            id=id,
            conclusion=min((leg.conclusion for leg in legs), key=worst.index),
            after=legs[0].after,
            told=tuple(filter(None, _told(legs, changes[id]))),
        )
        for id, legs in found.items()
    ]


def _told(legs: Sequence[Job], changes: int) -> list[str]:
    ran = [leg for leg in legs if leg.conclusion not in ("skipped", "unseen")]
    return [
        parts.WORDS.get(legs[0].conclusion, legs[0].conclusion) if not ran else "",
        parts.seconds(max(leg.seconds for leg in ran)) if ran else "",
        f"{len(legs)} legs" if len(legs) > 1 else "",
        parts.count(changes, "change") if changes else "",
    ]


def _sentence(nodes: Sequence[_Node]) -> str:
    told = []
    for conclusion in ("success", "failure", "cancelled", "unseen", "skipped"):
        if number := sum(node.conclusion == conclusion for node in nodes):
            told.append(f"{number} {parts.WORDS.get(conclusion, conclusion)}")
    return f"{parts.count(len(nodes), 'job')}: {', '.join(told)}."


def _svg(
    nodes: Sequence[_Node], placed: graph.Placed, size: graph.Size, name: str, label: str
) -> Markup:
    width, height = int(placed.width) + 2 * _EDGE, int(placed.height) + 2 * _EDGE
    lines = [tag("path", d=_path(edge, size.across)) for edge in placed.edges]
    return tag(
        "svg",
        tag("g", lines, class_="edges"),
        [_box(node, placed.corners[node.id], size) for node in nodes],
        class_=name,
        viewBox=f"{-_EDGE} {-_EDGE} {width} {height}",
        width=width,
        height=height,
        role="img",
        aria_label=label,
    )


def _path(points: Sequence[tuple[float, float]], across: bool) -> str:
    """A line that leaves and reaches each job squarely."""
    (x, y), *rest = points
    told = [f"M{x:.0f} {y:.0f}"]
    for number, (to_x, to_y) in enumerate(rest):
        if number % 2:
            told.append(f"L{to_x:.0f} {to_y:.0f}")  # Through a bend.
        elif across:
            middle = (x + to_x) / 2
            told.append(f"C{middle:.0f} {y:.0f} {middle:.0f} {to_y:.0f} {to_x:.0f} {to_y:.0f}")
        else:
            middle = (y + to_y) / 2
            told.append(f"C{x:.0f} {middle:.0f} {to_x:.0f} {middle:.0f} {to_x:.0f} {to_y:.0f}")
        x, y = to_x, to_y
    return "".join(told)


def _box(node: _Node, corner: tuple[float, float], size: graph.Size) -> Markup:
    what = parts.kind(node.conclusion)
    room = int((size.width - 42) / 7.6)  # Bold letters of 13 pixels, on average.
    name = visible(node.id, 200)
    shown = name if len(name) <= room else f"{name[: room - 1]}…"
    word = parts.WORDS.get(node.conclusion, node.conclusion)
    return tag(
        "g",
        tag("title", f"{name}: {word}"),
        tag("rect", width=size.width, height=size.height, rx=9),
        tag("path", d=parts.PATHS[what], class_="mark", transform="translate(10 7)"),
        tag("text", shown, x=33, y=20, class_="name"),
        tag("text", ", ".join(node.told), x=33, y=37, class_="told"),
        class_=f"job {what}",
        transform=f"translate({corner[0]:.0f} {corner[1]:.0f})",
    )


def _text(nodes: Sequence[_Node]) -> Markup:
    items = []
    for node in nodes:
        after = f", after {', '.join(visible(n, 200) for n in node.after)}" if node.after else ""
        told = ", ".join(node.told)
        more = f" ({told})" if told else ""
        word = parts.WORDS.get(node.conclusion, node.conclusion)
        items.append(tag("li", tag("bdi", visible(node.id, 200)), f": {word}{more}{after}"))
    return tag("ul", items)
