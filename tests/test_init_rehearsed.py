"""What init writes releases, played whole: real git, real act, twine, a loopback PyPI."""

from __future__ import annotations

from rehearsal import library
from rehearsal.errors import RehearsalError
from rehearsal.github import Run
from rehearsal.rehearse import perform, prepared
from rehearsal.show import Silent
from rehearsal.stories import Journey, Story, World
from release_actions.init import command

WORKFLOW = ".github/workflows/pypi.yml"


def begin(world: World) -> None:
    """Somebody with a Python project and CI, and nothing else, runs init and commits."""
    world.variables["PYPI_INDEX"] = world.pypi.simple_url
    pin = library.pin(world.library)
    world.consumer.copy("dist", pin)
    owner = library.NAME.partition("/")[0]
    folder = str(world.consumer.folder)
    assert command.run(["--repository", folder, "--owner", owner, "--pin", pin], {}) == 0
    world.commit("Release 1.2.0")


def tagged(world: World) -> Run:
    world.consumer.tag("v1.2.0")
    runs = [run for run in world.repository.runs if run.path == WORKFLOW]
    if not runs:
        raise RehearsalError(f"{WORKFLOW} did not start")
    return runs[-1]


def test_a_project_is_released_by_what_init_wrote() -> None:
    story = Story("released", "By what init wrote.", tagged, "released")
    journey = Journey("init", begin, (story,), services=("pypi", "sigstore"))
    with prepared(Silent()) as setup:
        (ended,) = perform(journey, setup, Silent())

    assert (ended.ending, ended.rules) == ("released", ())
    assert {job.id: job.conclusion for job in ended.played.jobs} == dict.fromkeys(
        ("gate", "build", "attest", "publish"), "success"
    )
