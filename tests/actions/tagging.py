"""A repository on a loopback GitHub and a clone of it: the real clients, nothing of ours faked."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rehearsal.github import GitHub, Repository
from release_actions.action import Action
from release_actions.clients.clock import Clock
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.world import World


@dataclass
class Scene:
    """What is there, and how an action is run on it."""

    github: GitHub
    repository: Repository
    workspace: Path
    clock: Clock

    def git(self, *arguments: str, stdin: str = "", **more: str) -> str:
        """git in the clone, as a person with a name and no other configuration."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.workspace.parent),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_COUNT": "0",
        }
        who = ("-c", "user.name=Mona", "-c", "user.email=mona@example.com")
        done = subprocess.run(
            ["git", "-C", str(self.workspace), *who, *arguments],
            env=environment | more,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    @property
    def address(self) -> str:
        token = self.github.token()
        server = self.github.server_url.replace("http://", f"http://x-access-token:{token}@")
        return f"{server}/{self.repository.full_name}.git"

    def clone(self, *how: str) -> None:
        """A fresh clone, as a checkout leaves it: no token stays in it."""
        address = f"{self.github.server_url}/{self.repository.full_name}.git"
        self.workspace.mkdir(exist_ok=True)
        self.git("clone", "--quiet", *how, address, ".")

    def push(self, *refs: str) -> None:
        self.git("push", "--quiet", "--force", self.address, *refs)

    def world(self, **environ: str) -> World:
        served = {
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_SERVER_URL": self.github.server_url,
            "GITHUB_WORKSPACE": str(self.workspace),
        }
        return World(self.github.token(), served | environ, self.clock)

    def run(
        self, action: Action[Any, Any], inputs: Mapping[str, Any], *, dry_run: bool = False
    ) -> Ended:
        """One run, its inputs through the same door as a caller's."""
        common = {"repository": self.repository.full_name}
        problems = Problems()
        given = {name: Given(value, "with") for name, value in (common | dict(inputs)).items()}
        parsed = parse(action.inputs, given, problems)
        problems.end()
        return Loop(action, parsed, self.world(), lambda line: None).run(dry_run=dry_run, wait=0)


def bad(ended: Ended) -> list[str]:
    """The rules that were not kept, the worst first."""
    assert ended.verdict is not None, ended.error
    return [finding.rule for finding in ended.verdict.bad]


def told(ended: Ended) -> str:
    """All that the findings say."""
    assert ended.verdict is not None, ended.error
    return "\n".join(f"{f.subject}: {f.detail} {f.fix}" for f in ended.verdict.findings)
