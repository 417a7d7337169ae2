"""A loopback world for one scenario: a repository of its own, set up by steps that are data."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rehearsal.github import GitHub, Job, Repository, Run

FOLDER = ".github/workflows/"
ON_PUSH = "on: push\njobs: {}\n"


@dataclass
class Scene:
    """What a scenario is played in. `names` are what `{name}` stands for in its inputs."""

    github: GitHub
    repository: Repository
    names: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    permissions: dict[str, str] = field(
        default_factory=lambda: {"actions": "read", "contents": "read"}
    )
    token: str = ""
    clone: bool = True

    @property
    def last(self) -> Run:
        return list(self.runs.values())[-1]


Step = Callable[[Scene], None]


def ran(workflow: str = "ci.yml", *, of: str = "commit", keep: str = "", **more: Any) -> Step:
    """Let a workflow have run for a commit: a green push to main, unless told."""

    def step(scene: Scene) -> None:
        run = scene.repository.add_run(workflow=workflow, commit=scene.names[of], **more)
        scene.runs[keep or str(run.id)] = run

    return step


def again(keep: str = "", **more: Any) -> Step:
    """Run the last run, or the one kept by this name, again."""
    return lambda scene: void(
        scene.repository.rerun(scene.runs[keep] if keep else scene.last, **more)
    )


def commits(
    files: Mapping[str, str | None], *, keep: str = "next", of: str = "", **more: Any
) -> Step:
    """Commit to a branch, main unless told; with `of` the branch starts anew from there."""

    def step(scene: Scene) -> None:
        parent = scene.names[of] if of else None
        scene.names[keep] = scene.repository.commit(files, parent=parent, **more)

    return step


def moves_on(keep: str = "next") -> Step:
    """Main gets another commit."""
    return commits({"later.txt": keep}, keep=keep, message="Later")


def tags(name: str, *, of: str = "commit", keep: str = "tag", message: str | None = None) -> Step:
    """Set a tag, annotated if there is a message."""

    def step(scene: Scene) -> None:
        scene.names[keep] = scene.repository.tag(name, scene.names[of], message=message)

    return step


def releases(tag: str, *, target: str = "commit", **more: Any) -> Step:
    """Make a release, or a draft."""
    return lambda scene: void(
        scene.repository.add_release(tag, target=scene.names.get(target, target), **more)
    )


def stands(workflow: str, state: Any) -> Step:
    """Disable a workflow."""
    return lambda scene: void(scene.repository.set_workflow(workflow, state=state))


def granted(**permissions: str) -> Step:
    """Give the token exactly these permissions."""

    def step(scene: Scene) -> None:
        scene.permissions = permissions

    return step


def surrounded(**environ: str) -> Step:
    """Set variables of the environment."""
    return lambda scene: scene.environ.update(
        {name: value.format_map(scene.names) for name, value in environ.items()}
    )


def without_clone(scene: Scene) -> None:
    """Nothing is checked out, so that the config comes from the API."""
    scene.clone = False


def private(scene: Scene) -> None:
    """Make the repository private."""
    scene.repository.state.private = True


def on_a_runner(workflow: str = "release.yml", *, of: str = "commit", **more: Any) -> Step:
    """The gate runs in a run of its own, in progress on the tag, unless told."""

    def step(scene: Scene) -> None:
        fields = {"branch": "v1.0.0", "status": "in_progress", "conclusion": None} | more
        ran(workflow, of=of, keep="own", **fields)(scene)
        name = scene.repository.full_name
        scene.environ |= {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": name,
            "GITHUB_SHA": scene.names[of],
            "GITHUB_RUN_ID": str(scene.runs["own"].id),
            "GITHUB_RUN_ATTEMPT": str(scene.runs["own"].attempt),
            "GITHUB_WORKFLOW_REF": f"{name}/{FOLDER}{workflow}@refs/tags/v1.0.0",
        }

    return step


def many(count: int) -> Step:
    """Green runs of another workflow, so that the list takes pages."""

    def step(scene: Scene) -> None:
        ran("other.yml")(scene)
        for number in range(2, count + 1):
            copy = replace(scene.last, id=scene.github.next_id(), number=number)
            scene.repository.runs.append(copy)

    return step


def void(_: object) -> None:
    """A step gives nothing."""


def jobs(*, name: str = "test", conclusion: str | None = "success", **others: str) -> list[Job]:
    """Jobs of a run: one, and others by name."""
    return [Job(name, conclusion), *(Job(n, c) for n, c in others.items())]


def named(*pairs: tuple[str, str]) -> list[Job]:
    """Jobs whose names are no Python names."""
    return [Job(name, conclusion) for name, conclusion in pairs]


TEMPLATE = "acme/template"


def build(github: GitHub, name: str, steps: tuple[Step, ...]) -> Scene:
    """One repository: main with ci.yml and two commits, then the steps, then a token."""
    repository = _copy(github, name)
    scene = Scene(github, repository)
    scene.names["commit"] = repository.git.refs()["refs/heads/main"]
    scene.names["before"] = repository.git.commit(scene.names["commit"]).parents[0]
    # What is not asked for: another commit's runs are always there.
    ran(of="before", conclusion="failure", keep="of another commit")(scene)
    for step in steps:
        step(scene)
    scene.token = github.token(permissions=scene.permissions, repository=name)
    return scene


def _copy(github: GitHub, name: str) -> Repository:
    """A repository like the template; copied, since git takes its time."""
    template = github.find(TEMPLATE)
    if template is None:
        template = github.repository(TEMPLATE)
        template.commit({"README.md": "# App\n", f"{FOLDER}ci.yml": ON_PUSH}, message="Begin")
        template.commit({"app.py": "1\n"}, message="Work")
    shutil.copytree(template.path, template.path.parents[1] / f"{name}.git")
    return github.repository(name)
