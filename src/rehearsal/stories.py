"""What is rehearsed: the same release four times, of which one may go out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rehearsal.consumer import Consumer
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Repository, Run

REPOSITORY = "acme/app"
TAG = "v1.2.0"
RELEASE = ".github/workflows/release.yml"

Ending = Literal["released", "refused", "could not tell", "broken"]


class World:
    """A GitHub with one repository, and somebody at a keyboard who has cloned it."""

    def __init__(self, github: GitHub, folder: Path) -> None:
        self.github = github
        self.folder = folder
        self.repository: Repository = github.repository(REPOSITORY)
        token = github.token(label="maintainer")
        address = f"{github.server_url}/{REPOSITORY}.git".replace("//", f"//ada:{token}@")
        self.consumer = Consumer(folder / "consumer", address)

    def commit(self, message: str, **conclusions: str) -> str:
        """Push a commit to main; its workflows run, and end as said (`test="failure"`)."""
        commit = self.consumer.commit(message)
        for run in self.repository.runs:
            if run.commit == commit and run.status != "completed":
                name = Path(run.path).stem
                self.repository.conclude(run, conclusions.get(name, "success"))
        return commit

    def tag(self) -> Run:
        """Push the release tag; the run of the release workflow that it starts."""
        self.consumer.tag(TAG)
        runs = [run for run in self.repository.runs if run.path == RELEASE]
        if not runs:
            raise RehearsalError(f"The tag {TAG} was pushed, and {RELEASE} did not start")
        return runs[-1]

    def move_tag(self) -> None:
        """Let the tag name another commit, after its run has started."""
        self.consumer.git("checkout", "--quiet", "-b", "aside")
        self.consumer.write({"src/acme_app/late.py": "# Slipped in.\n"})
        self.consumer.commit("Slip something in")
        self.consumer.tag(TAG)


@dataclass(frozen=True)
class Story:
    """A release, and how it must end."""

    name: str
    title: str
    act: Callable[[World], Run]
    ending: Ending
    rule: str | None = None


def _passes(world: World) -> Run:
    world.commit("Release 1.2.0")
    return world.tag()


def _behind_head(world: World) -> Run:
    world.commit("Release 1.2.0")
    run = world.tag()
    world.commit("Go on with 1.3.0")
    return run


def _red(world: World) -> Run:
    world.commit("Release 1.2.0", test="failure")
    return world.tag()


def _moved_tag(world: World) -> Run:
    world.commit("Release 1.2.0")
    run = world.tag()
    world.move_tag()
    return run


STORIES = (
    Story(
        "passes",
        "A tag at the head of main, with every workflow green, is released.",
        _passes,
        "released",
    ),
    Story(
        "behind-head",
        "Main moved on after the tag: what is tagged is not what main is now.",
        _behind_head,
        "refused",
        "require-ci-green/behind-head",
    ),
    Story(
        "red",
        "The tests failed for the tagged commit.",
        _red,
        "refused",
        "require-ci-green/red",
    ),
    Story(
        "moved-tag",
        "Somebody moved the tag to another commit after the release had started.",
        _moved_tag,
        "refused",
        "guard-release-tag/tag-moved",
    ),
)
