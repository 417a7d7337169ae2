"""Small repositories as people have them, made with real git, and `init` run in them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from release_actions import __main__ as program
from release_actions.init import command
from release_actions.init.pinning import Origin

PIN = "0123456789abcdef0123456789abcdef01234567"
CONFIG = ".github/release-actions.toml"

CI = """\
name: CI
on:
  push:
    branches: [main]
  pull_request:
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: "true"
"""
CRATES = {
    "Cargo.toml": """\
[workspace]
resolver = "2"
members = ["crates/*"]

[workspace.package]
version = "1.2.0"

[workspace.dependencies]
zeta-core = { path = "crates/zeta", version = "=1.2.0" }
""",
    # The name is after that of what needs it: only the order of need puts it first.
    "crates/zeta/Cargo.toml": '[package]\nname = "zeta-core"\nversion.workspace = true\n',
    "crates/alpha/Cargo.toml": """\
[package]
name = "alpha-cli"
version.workspace = true
[dependencies]
zeta-core = { workspace = true }
""",
    "crates/tool/Cargo.toml": """\
[package]
name = "tool"
version.workspace = true
publish = false
""",
}
PYTHON = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "Ord.Vec"
version = "1.2.0"
""",
}
BOTH = {
    **CRATES,
    "CHANGELOG.md": "# Changelog\n",
    "py/binding/pyproject.toml": PYTHON["pyproject.toml"].replace("Ord.Vec", "zeta"),
    "py/app/pyproject.toml": PYTHON["pyproject.toml"].replace("Ord.Vec", "Alpha_App")
    + 'dependencies = ["zeta==1.2.0"]\n',
}
NODE = {
    "package.json": '{"name": "root", "private": true, "workspaces": ["packages/*"]}',
    "packages/service/package.json": '{"name": "@acme/service", "version": "1.3.0-dev"}',
    "packages/utils/package.json": '{"name": "@acme/utils", "version": "1.3.0-dev"}',
}


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "tag.gpgsign=false")
    done = subprocess.run(
        ["git", "-C", str(folder), *who, "-c", "commit.gpgsign=false", *words],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@dataclass(frozen=True)
class Home:
    """A clone on somebody's laptop."""

    folder: Path

    def write(self, files: Mapping[str, str]) -> Home:
        for path, content in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")
        return self

    def commit(self) -> Home:
        git(self.folder, "add", "--all")
        git(self.folder, "commit", "--quiet", "--allow-empty", "--message", "Go on")
        return self

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def snapshot(self) -> dict[str, bytes]:
        """Every file but git's own, and every folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes() if path.is_file() else b"/"
            for path in sorted(self.folder.rglob("*"))
            if ".git" not in path.relative_to(self.folder).parts
        }


def clone(folder: Path, files: Mapping[str, str], *tags: str, ci: bool = True) -> Home:
    """A clone of mona/sample whose remote has the default branch main."""
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", "git@github.com:mona/sample.git")
    home = Home(folder).write({".github/workflows/ci.yml": CI} if ci else {}).write(files).commit()
    for tag in tags:
        git(folder, "tag", tag)
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return home


@dataclass(frozen=True)
class Ran:
    """How a run ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def record(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.out)
        return told

    def told(self, kind: str) -> list[str]:
        return [each["text"] for each in self.record["told"] if each["kind"] == kind]


def init(
    home: Home,
    capsys: pytest.CaptureFixture[str],
    *words: str,
    owner: str = "acme-org",
    pin: str = PIN,
    origin: Origin | None = None,
) -> Ran:
    """`release-actions init`, as its door is called."""
    flags = ["--repository", str(home.folder)]
    flags += ["--owner", owner] if owner else []
    flags += ["--pin", pin] if pin else []
    with pytest.MonkeyPatch.context() as patch:
        if origin is not None:
            patch.setattr(command, "origin", lambda: origin)
        code = program.main(["init", *flags, *words])
    said = capsys.readouterr()
    return Ran(code, said.out, said.err)
