"""A whole world kept in a folder, and put back: for proofs that begin twice from one state."""

from __future__ import annotations

import pickle
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.github.world import GitHub

_PARTS = ("git", "store")
_REMEMBERED = "remembered.pickle"


def save(github: GitHub, folder: Path) -> None:
    """Keep repositories, refs, state, tokens and stored bytes in an empty folder."""
    folder.mkdir(parents=True)
    for part in _PARTS:
        if (github.folder / part).is_dir():
            shutil.copytree(github.folder / part, folder / part)
    remembered = (github.state, github.tokens, github.jobs)
    (folder / _REMEMBERED).write_bytes(pickle.dumps(remembered))


def restore(github: GitHub, folder: Path) -> None:
    """Let the world be as it was kept; faults and the record of requests stay as they are."""
    for part in _PARTS:
        shutil.rmtree(github.folder / part, ignore_errors=True)
        if (folder / part).is_dir():
            shutil.copytree(folder / part, github.folder / part)
    github.forget()
    # Our own file, written by `save` on this machine: nobody else's pickle is ever read.
    github.state, github.tokens, github.jobs = pickle.loads((folder / _REMEMBERED).read_bytes())
