"""What a package of this tree would hold, as far as git and its manifest tell before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import tomli

from release_actions.clients.git import Git, said
from release_actions.clients.present import Present, UnreadError
from release_actions.errors import UpstreamError

READMES = ("README.md", "README.txt", "README")


@dataclass(frozen=True)
class Package:
    """A folder that is packaged. `problem` tells why it cannot be said what is in it."""

    folder: str
    files: frozenset[str] = frozenset()  # from the folder, with /
    readme: str = ""  # from the folder; it may stand above it
    readme_text: str = ""
    problem: str = ""


def package(git: Git, folder: str) -> Package:
    """The files that git has below the folder, less those that Cargo.toml leaves out."""
    try:
        tracked = _listed(git, folder)
        if tracked is None:
            return Package(folder, problem="this is no clone, so it is not known what is tracked")
        manifest = _manifest(git, folder)
    except (ValueError, RecursionError, UnreadError) as error:
        return Package(folder, problem=f"Cargo.toml: {error}")
    if not tracked:
        return Package(folder, problem="git has no file there")
    files = _kept(git, folder, tracked, manifest)
    readme = _readme(manifest, files)
    content = _text(git, folder, readme) if readme else ""
    return Package(folder, frozenset(files), readme, content)


def ignored(git: Git, path: str) -> bool | None:
    """Whether git ignores what is made at this path; None where this is no clone."""
    done = git.ask("check-ignore", "--quiet", "--no-index", "--", path)
    return {0: True, 1: False}.get(done.returncode)


def _listed(git: Git, folder: str, *how: str) -> set[str] | None:
    """Files that git has below the folder, from there; None where this is no clone."""
    done = git.ask("ls-files", "-z", "--cached", *how, "--", f":(literal){folder}")
    if done.returncode == 128 and b"not a git repository" in done.stderr:
        return None
    if done.returncode != 0:
        raise UpstreamError(f"git ls-files: {said(done)}")
    start = "" if folder == "." else f"{folder}/"
    paths = done.stdout.decode("utf-8", "surrogateescape").split("\0")
    return {path.removeprefix(start) for path in paths if path}


def _manifest(git: Git, folder: str) -> Mapping[str, Any]:
    data = Present(git.folder).read(f"{folder}/Cargo.toml")
    table = tomli.loads(data.decode("utf-8")).get("package", {}) if data is not None else {}
    if not isinstance(table, dict):
        raise ValueError("`package` is no table")
    return table


def _kept(git: Git, folder: str, tracked: set[str], manifest: Mapping[str, Any]) -> set[str]:
    """Cargo's rules: `include` alone decides where it stands; other packages are left out."""
    nested = {p.removesuffix("Cargo.toml") for p in tracked if p.endswith("/Cargo.toml")}
    own = {path for path in tracked if not any(path.startswith(other) for other in nested)}
    include, exclude = manifest.get("include"), manifest.get("exclude")
    if isinstance(include, list) and include:
        always = own & {"Cargo.toml", "Cargo.lock"}
        return own & (_matching(git, folder, include) | always)
    if isinstance(exclude, list) and exclude:
        return own - _matching(git, folder, exclude)
    return own


def _matching(git: Git, folder: str, patterns: Iterable[object]) -> set[str]:
    given = [f"--exclude={_anchored(folder, str(pattern))}" for pattern in patterns]
    return _listed(git, folder, "--ignored", *given) or set()


def _anchored(folder: str, pattern: str) -> str:
    """Cargo's pattern is from the package, git's on a command line from the repository."""
    sign, bare = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    if "/" not in bare.rstrip("/") or bare.startswith("**/") or folder == ".":
        return sign + bare
    return f"{sign}/{folder}/{bare.lstrip('/')}"


def _readme(manifest: Mapping[str, Any], files: set[str]) -> str:
    named = manifest.get("readme")
    if named is False:
        return ""
    if isinstance(named, str):
        return named
    return next((name for name in READMES if name in files), "")


def _text(git: Git, folder: str, readme: str) -> str:
    try:
        data = Present(git.folder).read(f"{folder}/{readme}")
    except UnreadError:
        return ""
    return (data or b"").decode("utf-8", "replace")
