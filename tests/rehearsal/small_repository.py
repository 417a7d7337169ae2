"""A maintainer's clone with a workflow of their own, made with real git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

WORKFLOW = ".github/workflows/release.yml"
_ADA = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


@dataclass(frozen=True)
class SmallRepository:
    """A clone on main, of acme/app at GitHub."""

    folder: Path

    @classmethod
    def make(cls, folder: Path, files: Mapping[str, str]) -> SmallRepository:
        """A clone with one commit."""
        made = cls(folder)
        folder.mkdir(parents=True)
        made.git("init", "--quiet", "--initial-branch", "main")
        made.git("remote", "add", "origin", "https://github.com/acme/app.git")
        made.commit(files)
        return made

    def git(self, *arguments: str) -> str:
        """Run git here."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | _ADA
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Write these files, and commit nothing."""
        for path, text in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(dedent(text), encoding="utf-8")

    def commit(self, files: Mapping[str, str]) -> str:
        """Commit these files; the commit."""
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        return self.git("rev-parse", "HEAD")
