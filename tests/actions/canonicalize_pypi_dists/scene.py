"""A workspace with real dists, and a loopback PyPI: the real clients, nothing of ours faked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.registries import PyPI
from release_actions.actions.canonicalize_pypi_dists import action
from release_actions.actions.canonicalize_pypi_dists.asked import Canonical
from release_actions.clients import files
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.values import Duration
from release_actions.world import World
from tests.registries.dists import sdist, wheel
from tests.shelf import StillClock

PROJECT, VERSION = "acme-app", "1.2.0"
LINUX = "cp312-cp312-manylinux2014_x86_64"
MAC = "cp312-cp312-macosx_11_0_arm64"


class WakingClock(StillClock):
    """A clock on which something happens during the Nth sleep."""

    def __init__(self) -> None:
        super().__init__()
        self.then: dict[int, Callable[[], object]] = {}

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.then.get(len(self.slept), lambda: None)()


@dataclass
class Scene:
    """What is there, and how the action is run on it."""

    pypi: PyPI
    workspace: Path
    clock: WakingClock = field(default_factory=WakingClock)
    said: list[str] = field(default_factory=list)
    made: dict[tuple[str, str], bytes] = field(default_factory=dict)

    @property
    def dist(self) -> Path:
        return self.workspace / "dist"

    @property
    def canonical(self) -> Path:
        return self.workspace / "canonical"

    def build(self, salt: str = "") -> list[Path]:
        """Two wheels and an sdist, each with a licence; the salt makes other bytes of them."""
        licenses, files = {"LICENSE": "MIT"}, {"LICENSE": "MIT"}
        built = [
            wheel(self.dist, tag=LINUX, licenses=licenses, salt=salt),
            wheel(self.dist, tag=MAC, licenses=licenses, salt=salt),
            sdist(self.dist, files=files, salt=salt),
        ]
        for file in built:  # an sdist has its time in it
            file.write_bytes(self.made.setdefault((salt, file.name), file.read_bytes()))
        return built

    def publish(self, *built: Path, version: str = VERSION, **how: Any) -> None:
        """Have them uploaded, as they are now."""
        for file in built:
            self.pypi.add(PROJECT, version, file.name, file.read_bytes(), **how)

    def world(self) -> World:
        temp = self.workspace.parent / "temp"
        temp.mkdir(exist_ok=True)
        environ = {"GITHUB_WORKSPACE": str(self.workspace), "RUNNER_TEMP": str(temp)}
        return World("ghs_token", environ, self.clock)

    def run(self, *, dry_run: bool = False, wait: str = "0s", **inputs: Any) -> Ended:
        """One run, its inputs through the same door as a caller's."""
        given = {
            "project": PROJECT,
            "version": VERSION,
            "repository": "acme/app",
            "index-url": self.pypi.simple_url,
            **{name.replace("_", "-"): value for name, value in inputs.items()},
        }
        problems = Problems()
        values = {name: Given(value, "with") for name, value in given.items()}
        parsed = parse(action.inputs, values, problems)
        problems.end()
        files.forget()
        loop = Loop(action, parsed, self.world(), self.said.append)
        return loop.run(dry_run=dry_run, wait=Duration(wait))

    def end(self) -> dict[str, str] | None:
        """The canonical folder: each file's digest; None where there is none."""
        return digests(self.canonical) if self.canonical.exists() else None

    def asked(self) -> list[str]:
        """The routes that were asked, in order."""
        return [record.route for record in self.pypi.requests]


def digests(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path) for path in folder.iterdir()}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def outputs(ended: Ended) -> Canonical:
    assert ended.verdict is not None, ended.error
    found = ended.verdict.outputs
    assert isinstance(found, Canonical)
    return found


def origins(ended: Ended) -> Mapping[str, str]:
    """Where each canonical file came from, by name."""
    return {file["name"]: file["origin"] for file in json.loads(outputs(ended).files)}


def bad(ended: Ended) -> list[str]:
    """The rules that were not kept and decide, the worst first."""
    assert ended.verdict is not None, ended.error
    return [finding.rule for finding in ended.verdict.bad if not finding.advisory]


def told(ended: Ended) -> str:
    """All that the findings say."""
    assert ended.verdict is not None, ended.error
    return "\n".join(f"{f.rule} {f.subject}: {f.detail} {f.fix}" for f in ended.verdict.findings)
