"""A repository that uses the library, made with real git: what a maintainer does at a keyboard."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SAMPLES = Path(__file__).resolve().parent / "samples"
#: What builds the Python packages of the samples without a package index: each has a copy.
BACKEND = SAMPLES / "acme_backend.py"
_SOMEBODY = {
    "GIT_AUTHOR_NAME": "Ada Maintainer",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada Maintainer",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    # Nothing of the person at the real keyboard: no signing, no hooks, no other default branch.
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
#: Each commit is one minute after the one before, so that a sample always has the same commits.
_BEGINNING = 1_767_225_600  # 2026-01-01


class Consumer:
    """A clone of a repository, with somebody who commits, tags and pushes."""

    def __init__(self, folder: Path, origin: Path | str) -> None:
        self.folder = folder
        #: How many commits were made here: each has a minute of its own.
        self.minutes = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch", "main")
        self.git("remote", "add", "origin", str(origin))

    def git(self, *arguments: str) -> str:
        """Run git in the clone; what it printed."""
        moment = f"{_BEGINNING + 60 * self.minutes} +0000"
        dates = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=_environment() | dates,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def copy(self, sample: str, pin: str) -> None:
        """Put the files of a sample into the clone, with our own pins filled in."""
        shutil.copytree(SAMPLES / sample, self.folder, dirs_exist_ok=True)
        for project in self.folder.rglob("pyproject.toml"):
            if f'build-backend = "{BACKEND.stem}"' in project.read_text(encoding="utf-8"):
                folder = project.with_name("backend")  # PEP 517 wants it inside the project
                folder.mkdir(exist_ok=True)
                shutil.copy(BACKEND, folder)
        self.fill(pin)

    def fill(self, pin: str) -> None:
        """Fill our own pins into the workflows that lack them."""
        for workflow in self.folder.glob(".github/workflows/*.yml"):
            text = workflow.read_text(encoding="utf-8")
            workflow.write_text(text.replace("@<sha>", f"@{pin}"), encoding="utf-8")

    def write(self, files: Mapping[str, str]) -> None:
        """Put these files into the clone: path -> content."""
        for path, content in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(content, encoding="utf-8")

    def commit(self, message: str) -> str:
        """Commit all there is, and push it; the new commit."""
        self.minutes += 1
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        self.git("push", "--quiet", "origin", "HEAD")
        return self.git("rev-parse", "HEAD")

    def catch_up(self) -> None:
        """Take what others have brought to this branch, such as a merged pull request."""
        self.git("pull", "--quiet", "--ff-only", "origin", self.git("symbolic-ref", "HEAD"))

    def tag(self, name: str, commit: str = "HEAD") -> None:
        """Make an annotated tag, or move it, and push it."""
        self.git("tag", "--force", "--annotate", "--message", name, name, commit)
        self.git("push", "--quiet", "--force", "origin", f"refs/tags/{name}")


def clone(origin: Path, commit: str, folder: Path) -> Path:
    """The files of one commit, as GitHub reads workflows: from the commit of the event."""
    for arguments in (
        ("clone", "--quiet", "--no-checkout", str(origin), str(folder)),
        ("-C", str(folder), "checkout", "--quiet", "--detach", commit),
        # Act takes the repository's name from here when nothing else says it.
        (
            "-C",
            str(folder),
            "remote",
            "set-url",
            "origin",
            "https://github.com/rehearsal/rehearsal",
        ),
    ):
        subprocess.run(["git", *arguments], env=_environment(), check=True, capture_output=True)
    return folder


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | _SOMEBODY
