"""What is rehearsed: journeys of one story or more, and how each story must end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rehearsal import library, moments
from rehearsal.consumer import Consumer
from rehearsal.errors import RehearsalError
from rehearsal.github import GitHub, Repository, Run
from rehearsal.services import Name, Services
from release_actions import house

if TYPE_CHECKING:
    from rehearsal.registries import Crates, PyPI
    from rehearsal.sigstore import Sigstore

REPOSITORY = "acme/app"
TAG = "v1.2.0"
RELEASE = ".github/workflows/release.yml"
WORKFLOWS = ".github/workflows"

#: `stopped` is by a step that is not ours, in the last job.
Ending = Literal["released", "done", "refused", "could not tell", "stopped", "broken"]


class World:
    """A GitHub with one repository, and somebody at a keyboard who has cloned it."""

    def __init__(
        self,
        github: GitHub,
        folder: Path,
        library: Path,
        services: Services | None = None,
        name: str = REPOSITORY,
        branch: str = "main",
    ) -> None:
        self.github = github
        self.name = name
        self.services = services or Services()
        self.folder = folder
        self.library = library
        #: What is the key of an app here: who has it may ask for a token of its installation.
        self.app_key = github.token(label="app key")
        self.secrets = {"GITHUB_TOKEN": github.job_token(name)}
        self.variables: dict[str, str] = {}
        self.environment: dict[str, str] = {}
        #: Folders that play repositories, beside this library; labels that may as well run here;
        #: jobs that are left out; after how many seconds a run is ended.
        self.players: dict[str, Path] = {}
        self.as_linux: tuple[str, ...] = ()
        self.without: tuple[str, ...] = ()
        # What hangs must end; a machine with much else to do must not end it.
        self.timeout = 900.0
        self.repository: Repository = github.repository(name, default_branch=branch)
        token = github.token(label="maintainer")
        address = f"{github.server_url}/{name}.git".replace("//", f"//ada:{token}@")
        self.consumer = Consumer(folder / "consumer", address)

    @property
    def artifacts(self) -> Path:
        """Where the files lie that its runs have kept."""
        return self.folder / "artifacts"

    @property
    def bash_env(self) -> Path:
        """What the bash of each step reads first."""
        return self.folder / "bash-env"

    def snapshot(self, folder: Path) -> Path:
        """Keep this whole world as it is in a new folder, and say which."""
        return moments.snapshot(self, folder)

    def restore(self, folder: Path) -> None:
        """Let this whole world be as it was when it was kept in this folder."""
        moments.restore(self, folder)

    @property
    def pypi(self) -> PyPI:
        """Its PyPI, for a journey that asked for one."""
        assert self.services.pypi is not None
        return self.services.pypi

    @property
    def crates(self) -> Crates:
        """Its crates.io, for a journey that asked for one."""
        assert self.services.crates is not None
        return self.services.crates

    @property
    def sigstore(self) -> Sigstore:
        """Its sigstore and GitHub's issuer, for a journey that asked for them."""
        assert self.services.sigstore is not None
        return self.services.sigstore

    def begin(self, sample: str, *templates: str) -> None:
        """Put a sample into the clone, and our templates beside it, pins filled in."""
        for name in templates:
            place = self.consumer.folder / WORKFLOWS / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(house.root() / "workflows-templates" / name, place)
        self.consumer.copy(sample, library.pin(self.library))

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
    """One run of a workflow, what somebody does to have it started, and how it must end."""

    name: str
    title: str
    act: Callable[[World], Run]
    ending: Ending
    rule: str | None = None
    last: str = "publish"
    """The job that nobody can take back; none: the run is done when all of its jobs are."""


@dataclass(frozen=True)
class Proof:
    """A run that is stopped anywhere and recovered; the stories of `lead` come before it."""

    story: Story
    lead: tuple[Story, ...] = ()


@dataclass(frozen=True)
class Journey:
    """Stories one after the other in one repository; the first that ends otherwise ends it."""

    name: str
    begin: Callable[[World], None]
    stories: tuple[Story, ...]
    shown: Callable[[World], Sequence[tuple[str, ...]]] | None = None
    """What is there at the end, as rows under a head: a ref, its commit, and its versions."""
    end: tuple[str, ...] = ()
    """What must be there at the end: each row without its commit."""
    services: tuple[Name, ...] = ()
    """What its workflows need beside GitHub."""
    proofs: tuple[Proof, ...] = ()
    """Its runs that can be stopped anywhere, in worlds without faults of their own."""
    repository: str = REPOSITORY
    branch: str = "main"
    """Its default branch."""


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


def _begin_app(world: World) -> None:
    world.begin("app")
    world.commit("Begin 1.2.0")


ALONE = tuple(Journey(story.name, _begin_app, (story,)) for story in STORIES)
