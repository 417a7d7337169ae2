"""One run of the gate, in this process, against a scene over HTTP."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from rehearsal.github.world import Record
from release_actions.cli import actions
from release_actions.clients.clock import Clock
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.require_ci_green.scene import Scene

ACTIONS = actions()
EMPTY = "/nonexistent"  # no clone, so that nothing is known of the commit


class QuickClock(Clock):
    """A clock whose sleep costs nothing; a test may let something happen meanwhile."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.passed = 0.0

    def now(self) -> float:
        return self.passed

    def utc(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.passed)

    def sleep(self, seconds: float) -> None:
        self.passed += seconds
        self.slept.append(seconds)

    def jitter(self, seconds: float) -> float:
        return seconds


@dataclass(frozen=True)
class Played:
    """What came of it."""

    exit: int
    record: dict[str, Any]
    log: str
    requests: tuple[Record, ...]

    @property
    def bad(self) -> list[str]:
        """The rules of the bad findings, as the log has them."""
        found = (f for f in self.record["findings"] if f["outcome"] not in ("ok", "due"))
        return [finding["rule"].rpartition("/")[2] for finding in found]

    @property
    def routes(self) -> list[str]:
        return [request.route for request in self.requests]


def environment(scene: Scene) -> dict[str, str]:
    """What the gate is given by its surroundings."""
    workspace = str(scene.repository.path) if scene.clone else EMPTY
    own = {"GITHUB_API_URL": scene.github.api_url, "GITHUB_WORKSPACE": workspace, "CI": "true"}
    return own | scene.environ


def inputs(scene: Scene, given: Mapping[str, str]) -> dict[str, str]:
    """The inputs of a scenario, with the scene's names in place."""
    whole = {"repository": scene.repository.full_name, "commit": "{commit}"} | dict(given)
    return {name: value.format_map(scene.names) for name, value in whole.items()}


def play(scene: Scene, given: Mapping[str, str], clock: Clock | None = None) -> Played:
    """Run it, and say what came of it and what was asked."""
    before = len(scene.github.requests)
    scene.github.tokens.known[scene.token].used = 0  # each play is a job of its own
    raw = {name: Given(value, "with") for name, value in inputs(scene, given).items()}
    environ = environment(scene)
    log, out = io.StringIO(), io.StringIO()
    world = World(scene.token, environ, clock or QuickClock())
    asked = Asked("require-ci-green", raw, world, ACTIONS)
    exit = perform(asked, Teller(log, environ, scene.token), out=out)
    requests = tuple(scene.github.requests[before:])
    return Played(exit, json.loads(out.getvalue()), log.getvalue(), requests)
