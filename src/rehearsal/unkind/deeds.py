"""What somebody does meanwhile: tags move, runs end, permissions go, steps are ended."""

from __future__ import annotations

import contextlib
import os
import signal
from datetime import timedelta
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.github import Run
from rehearsal.stories import TAG
from rehearsal.unkind.kinds import Deed, Scene

# Git


def move_tag(scene: Scene) -> None:
    """The release tag names another commit from now on."""
    scene.world.move_tag()


def delete_tag(scene: Scene) -> None:
    """The release tag is gone."""
    scene.world.consumer.git("push", "--quiet", "origin", f":refs/tags/{TAG}")


def go_on(scene: Scene) -> None:
    """Somebody pushes to main, and its workflows are green."""
    scene.world.commit("Go on with 1.3.0")


def change_workflows(scene: Scene) -> None:
    """Somebody pushes another workflow file to main."""
    scene.world.consumer.write({".github/workflows/more.yml": "on: workflow_dispatch\njobs: {}\n"})
    scene.world.commit("Change the workflows")


def take_tag(scene: Scene) -> None:
    """Somebody else makes the release tag, on an older commit."""
    git = scene.repository.git
    older = git.commit(scene.run.commit).parents[0]
    scene.repository.tag(TAG, older, message=TAG)


def forbid_tags(scene: Scene) -> None:
    """A ruleset lets nobody make tags."""
    scene.repository.add_ruleset("tags", include=["refs/tags/v*"], rules=["creation"])


# Workflow runs


def _run(scene: Scene, name: str) -> Run:
    """The newest run of a workflow for the released commit."""
    found = [
        run
        for run in scene.repository.runs
        if run.path.endswith(f"/{name}.yml") and run.commit == scene.run.commit
    ]
    return found[-1]


def conclude(name: str, conclusion: str) -> Deed:
    """The run of a workflow ended so."""
    return lambda scene: scene.repository.conclude(_run(scene, name), conclusion)


def rerun(name: str, conclusion: str) -> Deed:
    """The run of a workflow was run again, and ended so."""
    return lambda scene: scene.repository.rerun(_run(scene, name), conclusion=conclusion)


def unstart(name: str) -> Deed:
    """The workflow never ran for this commit."""
    return lambda scene: scene.repository.runs.remove(_run(scene, name))


def unfinish(name: str) -> Deed:
    """The run of a workflow is not over."""
    return lambda scene: scene.repository.rerun(
        _run(scene, name), status="in_progress", conclusion=None
    )


def add_older_red(scene: Scene) -> None:
    """There is an older run of the tests for this commit, and it failed."""
    newest = _run(scene, "test")
    number, newest.number = newest.number, newest.number + 1
    before = newest.created_at - timedelta(hours=1)
    scene.repository.add_run(
        workflow="test.yml",
        commit=scene.run.commit,
        conclusion="failure",
        number=number,
        created_at=before,
        updated_at=before,
    )


def add_foreign_red(scene: Scene) -> None:
    """The tests failed for another commit, a minute ago."""
    parent = scene.repository.git.commit(scene.run.commit).parents
    scene.repository.add_run(
        workflow="test.yml", commit=parent[0] if parent else "0" * 40, conclusion="failure"
    )


def start_again(scene: Scene) -> None:
    """A second run of the same workflow for the same tag goes from its start to its end."""
    run, repository = scene.run, scene.repository
    second = repository.add_run(
        workflow=run.path,
        commit=run.commit,
        branch=run.branch,
        event=run.event,
        status="queued",
        ref=run.ref,
        before=run.before,
    )
    played = scene.play(second)
    if not played.ok:
        raise RehearsalError("the second run did not end well")


# Tokens


def without(permission: str, level: str = "none") -> Deed:
    """Every job has this permission no more, as if its workflow had never declared it."""

    def deed(scene: Scene) -> None:
        declared = scene.world.github.jobs.declared
        for key, granted in list(declared.items()):
            declared[key] = {**granted, permission: level}

    return deed


# Processes


def end_step(number: signal.Signals) -> Deed:
    """The step that is calling is sent a signal, as a runner does to cancel it."""

    def deed(scene: Scene) -> None:
        ours = [pid for pid in _processes() if _plays(pid, str(scene.run.id))]
        if not ours:
            raise RehearsalError("no process of a step was found")
        for pid in ours:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    return deed


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _plays(pid: int, run_id: str) -> bool:
    """Whether this is one of our actions, in this run."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"release_actions" in command and f"GITHUB_RUN_ID={run_id}".encode() in environment
