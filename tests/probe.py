"""An action made for a test, run through the same doors as every other."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from release_actions.action import Action
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.shelf import StillClock

NAME = "probe"
TOKEN = "ghs_to_ken|1"


def register(monkeypatch: pytest.MonkeyPatch, action: Action[Any, Any], name: str = NAME) -> None:
    """Let this be the action of that name, as long as the test lasts."""
    full = f"release_actions.actions.{name.replace('-', '_')}"
    module = ModuleType(full)
    module.__dict__["action"] = action
    monkeypatch.setitem(sys.modules, full, module)


@dataclass(frozen=True)
class Step:
    """A step on a runner, in a folder of its own."""

    folder: Path
    environ: Mapping[str, str]
    token: str = TOKEN
    given: Mapping[str, Any] = field(default_factory=dict)

    def run(self, *, by_name: bool = False, name: str = NAME, **given: Any) -> StepEnd:
        values = {
            "repository": "acme/app",
            **self.given,
            **{key.replace("_", "-"): value for key, value in given.items()},
        }
        world = World(self.token, self.environ, StillClock())
        raw = {key: Given(value, "with") for key, value in values.items()}
        log, out = StringIO(), StringIO()
        asked = Asked(name, raw, world, (NAME, "other"), by_name)
        code = perform(asked, Teller(log, self.environ, self.token), out=out)
        return StepEnd(code, log.getvalue(), out.getvalue(), self.folder)

    def on_a_laptop(self) -> Step:
        kept = {"GITHUB_WORKSPACE", "GITHUB_API_URL"}
        return replace(self, environ={k: v for k, v in self.environ.items() if k in kept})


@dataclass(frozen=True)
class StepEnd:
    """What is left of it."""

    code: int
    log: str
    out: str
    folder: Path

    @property
    def record(self) -> dict[str, Any]:
        record: dict[str, Any] = json.loads(self.out)
        return record

    @property
    def outputs(self) -> dict[str, str]:
        return read_outputs((self.folder / "output").read_bytes().decode())

    @property
    def summary(self) -> str:
        return (self.folder / "summary").read_text(encoding="utf-8")

    @property
    def annotations(self) -> list[str]:
        return [line for line in self.log.split("\n") if line.startswith("::")]

    @property
    def everything(self) -> str:
        files = [path for path in self.folder.rglob("*") if path.is_file()]
        kept = [p.read_text(encoding="utf-8") for p in files if ".git" not in p.parts]
        return "\n".join([self.log, self.out, *kept])


def read_outputs(text: str) -> dict[str, str]:
    """A file of outputs as the runner reads it: NAME<<DELIMITER, lines, DELIMITER."""
    found: dict[str, str] = {}
    lines = iter(text.split("\n")[:-1])
    for line in lines:
        name, mark, delimiter = line.partition("<<")
        assert mark, line
        value: list[str] = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        else:
            raise AssertionError(f"{name} does not end")
        found[name] = "\n".join(value)
    return found


def step_in(folder: Path, **environ: str) -> Step:
    """A step whose files are in this folder."""
    (folder / "work").mkdir(exist_ok=True)
    (folder / "temp").mkdir(exist_ok=True)
    files = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "GITHUB_WORKSPACE": str(folder / "work"),
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_ATTEMPT": "2",
        "GITHUB_JOB": "release",
        "GITHUB_WORKFLOW_REF": "acme/app/.github/workflows/release.yml@refs/tags/v1",
        "GITHUB_API_URL": "http://127.0.0.1:9",  # nobody answers here
    }
    return Step(folder, files | environ)


def git(folder: Path, *words: str) -> str:
    """Real git, without this machine's settings."""
    name = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", "-C", str(folder), *name, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


def clone_with(
    folder: Path, config: bytes | None, path: str = ".github/release-actions.toml"
) -> str:
    """A clone in the folder's work, with this config file; the commit's id."""
    work = folder / "work"
    git(folder, "init", "-q", "-b", "main", str(work))
    (work / "README").write_text("x")
    if config is not None:
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_bytes(config)
    git(work, "add", "-A")
    git(work, "commit", "-q", "-m", "begin")
    return git(work, "rev-parse", "HEAD")
