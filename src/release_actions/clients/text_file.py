"""A text that an earlier step wrote, to be published as it is."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from release_actions.values import fold

LARGEST = 1024 * 1024  # bytes


@dataclass(frozen=True)
class Unreadable:
    """A file that is no such text, and why."""

    why: str


def read(folder: Path, path: str) -> str | Unreadable:
    """The text of a plain file below the folder.

    A link could make anything that this process may read public, its own environment too.
    """
    file = folder / path
    try:
        whole, top = file.resolve(strict=True), folder.resolve(strict=True)
        about = os.lstat(whole)
        if whole != top / path:
            return Unreadable("a link leads to it or away from it")
        if not stat.S_ISREG(about.st_mode):
            return Unreadable("it is no plain file")
        if about.st_size > LARGEST:
            return Unreadable(f"it has {about.st_size} bytes, at most {LARGEST} are read")
        return whole.read_bytes().decode("utf-8")
    except OSError as error:
        return Unreadable(fold(error.strerror or "it cannot be read"))
    except UnicodeDecodeError as error:
        return Unreadable(f"it is not UTF-8 at byte {error.start}")
