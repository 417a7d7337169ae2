"""What a file says of variables, and which files it calls, each with its place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """One thing that a file says of variables, and where. `path` leads there through the file.

    `kind` is set, computed or unread; `name` is the variable, or what was not understood.
    """

    kind: str
    name: str
    line: int
    column: int
    path: str
    how: str
    text: str  # the line itself


@dataclass(frozen=True)
class Call:
    """A file that is called or read. `kind`: workflow, action, remote, script, data or hidden."""

    kind: str
    target: str
    line: int
    column: int
    path: str
    how: str = ""
    folders: tuple[str, ...] = ()  # working directories that it may be meant from


Said = Setting | Call
