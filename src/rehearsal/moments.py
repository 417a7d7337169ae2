"""A whole world kept in a folder, and put back: GitHub, the services, and what runs have kept."""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.stories import World


def snapshot(world: World, folder: Path) -> Path:
    """Keep all that is there at one moment in a new folder; nothing changes meanwhile."""
    folder.mkdir(parents=True)
    with ExitStack() as still:
        # In the order in which a push takes them.
        still.enter_context(world.github.push)
        still.enter_context(world.github.lock)
        for service in world.services.all.values():
            still.enter_context(service.lock)
        world.github.snapshot(folder / "github")
        for name, service in world.services.all.items():
            service.snapshot(folder / name)
        _copy(world.artifacts, folder / "artifacts")
        _copy(world.consumer.folder, folder / "consumer")
        (folder / "minutes.json").write_text(json.dumps(world.consumer.minutes))
    return folder


def restore(world: World, folder: Path) -> None:
    """Let all be as it was kept in this folder; it can be done as often as one likes.

    Addresses and keys stay as they are, and so do faults and the records of requests.
    """
    with ExitStack() as still:
        still.enter_context(world.github.push)
        still.enter_context(world.github.lock)
        world.github.restore(folder / "github")
        for name, service in world.services.all.items():
            service.restore(folder / name)
        _copy(folder / "artifacts", world.artifacts)
        _copy(folder / "consumer", world.consumer.folder)
        world.consumer.minutes = json.loads((folder / "minutes.json").read_text())


def _copy(source: Path, target: Path) -> None:
    """Let a folder hold what another holds, and nothing else."""
    shutil.rmtree(target, ignore_errors=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
