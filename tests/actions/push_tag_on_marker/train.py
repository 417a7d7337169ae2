"""A release branch on a loopback GitHub, a clone of it, and the action run on a push to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from rehearsal.github import GitHub, Repository
from release_actions.actions.push_tag_on_marker import action
from release_actions.actions.push_tag_on_marker.asked import Made
from release_actions.formats.marker import DEFAULT
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.world import World
from tests.actions.tagging import Scene, bad
from tests.shelf import StillClock

M = DEFAULT
ZEROS = "0" * 40
BRANCH = "release-48.0.0"
WORKFLOW = ".github/workflows/release.yml"
RELEASE_YML = "on:\n  workflow_dispatch:\njobs: {}\n"
LEAST = {"contents": "write"}
WITH_DISPATCH = {"contents": "write", "actions": "write"}


def cargo(version: str) -> dict[str, str]:
    return {"Cargo.toml": f'[package]\nname = "app"\nversion = "{version}"\n'}


class Quick(StillClock):
    """The time of day, and what was slept; a test may let days pass."""

    def utc(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.time)


@dataclass
class Train:
    """main with one commit, and release-48.0.0 cut from it."""

    github: GitHub
    repository: Repository
    folder: Path
    permissions: Mapping[str, str] | None = None
    how: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    clock: Quick = field(default_factory=Quick)

    @classmethod
    def begin(cls, github: GitHub, name: str, folder: Path) -> Train:
        repository = github.repository(name)
        first = repository.commit(
            cargo("48.0.0-dev") | {WORKFLOW: RELEASE_YML},
            message="Begin",
            at="2026-01-01T00:00:00Z",
        )
        repository.git.create_ref(f"refs/heads/{BRANCH}", first)
        return cls(github, repository, folder, names={"cut": first})

    # What happens on the branch

    def commit(self, message: str = "Work", version: str = "", **more: Any) -> str:
        """A commit on the release branch, with another version if one is given."""
        files = more.pop("files", {}) | (cargo(version) if version else {})
        files = files or {"work": message}
        return self.repository.commit(files, message=message, **{"branch": BRANCH} | more)

    def mark(self, version: str = "48.0.0", **more: Any) -> str:
        """A marked commit that sets the version."""
        return self.commit(f"Release {version}\n\n{M}\n", version, **more)

    @property
    def head(self) -> str:
        return self.repository.git.branches()[BRANCH]

    @property
    def tags(self) -> dict[str, str]:
        """The commit that each tag peels to."""
        git = self.repository.git
        return {name: git.peel(oid) or oid for name, oid in git.tags().items()}

    @property
    def runs(self) -> list[tuple[str, str | None, str]]:
        return [(run.event, run.branch, run.commit) for run in self.repository.runs]

    # The action

    @property
    def scene(self) -> Scene:
        return Scene(self.github, self.repository, self.folder, self.clock)

    def clone(self) -> None:
        if not self.folder.exists():
            self.scene.clone("--branch", BRANCH, "--no-local", *self.how)

    def world(self, token: str = "") -> World:
        name = self.repository.full_name
        made = token or self.github.token(permissions=self.permissions, repository=name)
        served = {
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_SERVER_URL": self.github.server_url,
            "GITHUB_WORKSPACE": str(self.folder),
        }
        return World(made, served, self.clock)

    def run(
        self, before: str = "", *, dry_run: bool = False, wait: float = 120, **inputs: Any
    ) -> Ended:
        """One run on a push of the branch from `before` to where it is now, unless told."""
        self.clone()
        given = {
            "repository": self.repository.full_name,
            "branch": BRANCH,
            "version-source": "Cargo.toml",
            "before": before or self.names["cut"],
            "after": self.repository.git.branches().get(BRANCH, ZEROS),
        } | {name.replace("_", "-"): value for name, value in inputs.items()}
        problems = Problems()
        parsed = parse(action.inputs, {k: Given(v, "with") for k, v in given.items()}, problems)
        problems.end()
        self.said = []
        return Loop(action, parsed, self.world(), self.said.append).run(dry_run=dry_run, wait=wait)


def made(ended: Ended) -> Made:
    """The outputs of a run in which nothing was wrong."""
    assert ended.error is None, ended.error
    assert ended.verdict is not None
    assert [rule for rule in bad(ended) if rule not in advised(ended)] == []
    assert isinstance(ended.verdict.outputs, Made)
    return ended.verdict.outputs


def tags_of(ended: Ended) -> list[tuple[str, str, bool]]:
    """Name, commit and whether it was created, of each tag in the outputs."""
    return [(t["name"], t["commit"], t["created"]) for t in json.loads(made(ended).tags)]


def advised(ended: Ended) -> list[str]:
    """The rules that are told and do not decide."""
    assert ended.verdict is not None, ended.error
    return [f.rule for f in ended.verdict.bad if f.advisory]


def ruled(ended: Ended) -> list[str]:
    """Every rule of the verdict, in its order."""
    assert ended.verdict is not None, ended.error
    return [finding.rule for finding in ended.verdict.findings]
