"""Files that are present below a folder, tracked or not: each read once, whole, and bounded.

Nothing outside the folder is read: a symlink is followed only to where it stays inside.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LARGEST = 8 * 1024 * 1024  # bytes; GitHub's own limit for a workflow is far below


class UnreadError(Exception):
    """A file that is there and cannot be read; `rule` says which way."""

    def __init__(self, rule: str, why: str) -> None:
        super().__init__(why)
        self.rule = rule


@dataclass(frozen=True)
class Present:
    """A folder. Paths are from it, with /."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """What a file holds; None where there is none of this name.

        :raises UnreadError: where there is one that cannot be read, or that is elsewhere.
        """
        real = Path(os.path.realpath(self.root / path))
        if not real.is_relative_to(os.path.realpath(self.root)):
            raise UnreadError("outside", "it leads out of the folder that is scanned")
        try:
            about = real.stat()
            if not stat.S_ISREG(about.st_mode):
                raise UnreadError("unreadable", "it is no regular file")
            if about.st_size > LARGEST:
                raise UnreadError("too-large", f"{about.st_size} bytes; {LARGEST} are read at most")
            return real.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            if (self.root / path).is_symlink():
                raise UnreadError("unreadable", "a symlink that leads nowhere") from None
            return None
        except OSError as error:
            raise UnreadError("unreadable", error.strerror or "it cannot be read") from None

    def has(self, path: str) -> bool:
        """Whether there is such a file, or a symlink that should be one."""
        full = self.root / path
        return full.is_file() or full.is_symlink()

    def has_folder(self, path: str) -> bool:
        return (self.root / path).is_dir()

    def matching(self, pattern: str) -> list[str]:
        """Files by their path, all below a folder, or those that a pattern with * matches."""
        if "*" in pattern:
            found = [p for p in self.root.glob(pattern) if p.is_symlink() or not p.is_dir()]
            return sorted(p.relative_to(self.root).as_posix() for p in found)
        full = self.root / pattern
        if full.is_dir() and not full.is_symlink():
            return self.below(PurePosixPath(pattern).as_posix())
        return [pattern] if full.is_symlink() or full.exists() else []

    def below(self, folder: str) -> list[str]:
        """Every YAML file in a folder."""
        try:
            names = [path.name for path in (self.root / folder).iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(f"{folder}/{name}" for name in names if name.endswith((".yml", ".yaml")))
