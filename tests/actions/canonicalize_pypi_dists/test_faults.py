"""Every request and every fault: no yes that the world's true state does not justify, yes where
the fault is survivable, and a run after it clears ends as an undisturbed one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rehearsal.faults import Fault
from release_actions.errors import Exit
from tests.actions.canonicalize_pypi_dists.scene import Scene, outputs, told
from tests.actions.require_ci_green.survivable import KINDS, Kind
from tests.registries.dists import wheel

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

#: What can strike every request. That a 403 means "too often" is GitHub's own way.
GITHUBS = ("primary rate limit", "secondary rate limit, 403")
GENERAL = tuple(kind for kind in KINDS if not kind.routes and kind.id not in GITHUBS)
FILES = Kind("wrong bytes", {"kind": "wrong-bytes"}, "yes", "no", "", ("files",))
LAG = Kind("lag", {"kind": "lag"}, "yes", "no", "", ("version-json", "project-json", "simple"))
ALL = (*GENERAL, FILES, LAG)


@dataclass(frozen=True)
class Course:
    """A true state of the index, what is asked in it, and the source that an honest yes tells."""

    id: str
    begin: Callable[[Scene], object]
    inputs: dict[str, Any]
    source: str


def _new(scene: Scene) -> None:
    scene.publish(wheel(scene.workspace / "old", version="1.1.0"), version="1.1.0")


def _published(scene: Scene) -> None:
    _new(scene)
    scene.publish(*sorted(scene.dist.iterdir()))


def _recovered(scene: Scene) -> None:
    """Published from another build: a wrong yes would give other bytes."""
    built = {path: path.read_bytes() for path in scene.dist.iterdir()}
    _new(scene)
    scene.publish(*sorted(scene.build("published")))
    for path, content in built.items():
        path.write_bytes(content)


def _partly(scene: Scene) -> None:
    _new(scene)
    scene.publish(*sorted(scene.dist.iterdir())[:2])


def _served(scene: Scene) -> None:
    _published(scene)
    shutil.copytree(scene.dist, scene.canonical)


COURSES = (
    Course("first", lambda scene: None, {}, "build"),
    Course("new", _new, {}, "build"),
    Course("recovered", _recovered, {}, "index"),
    Course("partly", _partly, {"partial": "complete"}, "mixed"),
    Course("served", _served, {"mode": "served"}, "index"),
)


def begin(scene: Scene, course: Course) -> None:
    """The course's world from its beginning."""
    for path in scene.workspace.iterdir():
        shutil.rmtree(path)
    scene.pypi.projects.clear()
    scene.build()
    course.begin(scene)


def play(scene: Scene, course: Course) -> tuple[Exit, str, dict[str, str] | None, str]:
    ended = scene.run(**course.inputs)
    said = told(ended) if ended.verdict else str(ended.error)
    source = outputs(ended).source if ended.verdict and ended.exit is Exit.OK else ""
    return ended.exit, source, scene.end(), said


def strikes(scene: Scene, course: Course) -> list[tuple[str, int]]:
    """Every request of an undisturbed run: its route, and which call of that route it was."""
    before = len(scene.pypi.requests)
    assert play(scene, course)[0] is Exit.OK
    calls: dict[str, int] = {}
    found = []
    for record in scene.pypi.requests[before:]:
        calls[record.route] = calls.get(record.route, 0) + 1
        found.append((record.route, calls[record.route]))
    return found


@pytest.mark.parametrize("always", [False, True], ids=["once", "each time"])
@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.id)
@pytest.mark.parametrize("course", COURSES, ids=lambda course: course.id)
def test_every_request_may_go_wrong(scene: Scene, course: Course, kind: Kind, always: bool) -> None:
    begin(scene, course)
    requests = strikes(scene, course)
    whole = scene.end()
    assert whole
    struck = 0
    for route, call in requests:
        if not kind.on(route) or (always and call > 1):
            continue
        begin(scene, course)
        scene.pypi.faults.add(kind.strike(route, call, always=always))
        fired = len(scene.pypi.faults.fired)
        code, source, end, said = play(scene, course)
        scene.pypi.faults.clear()
        struck += len(scene.pypi.faults.fired) > fired
        what = f"{route} {call}: {said}"
        assert code in (Exit.OK, Exit.ERROR, Exit.FAILED, Exit.MISSING), what
        if code is Exit.OK:
            assert (source, end) == (course.source, whole), what
        elif course.inputs.get("mode") != "served":
            assert end is None, what
        if not always and kind.once == "yes" and kind is not LAG:
            assert code is Exit.OK, what
        if code is not Exit.OK:
            assert play(scene, course)[:3] == (Exit.OK, course.source, whole), what
    assert struck or kind in (FILES, LAG)


def test_a_run_that_is_killed_while_it_writes_leaves_no_canonical_folder(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder gets its name when it is whole."""
    built = scene.build()
    renamed = Path.rename
    seen: list[Any] = []

    def _killed(self: Path, target: Path) -> Path:
        seen.append(sorted(path.name for path in self.iterdir()))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "rename", _killed)
    ended = scene.run()
    assert ended.exit is Exit.ERROR
    assert seen == [sorted(file.name for file in built)]
    assert list(scene.workspace.iterdir()) == [scene.dist]
    monkeypatch.setattr(Path, "rename", renamed)
    assert scene.run().exit is Exit.OK


def test_a_folder_that_somebody_fills_meanwhile_is_not_touched(scene: Scene) -> None:
    scene.build()

    def fill() -> None:
        scene.canonical.mkdir()
        (scene.canonical / "mine").write_text("x")

    scene.pypi.faults.add(Fault(kind="meanwhile", route="index", callback=fill))
    ended = scene.run()
    assert ended.exit is Exit.ERROR
    assert [path.name for path in scene.canonical.iterdir()] == ["mine"]
    assert sorted(path.name for path in scene.workspace.iterdir()) == ["canonical", "dist"]
