"""Everything that a program started, and how to end it.

Act gives each step a terminal and with it a session of its own, so that neither act's process
group nor its session holds them all. A family is what descends from a process, what is in the
sessions of those, and (where /proc tells) what carries the family's folder in its environment:
a step may leave a daemon behind that descends from nobody any more.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

_PROC = Path("/proc")


def end_family(ancestor: int, home: Path, *, seconds: float = 5.0) -> None:
    """Kill this process and its family, whose HOME is `home`, and wait until none is left."""
    mark = b"\0HOME=" + os.fsencode(home) + b"\0"
    _end(lambda: _family(ancestor, mark), seconds)


def end_carriers(variable: str, value: str, *, seconds: float = 5.0) -> None:
    """Kill all that has this variable in its environment, with what descends from it."""
    mark = b"\0" + os.fsencode(f"{variable}={value}") + b"\0"
    _end(lambda: _carriers(mark), seconds)


def _end(family_now: Callable[[], set[int]], seconds: float) -> None:
    until = time.monotonic() + seconds
    while family := family_now():
        for pid in family:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if time.monotonic() > until:
            return
        time.sleep(0.01)


def _family(ancestor: int, mark: bytes) -> set[int]:
    parents = _parents()
    family = {ancestor} & parents.keys() | {pid for pid in parents if _carries(pid, mark)}
    family = _with_descendants(family, parents)
    sessions = {_session(pid) for pid in family} - {os.getsid(0), None}
    family |= {pid for pid in parents if _session(pid) in sessions}
    return family - {os.getpid()}


def _carriers(mark: bytes) -> set[int]:
    parents = _parents()
    carriers = {pid for pid in parents if _carries(pid, mark)}
    return _with_descendants(carriers, parents) - {os.getpid()}


def _with_descendants(family: set[int], parents: Mapping[int, int]) -> set[int]:
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family = family | more
    return family


def _parents() -> dict[int, int]:
    """Every process that still runs, and its parent."""
    if _PROC.joinpath("self/stat").exists():
        found = {}
        for entry in os.listdir(_PROC):  # noqa: PTH208 - names are all we want
            if entry.isdecimal() and (state := _state(int(entry))):
                found[int(entry)] = int(state[1])
        return found
    told = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid=,state="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in told.stdout.splitlines()]
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def _state(pid: int) -> list[str] | None:
    """Its state and parent, from behind its name; None if it ended, or waits to be asked."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in ("Z", "X") else fields


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _carries(pid: int, mark: bytes) -> bool:
    try:
        return mark in b"\0" + (_PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return False
