"""Read every record, and the workflow file for what waits for what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from release_actions.actions.summarize_release.asked import Inputs
from release_actions.clients import files
from release_actions.formats import verdict_record
from release_actions.values import Sha
from release_actions.world import OwnRun, World


@dataclass(frozen=True)
class File:
    """One file that is named like a record; None: it is too large to be one."""

    path: str
    content: bytes | None


@dataclass(frozen=True)
class Facts:
    """What lies there, and what does not.

    Folders of `records` are absent, or empty of records. `workflow` is None where this runs on a
    laptop, or there is no file.
    """

    files: tuple[File, ...]
    absent: tuple[str, ...]
    empty: tuple[str, ...]
    own: OwnRun
    workflow: bytes | None


def gather(inputs: Inputs, world: World) -> Facts:
    temporary = world.environ.get("RUNNER_TEMP")
    own = [Path(temporary, verdict_record.FOLDER)] if temporary else []
    named = {folder: world.workspace / folder for folder in inputs.records}
    there = [place for place in [*own, *named.values()] if place.is_dir()]
    return Facts(
        files=tuple(_files(there)),
        absent=tuple(name for name, place in named.items() if not place.is_dir()),
        empty=tuple(
            name
            for name, place in named.items()
            if place.is_dir() and not any(place.rglob("*.json"))
        ),
        own=world.own_run,
        workflow=_workflow(inputs, world),
    )


def _files(folders: list[Path]) -> Iterator[File]:
    """Each file once, in the order of their names: a link out of the folder is none."""
    seen = set[Path]()
    for folder in folders:
        for path in sorted(folder.rglob("*.json")):
            real = path.resolve()
            if real in seen or not real.is_file() or not real.is_relative_to(folder.resolve()):
                continue
            seen.add(real)
            content = files.read(real, verdict_record.LARGEST)
            small = content is not None and len(content) <= verdict_record.LARGEST
            yield File(path.relative_to(folder).as_posix(), content if small else None)


def _workflow(inputs: Inputs, world: World) -> bytes | None:
    own = world.own_run
    if not own.workflow or not own.commit:
        return None
    commit = Sha(own.commit)
    known, content = world.git().file(commit, own.workflow)
    return content if known else world.github.file(inputs.repository, own.workflow, commit)
