"""Whatever goes wrong on the way: never published but as judged, and a second run mends it."""

from __future__ import annotations

import pytest

from rehearsal.faults import Fault
from tests.actions.releasing import Make, Scene, end_state
from tests.actions.releasing_faults import ERRORS, GENERAL, LIES, LISTS, OK, Course
from tests.actions.require_ci_green.survivable import Kind
from tests.actions.stage_draft_release.test_faults import stop

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

SURVIVED = [kind for kind in (*GENERAL, *LISTS) if kind.once == "yes"]
FINAL = [kind for kind in GENERAL if kind.once != "yes"]


def begin(scene: Scene) -> None:
    """A staged draft, and a release that came before."""
    scene.repository.releases.clear()
    scene.draft()
    scene.repository.add_release("v1.1.0", target=scene.commit)


@pytest.fixture(scope="module")
def course(make: Make) -> Course:
    """From the draft to the release."""
    scene = make()
    return Course.run(scene, lambda: begin(scene), scene.publish)


@pytest.fixture(scope="module")
def wrong(make: Make) -> Scene:
    """A draft with one byte that nobody expects."""
    scene = make()
    scene.draft({"app.whl": b"whee1", "app.tar.gz": b"source" * 50, "app.crate": b"crate"})
    scene.repository.add_release("v1.1.0", target=scene.commit)
    return scene


def test_the_course_changes_one_thing(course: Course) -> None:
    assert [r.route for r in course.requests if r.mutating] == ["update-release"]
    asked = {request.route for request in course.requests}
    reads = {"contents", "release", "ref", "tag-object", "assets", "releases", "latest-release"}
    assert asked == reads | {"update-release"}


@pytest.mark.parametrize("kind", SURVIVED, ids=lambda kind: kind.id)
def test_each_read_struck_once_is_survived(course: Course, kind: Kind) -> None:
    reads = list(course.each(kind, mutating=False))
    # A list that is not whole is asked for again with its count: one by one.
    plays = [[read] for read in reads] if kind in LISTS else [reads]
    for faults in (course.once_each(kind, play) for play in plays):
        played = course.struck(*faults)
        assert played.exit == OK, f"{faults}: {played.log}"
        course.honest(played, f"{faults}")


@pytest.mark.parametrize("kind", GENERAL, ids=lambda kind: kind.id)
def test_the_undraft_struck_ends_honestly(course: Course, kind: Kind) -> None:
    for always in (False, True):
        played = course.struck(kind.strike("update-release", 1, always=always))
        course.honest(played, f"{kind.id}, {always}")


@pytest.mark.parametrize("kind", FINAL, ids=lambda kind: kind.id)
def test_a_final_answer_to_any_read_ends_honestly(course: Course, kind: Kind) -> None:
    for request in course.each(kind, mutating=False):
        what = f"{kind.id} at {request}"
        course.honest(course.struck(kind.strike(request.route, request.call)), what)


@pytest.mark.parametrize("kind", [*LIES, *ERRORS], ids=lambda kind: kind.id)
def test_a_fault_that_stays_never_gives_a_yes_that_is_none(course: Course, kind: Kind) -> None:
    for route in dict.fromkeys(r.route for r in course.each(kind, mutating=False)):
        played = course.struck(kind.strike(route, 1, always=True))
        course.honest(played, f"{kind.id} at {route}, each time", again=False)


@pytest.mark.parametrize("kind", LIES, ids=lambda kind: kind.id)
def test_no_lie_publishes_what_is_not_expected(wrong: Scene, kind: Kind) -> None:
    """Each read in turn, once and each time; nothing is ever changed."""
    before = end_state(wrong)
    routes = ("release", "ref", "tag-object", "assets", "releases", "latest-release")
    for route in (route for route in routes if kind.on(route)):
        for always in (False, True):
            wrong.github.faults.add(kind.strike(route, 1, always=always))
            played = wrong.publish()
            wrong.github.faults.clear()
            assert played.exit not in (OK, 2), f"{kind.id} at {route}: {played.log}"
            assert not any(request.mutating for request in played.requests)
    assert end_state(wrong) == before


@pytest.mark.parametrize("reads", [1, 3, 9])
def test_reads_that_lag_behind_the_undraft_are_waited_for(make: Make, reads: int) -> None:
    scene = make()
    course = Course.run(scene, lambda: begin(scene), scene.publish)
    played = course.struck(Fault(kind="lag", reads=reads))
    assert played.exit == OK, played.log
    course.honest(played, f"lag {reads}")


@pytest.mark.parametrize("when", ["before", "after"])
def test_stopped_at_the_undraft_a_second_run_ends_as_an_undisturbed_one(
    make: Make, course: Course, when: str
) -> None:
    """The process is really killed."""
    scene = make()
    begin(scene)
    first = str(scene.repository.releases[0].id)
    words = ("--release-id", first, "--expected-commit", scene.commit, "--manifest")
    stop(scene, 1, when, "publish-draft-release", *words, "manifest.json")
    assert scene.repository.releases[0].draft is (when == "before")
    played = scene.publish()
    assert played.exit == OK, played.log
    found, expected = end_state(scene)["releases"], course.end["releases"]
    for release, other in zip(found, expected, strict=True):
        assert release | {"target": ""} == other | {"target": ""}
