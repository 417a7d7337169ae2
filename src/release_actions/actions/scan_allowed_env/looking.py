"""Looks: reads every workflow, and every file that it calls, and what each says of the names."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from release_actions.actions.scan_allowed_env import reading
from release_actions.actions.scan_allowed_env.asked import Inputs
from release_actions.actions.scan_allowed_env.reading import Read
from release_actions.clients.present import Present
from release_actions.errors import UpstreamError
from release_actions.formats.env_hits import SOMEWHERE
from release_actions.formats.env_names import Names
from release_actions.formats.workflow_env import Call
from release_actions.values import fold
from release_actions.world import World

WORKFLOWS = ".github/workflows"
AT_ONCE = 150  # files from which on a second process is worth its start
MOST = 20_000  # files that are followed; more is a tree that calls itself by ever new names


@dataclass(frozen=True)
class Stray:
    """A call that leads to no file that was read. `inside`: its folder is in the tree."""

    file: str
    call: Call
    inside: bool = False


@dataclass(frozen=True)
class Facts:
    """What was read. `unmatched` are paths that no file has."""

    unmatched: tuple[str, ...]
    read: tuple[Read, ...]
    strays: tuple[Stray, ...]


def gather(inputs: Inputs, world: World) -> Facts:
    """Every file that was asked for, then what they call, then what that calls."""
    present = Present(world.git(inputs.path).folder)
    asked = {pattern: present.matching(pattern) for pattern in inputs.paths}
    if not inputs.paths:
        asked[WORKFLOWS] = present.below(WORKFLOWS)
    first = dict.fromkeys(path for found in asked.values() for path in found)
    follower = _Follower(present, inputs.names, inputs.elsewhere)
    follower.follow([("", path) for path in first])
    unmatched = tuple(pattern for pattern, found in asked.items() if not found)
    return Facts(unmatched, tuple(follower.read.values()), tuple(follower.strays))


@dataclass
class _Follower:
    present: Present
    names: Names
    elsewhere: Sequence[str]
    read: dict[tuple[str, str], Read] = field(default_factory=dict)
    strays: list[Stray] = field(default_factory=list)

    def follow(self, todo: list[tuple[str, str]]) -> None:
        """Files by how they are read (empty: by their own looks) and path; each once."""
        while todo:
            if len(self.read) > MOST:
                raise UpstreamError(f"more than {MOST} files are called: not all can be read")
            for entry in _read_all(self.present, self.names, todo):
                self.read[entry.how, entry.path] = replace(entry, calls=())
                wanted = (found for call in entry.calls for found in self.called(entry, call))
                todo = [*todo, *wanted]
            known = self.read.keys()
            todo = [each for each in dict.fromkeys(todo) if each not in known]

    def called(self, entry: Read, call: Call) -> Iterator[tuple[str, str]]:
        """The files that a call leads to; where it leads to none, that is kept."""
        found = self.found(entry.path, call)
        if not found and not self.is_elsewhere(call.target):
            self.strays.append(Stray(entry.path, call, self.is_inside(call)))
        for path in found:
            yield reading.manner(call), path

    def found(self, caller: str, call: Call) -> list[str]:
        """The first place that has such a file; of a pattern every file there."""
        for path in _candidates(caller, call):
            if "*" in path and (several := self.present.matching(path)):
                return several
            if self.present.has(path):
                return [path]
        return []

    def is_inside(self, call: Call) -> bool:
        """Whether the folder that the file should be in is in the tree, and below its top."""
        paths = [PurePosixPath(os.path.normpath(f"./{f}/{call.target}")) for f in call.folders]
        folders = {path.parent.as_posix() for path in paths if ".." not in path.parts}
        return any(map(self.present.has_folder, folders - {"."}))

    def is_elsewhere(self, target: str) -> bool:
        path = os.path.normpath(target.removeprefix(SOMEWHERE))
        return any(path == each or path.startswith(f"{each}/") for each in self.elsewhere)


def _candidates(caller: str, call: Call) -> Iterator[str]:
    """Where in the tree a call may lead to, the likeliest first."""
    if call.kind in ("remote", "hidden"):
        return
    if call.kind == "action":
        for name in ("action.yml", "action.yaml", "Dockerfile"):
            yield os.path.normpath(f"./{call.target}/{name}")
        return
    own = PurePosixPath(caller).parent.as_posix()
    target = call.target.removeprefix(SOMEWHERE)
    for folder in (*call.folders, "", own) if call.kind != "workflow" else ("",):
        path = os.path.normpath(f"{folder}/{target}" if folder else target)
        if not path.startswith(("/", "..")):
            yield path


def _read_all(present: Present, names: Names, todo: Sequence[tuple[str, str]]) -> Iterator[Read]:
    """Each file as it reads; many of them on every core."""
    cores = _cores()
    if len(todo) < AT_ONCE or cores < 2:
        yield from reading.some(present, names, todo)
        return
    from release_actions.actions.scan_allowed_env import sharing  # few trees are so large

    yield from sharing.read(present, names, todo, min(cores, 8))


def _cores() -> int:
    """Those that this process may use; macOS tells only how many there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def shown(files: Iterable[str], most: int = 3) -> str:
    """Some of the files, and how many more."""
    names = sorted(files)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return fold(", ".join(names[:most]) + more)
