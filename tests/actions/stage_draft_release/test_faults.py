"""Whatever goes wrong on the way: no yes but for the whole draft, and a second run mends it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from rehearsal.faults import Fault
from release_actions import house
from tests.actions.releasing import FILES, TAG, Make, Scene, end_state
from tests.actions.releasing_faults import ERRORS, GENERAL, LIES, LISTS, OK, UPLOADS, Course
from tests.actions.require_ci_green.survivable import Kind
from tests.hanging import HANG

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

MUTATING = ("create-release", "update-release", "upload-asset")
#: Effects are asked for once, but an upload until it is there.
SURVIVED = [kind for kind in (*GENERAL, *LISTS) if kind.once == "yes"]
FINAL = [kind for kind in GENERAL if kind.once != "yes"]


def staging(scene: Scene) -> Course:
    return Course.run(scene, scene.repository.releases.clear, lambda: scene.stage(body="Notes"))


def mending(scene: Scene) -> Course:
    """From a draft with other bytes and text, and a spare one of our own."""

    def begin() -> None:
        scene.repository.releases.clear()
        scene.draft(FILES | {"app.whl": b"other"}, name="Other")
        scene.draft({}, name=f"{TAG} (being staged by run 7)")

    scene.environ["GITHUB_RUN_ID"] = "7"
    return Course.run(scene, begin, lambda: scene.stage(body="Notes"))


@pytest.fixture(scope="module")
def mended(make: Make) -> Course:
    return mending(make())


@pytest.fixture(scope="module")
def course(make: Make) -> Course:
    """From nothing to the whole draft."""
    return staging(make())


def test_the_course_asks_all_that_a_stager_asks(course: Course) -> None:
    asked = {request.route for request in course.requests}
    assert asked == {*MUTATING, "contents", "releases", "ref", "tag-object", "release", "assets"}
    assert sum(request.mutating for request in course.requests) == 5


@pytest.mark.parametrize("kind", SURVIVED, ids=lambda kind: kind.id)
def test_each_read_struck_once_is_survived(course: Course, kind: Kind) -> None:
    """All in one play; but one by one where uploads go side by side and look at the draft.

    Else the second try of one would be struck by what is meant for another.
    """
    reads = list(course.each(kind, mutating=False))
    beside = [read for read in reads if read.route == "release" and read.call > 1]
    # A list that is not whole is asked for again with its count: one by one, too.
    beside += [read for read in reads if kind in LISTS]
    alone = [read for read in reads if read not in beside]
    plays = [*([alone] if alone else []), *([read] for read in beside)]
    for play in plays:
        faults = course.once_each(kind, play)
        played = course.struck(*faults)
        assert played.exit == OK, f"{faults}: {played.log}"
        course.honest(played, f"{faults}")


@pytest.mark.parametrize("kind", [*GENERAL, *UPLOADS], ids=lambda kind: kind.id)
def test_each_change_struck_once_ends_honestly(course: Course, kind: Kind) -> None:
    """And an upload is survived, if it can be."""
    for request in course.each(kind, mutating=True):
        what = f"{kind.id} at {request}"
        played = course.struck(kind.strike(request.route, request.call))
        if request.route == "upload-asset" and kind.once == "yes":
            assert played.exit == OK, f"{what}: {played.log}"
        course.honest(played, what)


def test_the_mending_course_removes_what_is_not_wanted(mended: Course, course: Course) -> None:
    changes = [request.route for request in mended.requests if request.mutating]
    assert changes[0] == "delete-release"
    assert set(changes[1:]) == {"update-release", "delete-asset", "upload-asset"}
    ends = [[asset[:4] for asset in c.end["releases"][0]["assets"]] for c in (mended, course)]
    assert ends[0] == ends[1]


@pytest.mark.parametrize("kind", [*GENERAL, *UPLOADS], ids=lambda kind: kind.id)
def test_each_change_of_a_mending_struck_once_ends_honestly(mended: Course, kind: Kind) -> None:
    for request in mended.each(kind, mutating=True):
        what = f"{kind.id} at {request}"
        mended.honest(mended.struck(kind.strike(request.route, request.call)), what)


@pytest.mark.parametrize("status", [401, 500])
@pytest.mark.parametrize("route", ["delete-release", "delete-asset", "upload-asset"])
def test_a_change_that_was_not_answered_is_no_refusal(
    mended: Course, route: str, status: int
) -> None:
    """Exit 1, not 10: nobody said that it is wrong."""
    played = mended.struck(Fault(route=route, kind="status", status=status))
    assert played.exit == 1, played.log
    assert "not known: " in played.log


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 5))
def test_a_mending_that_is_stopped_goes_on_where_it_was(
    make: Make, mended: Course, number: int, when: str
) -> None:
    scene = make()
    course = mending(scene)
    course.begin()
    words = ("--manifest", "manifest.json", "--body", "Notes")
    stop(scene, number, when, "stage-draft-release", *words)
    played = scene.stage(body="Notes")
    assert played.exit == OK, played.log
    assert end_state(scene) == course.end
    assert course.end["releases"][0]["assets"] == mended.end["releases"][0]["assets"]


@pytest.mark.parametrize("kind", FINAL, ids=lambda kind: kind.id)
def test_a_final_answer_to_any_read_ends_honestly(course: Course, kind: Kind) -> None:
    for request in course.each(kind, mutating=False):
        what = f"{kind.id} at {request}"
        course.honest(course.struck(kind.strike(request.route, request.call)), what)


@pytest.mark.parametrize("kind", [*LIES, *ERRORS, *UPLOADS], ids=lambda kind: kind.id)
def test_a_fault_that_stays_never_gives_a_yes_that_is_none(course: Course, kind: Kind) -> None:
    """From its first call on, each route in turn."""
    for route in dict.fromkeys(request.route for request in course.each(kind)):
        played = course.struck(kind.strike(route, 1, always=True))
        course.honest(played, f"{kind.id} at {route}, each time", again=False)


@pytest.mark.parametrize("reads", [1, 3, 9])
def test_reads_that_lag_behind_each_change_are_waited_for(course: Course, reads: int) -> None:
    """What was made and is not seen yet is not made twice: one draft, each file once."""
    played = course.struck(Fault(kind="lag", reads=reads))
    course.honest(played, f"lag {reads}")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 6))
def test_stopped_at_any_change_a_second_run_ends_as_an_undisturbed_one(
    make: Make, course: Course, number: int, when: str
) -> None:
    """The process is really killed, at each mutating call, before and after it is carried out."""
    scene = make()
    words = ("--manifest", "manifest.json", "--body", "Notes")
    stop(scene, number, when, "stage-draft-release", *words)
    played = scene.stage(body="Notes")
    assert played.exit == OK, played.log
    expected = course.end["releases"]
    found = end_state(scene)["releases"]
    assert [release | {"target": ""} for release in found] == [
        release | {"target": ""} for release in expected
    ]
    assert found[0]["target"] == scene.commit


def stop(scene: Scene, number: int, when: str, *words: str) -> None:
    """Run the program as users do, and kill it at its Nth change."""
    process: list[subprocess.Popen[bytes]] = []
    killed: list[int] = []

    def kill() -> None:
        os.kill(process[0].pid, signal.SIGKILL)
        killed.append(process[0].wait())

    scene.github.faults.add(Fault(kind="stop-at", call=number, when=when, callback=kill))  # type: ignore[arg-type]
    command = [sys.executable, "-m", "release_actions", *words, "--tag", TAG]
    command += ["--repository", scene.repository.full_name, "--commit", scene.commit]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(house.root() / "src"),
        "GITHUB_API_URL": scene.github.api_url,
        "GH_TOKEN": scene.token,
    } | scene.environ
    pipe = subprocess.DEVNULL
    process.append(
        subprocess.Popen(command, env=environ, cwd=scene.workspace, stdout=pipe, stderr=pipe)
    )
    process[0].wait(HANG)
    scene.github.faults.clear()
    assert killed == [-signal.SIGKILL]
