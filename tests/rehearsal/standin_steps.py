"""A stand-in as a step has it: its inputs with their defaults, and what a runner sets."""

from __future__ import annotations

import importlib
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from rehearsal.github import GitHub, Repository
from rehearsal.standins import HERE, STANDINS

_OUTPUT = re.compile(r"^(?P<name>[\w-]+)<<(?P<mark>\S+)\n(?P<value>.*?)\n(?P=mark)\n", re.M | re.S)


@dataclass
class Steps:
    """A job whose steps are stand-ins, played in this process against a loopback GitHub."""

    github: GitHub
    repository: Repository
    workspace: Path
    token: str
    monkeypatch: pytest.MonkeyPatch

    @classmethod
    def begin(
        cls, github: GitHub, repository: Repository, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Steps:
        """A job for the tag v1.2.0, with a token that may do all."""
        steps = cls(github, repository, folder / "workspace", github.token(), monkeypatch)
        steps.workspace.mkdir()
        for name in ("temp", "home"):
            (folder / name).mkdir()
        told = {
            "GITHUB_API_URL": github.api_url,
            "GITHUB_REPOSITORY": "acme/app",
            "GITHUB_REPOSITORY_OWNER": "acme",
            "GITHUB_REF": "refs/tags/v1.2.0",
            "GITHUB_SHA": "0" * 40,
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_JOB": "release",
            "GITHUB_RUN_ID": "7",
            "GITHUB_RUN_NUMBER": "1",
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_WORKSPACE": str(steps.workspace),
            "RUNNER_TEMP": str(folder / "temp"),
            "HOME": str(folder / "home"),
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_ENV": str(folder / "env"),
            "GITHUB_PATH": str(folder / "path"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary"),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{github.server_url}/.insteadOf",
            "GIT_CONFIG_VALUE_0": "https://github.com/",
            "PATH": os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)]),
        }
        for name, value in told.items():
            monkeypatch.setenv(name, value)
        return steps

    def write(self, **files: str) -> None:
        """Files of the workspace; `__` stands for a dot, and `_0` for a slash."""
        for name, text in files.items():
            place = self.workspace / name.replace("__", ".").replace("_0", "/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)

    def inputs(self, action: str, **given: str) -> dict[str, str]:
        """Those of an action, with `-` for `_` where it has them so."""
        folder = HERE / STANDINS[action]
        declared = yaml.safe_load((folder / "action.yml").read_text()).get("inputs", {})
        values = {name: str(about.get("default", "")) for name, about in declared.items()}
        values = {n: self.token if v == "${{ github.token }}" else v for n, v in values.items()}
        for name, value in given.items():
            dashed = name.replace("_", "-")
            values[name if name in values else dashed] = value
        assert values.keys() == declared.keys()
        return values

    def play(self, action: str, **given: str) -> dict[str, str]:
        """Play the stand-in of this action; its outputs."""
        for kind in ("OUTPUT", "ENV", "PATH"):
            Path(os.environ[f"GITHUB_{kind}"]).write_text("")
        module = importlib.import_module(f"rehearsal.standins.{STANDINS[action]}.play")
        module.play(self.inputs(action, **given))
        return self.told("OUTPUT")

    def told(self, kind: str) -> dict[str, str]:
        """What the last one said to the runner: its OUTPUT or ENV."""
        text = Path(os.environ[f"GITHUB_{kind}"]).read_text()
        return {found["name"]: found["value"] for found in _OUTPUT.finditer(text)}

    def program(self, name: str, script: str) -> Path:
        """Put a program on PATH before all others."""
        folder = self.workspace.parent / "bin"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
        self.monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return folder / name
