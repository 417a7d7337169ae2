"""smoke.yml, whole: each action passes once and refuses once, through the doors that users take."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from rehearsal import own_release
from rehearsal.github import Run
from rehearsal.registering import use_crates
from rehearsal.rehearse import perform, prepared
from rehearsal.show import Silent
from rehearsal.stories import WORKFLOWS, Journey, Story, World
from release_actions import house

SMOKE = f"{WORKFLOWS}/smoke.yml"
MARKED = "Go on\n\n[automatically-tag-and-release-this-commit]"


def _begin(world: World) -> None:
    """A sandbox: what cannot be taken back is made for real, too."""
    use_crates(world)
    world.variables |= {"PYPI_INDEX": world.pypi.simple_url, "SMOKE_SANDBOX": "true"}
    world.secrets["SMOKE_CRATES_TOKEN"] = world.crates.token()
    world.pypi.add("pip", "24.0", "pip-24.0-py3-none-any.whl", b"somebody else's")
    world.repository.add_label("release-blocker")
    world.timeout = 3600
    own_release.lay_out(world.consumer.folder)
    world.consumer.commit("Begin")


def _pushed(world: World) -> Run:
    """A marked commit comes to main; its CI is green."""
    commit = world.consumer.commit(MARKED)
    runs = {run.path: run for run in world.repository.runs if run.commit == commit}
    world.repository.conclude(runs[f"{WORKFLOWS}/ci.yml"], "success")
    return runs[SMOKE]


def _left(world: World) -> Sequence[tuple[str, ...]]:
    """What it leaves behind."""
    git, crates = world.repository.git, world.crates.crates.values()
    rows = [("branch", "", name) for name in git.branches()]
    rows += [("tag", "", name) for name in git.tags()]
    rows += [("release", "", release.tag) for release in world.repository.releases]
    rows += [("crate", "", f"{v.name} {v.number}") for crate in crates for v in crate.versions]
    return [("what", "", "name"), *rows]


def test_each_action_passes_once_and_refuses_once_and_every_outcome_is_held() -> None:
    """All of smoke.yml in one run: each job ends well, whose last step held each outcome."""
    journey = Journey(
        "smoke",
        _begin,
        (Story("smoke", "Every action, through its doors.", _pushed, "done", last=""),),
        _left,
        ("branch main", f"tag v{own_release.version()}", "crate release-actions-smoke 1.0.0"),
        services=("crates", "pypi"),
    )
    with prepared(Silent()) as setup:
        (ended,) = perform(journey, setup, Silent())

    jobs = {job.id: job for job in ended.played.jobs}
    told = [
        f"{job.id}, {step.name}: {' '.join(step.lines[-9:])}"
        for job in ended.played.jobs
        for step in job.steps
        if step.conclusion != "success"
    ]
    assert told == []
    assert ended.ok
    written = yaml.safe_load((house.root() / SMOKE).read_text(encoding="utf-8"))["jobs"]
    assert jobs.keys() == written.keys()
    for name, job in jobs.items():
        refused = [step for step in job.steps if step.id.endswith("-refuses")]
        assert {step.outcome for step in refused} == {"failure"}, name
        assert {step.exit_code for step in refused} <= {2, 10, 11}, name
        assert len(job.steps) == len(written[name]["steps"]), name
