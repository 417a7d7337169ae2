"""The small systems that faults strike: our actions as the templates use them, with short waits."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rehearsal import library
from rehearsal.errors import RehearsalError
from rehearsal.github import Run
from rehearsal.registering import use_crates
from rehearsal.services import Name
from rehearsal.stories import WORKFLOWS, World

_OWN = Path(__file__).resolve().parent / "workflows"
TAGGING = f"{WORKFLOWS}/tag.yml"
MARKER = "[automatically-tag-and-release-this-commit]"


@dataclass(frozen=True)
class System:
    """A workflow in a repository of its own, up to the run that is struck."""

    name: str
    title: str
    begin: Callable[[World], None]
    start: Callable[[World], Run]
    services: tuple[Name, ...] = ()


def _sample(world: World, sample: str, **workflows: str) -> None:
    """A sample, with workflows of ours under these names."""
    world.begin(sample)
    folder = world.consumer.folder / WORKFLOWS
    for name, own in workflows.items():
        shutil.copyfile(_OWN / f"{own}.yml", folder / f"{name}.yml")
    world.consumer.fill(library.pin(world.library))
    world.commit("Release 1.2.0")


def _tag(world: World) -> Run:
    return world.tag()


def _gate(world: World) -> None:
    _sample(world, "app", release="gate")


def _draft(world: World) -> None:
    _sample(world, "app", release="draft")


def _sign(world: World) -> None:
    _sample(world, "app", release="sign")


def _crates(world: World) -> None:
    use_crates(world)
    _sample(world, "crates", release="crates")


def _pypi(world: World) -> None:
    world.variables["PYPI_INDEX"] = world.pypi.simple_url
    _sample(world, "dist", release="pypi")


def _tagging(world: World) -> None:
    _sample(world, "app", tag="tag", release="started")


def _marked(world: World) -> Run:
    world.consumer.commit(f"Release 1.2.0\n\n{MARKER}")
    runs = [run for run in world.repository.runs if run.path == TAGGING]
    if not runs:
        raise RehearsalError(f"The marked commit was pushed, and {TAGGING} did not start")
    return runs[-1]


SYSTEMS = {
    system.name: system
    for system in (
        System("gate", "guard-release-tag and require-ci-green", _gate, _tag),
        System("draft", "stage-draft-release and publish-draft-release", _draft, _tag),
        System("sign", "signed, kept by GitHub, verified", _sign, _tag, ("sigstore",)),
        System("crates", "two crates of one workspace", _crates, _tag, ("crates", "sigstore")),
        System("pypi", "a wheel and an sdist", _pypi, _tag, ("pypi", "sigstore")),
        System("tag", "push-tag-on-marker", _tagging, _marked),
    )
}
