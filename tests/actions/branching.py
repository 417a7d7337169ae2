"""A clone of a repository on a loopback GitHub, in which earlier steps have changed something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.github import GitHub
from release_actions.action import Action
from release_actions.clients.clock import Clock
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.verdict import Outcome
from release_actions.world import World
from tests.actions.tagging import Scene

# What the pages of the actions name as least permissions.
WRITES = {"contents": "write"}
WRITES_PULLS = {"contents": "write", "pull_requests": "write"}
READS = {"contents": "read"}


class Still(Clock):
    """Nobody waits; time passes only while somebody would sleep."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


@dataclass
class Workshop(Scene):
    """A scene in which an action is run with a token of few permissions."""

    def start(
        self,
        action: Action[Any, Any],
        inputs: Mapping[str, Any],
        permissions: Mapping[str, str] | None,
        *,
        dry_run: bool = False,
        wait: float = 0,
    ) -> Ended:
        given = {"repository": self.repository.full_name} | {
            name.replace("_", "-").removesuffix("-"): value for name, value in inputs.items()
        }
        problems = Problems()
        raw = {name: Given(value, "with") for name, value in given.items()}
        parsed = parse(action.inputs, raw, problems)
        problems.end()
        home = self.repository.full_name if permissions is not None else None
        token = self.github.token(permissions=permissions, repository=home)
        environ = {
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_SERVER_URL": self.github.server_url,
            "GITHUB_WORKSPACE": str(self.workspace),
        }
        world = World(token, environ, self.clock)
        return Loop(action, parsed, world, lambda line: None).run(dry_run=dry_run, wait=wait)

    def write(self, **files: str | None) -> None:
        """Change files of the work tree; None removes one, `__` stands for a slash."""
        for name, content in files.items():
            path = self.workspace / name.replace("__", "/").replace("_dot_", ".")
            if content is None:
                path.unlink()
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)

    def branches(self) -> dict[str, str]:
        return self.repository.git.branches()

    def refs(self) -> dict[str, str]:
        return self.repository.git.refs()

    def mutating(self) -> list[str]:
        """The routes of all requests so far that change something."""
        return [request.route for request in self.github.requests if request.mutating]


@contextmanager
def workshop(folder: Path) -> Iterator[Workshop]:
    with GitHub(folder / "github") as github:
        repository = github.repository("acme/app")
        files = {"version": "48.0.0-dev\n", "notes": "Unreleased\n"}
        repository.commit(files, message="Begin", at="2026-05-05T08:00:00+00:00")
        yield Workshop(github, repository, folder / "clone", Still())
        assert not github.crashes, github.crashes


def outcome(ended: Ended) -> Outcome:
    assert ended.verdict is not None, ended.error
    return ended.verdict.outcome


def outputs(ended: Ended) -> Any:
    assert ended.error is None, ended.error
    assert ended.verdict is not None
    return ended.verdict.outputs
