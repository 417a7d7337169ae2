"""Which job of a workflow is calling: from the connection to the process to its environment.

Linux alone can tell (/proc); elsewhere every answer is None.
A child may have been given a small environment, so its ancestors are asked too.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

_PROC = Path("/proc")


@dataclass(frozen=True)
class CallingJob:
    """The job that a process belongs to, as the runner told it: GITHUB_JOB and GITHUB_RUN_ID."""

    job: str
    run_id: str
    step: str = ""
    """GITHUB_ACTION."""


def can_tell() -> bool:
    """Whether this machine tells who calls at all."""
    return _PROC.is_dir()


def calling_job(connection: socket.socket) -> CallingJob | None:
    """The job of the process at the other end of this local connection, which stays the same."""
    found = _known.get(connection) or _look(connection)
    if found is not None:
        _known[connection] = found
    return found


# To find a process by its connection takes 13 ms: those that have many requests are remembered.
_known: WeakKeyDictionary[socket.socket, CallingJob] = WeakKeyDictionary()


def _look(connection: socket.socket) -> CallingJob | None:
    environment = calling_environment(connection)
    if job := environment.get("GITHUB_JOB"):
        run_id, step = environment.get("GITHUB_RUN_ID", ""), environment.get("GITHUB_ACTION", "")
        return CallingJob(job, run_id, step)
    return None


def calling_environment(connection: socket.socket) -> Mapping[str, str]:
    """What the step was told that is at the other end; empty for whoever is in no job."""
    pid = calling_process(connection)
    while pid is not None and pid > 1:
        environment = _environment(pid)
        if environment.get("GITHUB_JOB"):
            return environment
        pid = _parent(pid)
    return {}


def calling_process(connection: socket.socket) -> int | None:
    """The process at the other end of this local connection."""
    if not can_tell():
        return None
    if connection.family == socket.AF_UNIX:
        credentials = connection.getsockopt(
            socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")
        )
        return int(struct.unpack("3i", credentials)[0])
    inode = _inode(local=connection.getpeername(), remote=connection.getsockname())
    return None if inode is None else _owner(inode)


def _inode(*, local: tuple[str, int], remote: tuple[str, int]) -> str | None:
    """The socket with these two ends, as the peer sees them."""
    ends = [_hexadecimal(local), _hexadecimal(remote)]
    for line in (_PROC / "net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1:3] == ends:
            return fields[9]
    return None


def _hexadecimal(address: tuple[str, int]) -> str:
    """An address as /proc/net/tcp writes it: the bytes in the machine's own order."""
    (number,) = struct.unpack("=I", socket.inet_aton(address[0]))
    return f"{number:08X}:{address[1]:04X}"


def _owner(inode: str) -> int | None:
    """The youngest process that holds this socket: a parent may have left it open to its child."""
    wanted = f"socket:[{inode}]"
    pids = [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdecimal()]
    youngest_first = sorted(pids, reverse=True)
    return next((pid for pid in youngest_first if wanted in _open_files(pid)), None)


def _open_files(pid: int) -> set[str]:
    files: set[str] = set()
    try:
        with os.scandir(_PROC / str(pid) / "fd") as entries:
            for entry in entries:
                files.add(os.readlink(entry.path))  # noqa: PTH115 - a socket is no Path
    except OSError:  # It ended, or is not ours to look at.
        pass
    return files


def _environment(pid: int) -> dict[str, str]:
    try:
        block = (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return {}
    pairs = (entry.partition(b"=") for entry in block.split(b"\0") if entry)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


def _parent(pid: int) -> int | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name of the program stands in brackets and may hold anything, brackets too.
    return int(stat.rpartition(")")[2].split()[1])
