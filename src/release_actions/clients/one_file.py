"""One file that a path names, wherever its links lead, as long as that is inside the folder."""

from __future__ import annotations

from pathlib import Path

from release_actions.clients import files
from release_actions.clients.git import Git
from release_actions.errors import UpstreamError

LARGEST = 8 * 1024 * 1024  # bytes; no text that people wrote is larger


def place(folder: Path, path: str) -> Path | None:
    """Where the file is, links followed; None where that is outside the folder, or in a .git."""
    root, found = folder.resolve(), (folder / path).resolve()
    inside = found.is_relative_to(root) and found != root
    return found if inside and ".git" not in found.relative_to(root).parts else None


def read(folder: Path, path: str) -> bytes | None:
    """What the file holds; None where there is none inside the folder."""
    found = place(folder, path)
    content = files.read(found, LARGEST) if found and found.is_file() else None
    if content is not None and len(content) > LARGEST:
        raise UpstreamError(f"{path}: larger than {LARGEST} bytes")
    return content


def tracked(git: Git, name: str) -> bool:
    """Whether git has a file of this name in its folder; no where that is in no clone."""
    return git.ask("ls-files", "--error-unmatch", "--", f":(literal){name}").returncode == 0
