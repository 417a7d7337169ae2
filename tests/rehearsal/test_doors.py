"""An action is the same by each of its doors: the root's, its folder's, and its short path."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from rehearsal.github import GitHub
from rehearsal.played import Played
from rehearsal.rehearse import prepared
from rehearsal.run import Setup, play_run
from rehearsal.show import Silent
from rehearsal.stories import RELEASE, World
from rehearsal.workflow import read_action

LIBRARY = "org/release-actions"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
DOORS = {
    "root": LIBRARY,
    "folder": f"{LIBRARY}/actions/require-ci-green",
    "short": f"{LIBRARY}/require-ci-green",
}


def _step(door: str, workflow: str) -> str:
    inputs = {"workflows": workflow}
    if door == "root":
        inputs = {"action": "require-ci-green", "inputs": json.dumps(inputs)}
    return f"""
      - id: {door}-{workflow.partition(".")[0]}
        continue-on-error: true
        uses: {DOORS[door]}@{COMMIT}
        with: {json.dumps(inputs)}
"""


WORKFLOW = f"""
name: Release
on: {{ push: {{ tags: ["v*"] }} }}
permissions: {{ contents: read, actions: read }}
jobs:
  doors:
    runs-on: ubuntu-latest
    steps:
{"".join(_step(door, workflow) for door in DOORS for workflow in ("test.yml", "lint.yml"))}
"""


@pytest.fixture(scope="module")
def setup() -> Iterator[Setup]:
    with prepared(Silent()) as made:
        yield made


@pytest.fixture(scope="module")
def played(setup: Setup) -> tuple[Played, str]:
    """What became of one commit at every door: test.yml is green for it, lint.yml is red."""
    folder = setup.scratch.folder("doors")
    with GitHub(folder / "github") as github:
        world = World(github, folder, setup.library)
        world.begin("app")
        world.consumer.write({RELEASE: WORKFLOW})
        world.commit("Release 1.2.0", lint="failure")
        run = world.tag()
        return play_run(run, world, setup), run.commit


def _declared(setup: Setup, door: str) -> set[str]:
    action = read_action(setup.library / DOORS[door].removeprefix(LIBRARY).lstrip("/"))
    assert action is not None
    return set(action.outputs)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("workflow", "exit_code", "outcome"), [("test", 0, "ok"), ("lint", 10, "failed")]
)
def test_each_door_gives_the_same_exit_code_and_outputs(
    setup: Setup, played: tuple[Played, str], door: str, workflow: str, exit_code: int, outcome: str
) -> None:
    went, commit = played
    step = went.job("doors").step(f"{door}-{workflow}")
    assert (step.exit_code, step.outcome == "success") == (exit_code, exit_code == 0), step.lines
    assert step.outputs.keys() == _declared(setup, door)

    told = json.loads(step.outputs["outputs"]) if door == "root" else step.outputs
    assert told.keys() == _declared(setup, "folder")
    assert told["outcome"] == step.outputs["outcome"] == outcome
    assert told["commit"] == commit
    assert list(json.loads(told["runs"])) == [f"{workflow}.yml"]
