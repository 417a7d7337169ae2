"""Where the jobs of a workflow stand in a picture: layers by what waits for what, few crossings.

After Sugiyama: each job gets a layer behind all that it waits for, an edge over several layers
gets a bend in each, and each layer is ordered by where its neighbours stand.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Edge = tuple[str, str]


@dataclass(frozen=True)
class Size:
    """Measures of a picture, in units of a CSS pixel."""

    width: int
    height: int
    between: int
    """Between two jobs of one layer."""
    layers: int
    """Between two layers."""
    across: bool = False
    """Layers from left to right; else from top to bottom."""
    most: int = 1_000
    """Jobs in one layer."""


@dataclass(frozen=True)
class Placed:
    """A drawn graph: the left upper corner of each job, each edge as points, and the whole size."""

    corners: Mapping[str, tuple[float, float]]
    edges: tuple[tuple[tuple[float, float], ...], ...]
    width: float
    height: float


def place(jobs: Sequence[str], after: Mapping[str, Iterable[str]], size: Size) -> Placed:
    """Place each job. `after` names what each waits for; names that are no job are left out."""
    needs = reduced(jobs, after)
    layers, paths = _bent(_layers(jobs, needs, size.most), needs)
    _order(layers, [edge for path in paths for edge in itertools.pairwise(path)])
    return _drawn(layers, paths, set(jobs), size)


def reduced(jobs: Sequence[str], after: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """What each job waits for, without what one of the others waits for already."""
    known = set(jobs)
    needs = {job: [n for n in dict.fromkeys(after.get(job, ())) if n in known] for job in jobs}
    above: dict[str, set[str]] = {}

    def ancestors(job: str) -> set[str]:
        if job not in above:
            above[job] = set()  # A circle, which no runner would play, ends here.
            above[job] = {x for n in needs[job] for x in (n, *ancestors(n))} - {job}
        return above[job]

    return {
        job: tuple(n for n in found if not any(n in ancestors(m) for m in found if m != n))
        for job, found in needs.items()
    }


def _layers(jobs: Sequence[str], needs: Mapping[str, Sequence[str]], most: int) -> list[list[str]]:
    """Each job in the first layer behind all that it waits for which has room."""
    layers: list[list[str]] = []
    place: dict[str, int] = {}
    waiting = list(jobs)
    while waiting:
        ready = [job for job in waiting if all(n in place for n in needs[job])] or waiting[:1]
        for job in ready:
            number = max((place[n] + 1 for n in needs[job] if n in place), default=0)
            while number < len(layers) and len(layers[number]) >= most:
                number += 1
            layers += [[] for _ in range(number + 1 - len(layers))]
            layers[number].append(job)
            place[job] = number
        waiting = [job for job in waiting if job not in place]
    return layers


def _bent(
    layers: list[list[str]], needs: Mapping[str, Sequence[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """The layers with a bend wherever an edge passes, and each edge as what it passes."""
    place = {job: number for number, layer in enumerate(layers) for job in layer}
    paths = []
    for job, found in needs.items():
        for need in found:
            path = [need]
            for number in range(place[need] + 1, place[job]):
                bend = f"\0{need}\0{job}\0{number}"
                layers[number].append(bend)
                path.append(bend)
            paths.append([*path, job])
    return layers, paths


def _order(layers: list[list[str]], edges: Sequence[Edge]) -> None:
    """Order each layer by the mean place of its neighbours, down and up a few times."""
    beside: dict[str, list[str]] = defaultdict(list)
    for one, other in edges:
        beside[one].append(other)
        beside[other].append(one)
    for sweep in range(6):
        numbers = range(1, len(layers)) if sweep % 2 == 0 else range(len(layers) - 2, -1, -1)
        for number in numbers:
            near = layers[number - 1 if sweep % 2 == 0 else number + 1]
            at = {name: (index + 0.5) / len(near) for index, name in enumerate(near)}
            own = {n: (i + 0.5) / len(layers[number]) for i, n in enumerate(layers[number])}

            def mean(
                name: str, at: Mapping[str, float] = at, own: Mapping[str, float] = own
            ) -> float:
                found = [at[n] for n in beside[name] if n in at]
                return sum(found) / len(found) if found else own[name]

            layers[number].sort(key=mean)


_BEND = 14


def _drawn(layers: list[list[str]], paths: list[list[str]], jobs: set[str], size: Size) -> Placed:
    """Coordinates: `along` counts layers, `beside` what stands in one."""
    thick, broad = (size.height, size.width) if size.across else (size.width, size.height)
    widths = [
        sum(thick if name in jobs else _BEND for name in layer) + size.between * (len(layer) - 1)
        for layer in layers
    ]
    whole = max(widths, default=0)
    middle: dict[str, tuple[float, float]] = {}
    for number, layer in enumerate(layers):
        beside = (whole - widths[number]) / 2
        along = number * (broad + size.layers) + broad / 2
        for name in layer:
            own = thick if name in jobs else _BEND
            middle[name] = (along, beside + own / 2)
            beside += own + size.between
    edges = [_line(path, middle, jobs, broad) for path in paths]
    turn = (lambda p: p) if size.across else (lambda p: (p[1], p[0]))
    long = len(layers) * broad + max(0, len(layers) - 1) * size.layers
    corners = {}
    for name in jobs & middle.keys():
        x, y = turn(middle[name])
        corners[name] = (x - size.width / 2, y - size.height / 2)
    width, height = turn((long, whole))
    return Placed(corners, tuple(tuple(map(turn, edge)) for edge in edges), width, height)


def _line(
    path: Sequence[str], middle: Mapping[str, tuple[float, float]], jobs: set[str], broad: int
) -> list[tuple[float, float]]:
    """From the far side of one job to the near side of another; straight through each bend."""
    points = []
    for name in path:
        along, beside = middle[name]
        points += [(along - broad / 2, beside), (along + broad / 2, beside)]
    return points[1:-1]
