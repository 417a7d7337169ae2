"""The caller's repository, as it is on this machine: looked at, and never changed."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.errors import UnplayableError

#: Of a server; a folder of this machine is nobody's name.
_ADDRESS = re.compile(r"(\w+://[^/]+/|[\w.-]+@[\w.-]+:/?)(?P<name>[\w.-]+/[\w.-]+?)(\.git)?/?")


@dataclass(frozen=True)
class Checkout:
    """A clone and its HEAD."""

    folder: Path
    commit: str
    branch: str
    """Empty where HEAD is detached."""
    default: str
    name: str
    """OWNER/NAME at GitHub, by the address of `origin`."""
    named: bool
    """Whether `origin` says so; else it is a name of ours."""
    changed: tuple[str, ...]
    """What is not committed, and so is not rehearsed."""
    tags: Mapping[str, str]
    """Each tag, and the commit it stands for."""

    @property
    def head(self) -> str:
        """The branch that HEAD is on; a detached one stands for the default branch."""
        return self.branch or self.default

    def git(self, *arguments: str) -> str:
        """Ask git about it."""
        return ask(self.folder, *arguments)

    def read(self, path: str) -> bytes | None:
        """A file of HEAD's commit; None if there is none."""
        done = _git(self.folder, "cat-file", "blob", f"{self.commit}:{path}")
        return None if done.returncode else done.stdout


def look(folder: Path) -> Checkout:
    """The repository that a folder is in.

    :raises UnplayableError: where there is none, none that has a commit, or not all of it.
    """
    top = _git(folder, "rev-parse", "--show-toplevel")
    if top.returncode:
        told = top.stderr.decode(errors="replace").strip().removeprefix("fatal: ")
        raise UnplayableError(
            [f"--repository {folder}: {told}. Give the clone that you release from."]
        )
    root = Path(top.stdout.decode().removesuffix("\n"))
    if _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").returncode:
        raise UnplayableError([f"--repository {root}: nothing is committed there yet."])
    if ask(root, "rev-parse", "--is-shallow-repository") == "true":
        raise UnplayableError(
            [
                f"--repository {root}: it is a shallow clone, and a release looks at its history."
                " Run `git fetch --unshallow --tags` (in CI: `fetch-depth: 0`)."
            ]
        )
    address = _git(root, "config", "remote.origin.url").stdout.decode().strip()
    found = _ADDRESS.fullmatch(address)
    branch = _git(root, "symbolic-ref", "--quiet", "--short", "HEAD").stdout.decode().strip()
    return Checkout(
        folder=root,
        commit=ask(root, "rev-parse", "HEAD"),
        branch=branch,
        default=_default(root, branch),
        name=found["name"] if found else f"acme/{_plain(root.name)}",
        named=found is not None,
        changed=tuple(ask(root, "status", "--porcelain", "--untracked-files=all").splitlines()),
        tags=_tags(root),
    )


def _default(root: Path, branch: str) -> str:
    """What `origin` calls its default branch; else the one that people call so."""
    told = _git(root, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD")
    if told.returncode == 0:
        return told.stdout.decode().strip().removeprefix("origin/")
    for name in ("main", "master"):
        for ref in (f"refs/remotes/origin/{name}", f"refs/heads/{name}"):
            if _git(root, "rev-parse", "--verify", "--quiet", ref).returncode == 0:
                return name
    return branch or "main"


def _tags(root: Path) -> dict[str, str]:
    form = "%(refname:strip=2)%09%(objectname)%09%(*objectname)"
    rows = (
        line.split("\t")
        for line in ask(root, "for-each-ref", f"--format={form}", "refs/tags").splitlines()
    )
    return {name: peeled or plain for name, plain, peeled in rows}


def _plain(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name) or "app"


def ask(folder: Path, *arguments: str) -> str:
    """What git says; an error of git's is ours."""
    done = _git(folder, *arguments)
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip()
        raise UnplayableError([f"git {' '.join(arguments)}: {told}"])
    return done.stdout.decode(errors="replace").rstrip("\n")


def _git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    # Their own settings hold (whose folders are safe, for one); nothing of theirs is started.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-c", "core.fsmonitor=false", "-C", str(folder), *arguments]
    return subprocess.run(
        command, env={**kept, "GIT_OPTIONAL_LOCKS": "0"}, capture_output=True, check=False
    )
