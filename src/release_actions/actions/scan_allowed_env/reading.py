"""One file to what it says: bytes to text, text to its language, and why it could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release_actions.actions.scan_allowed_env import languages
from release_actions.clients.present import Present, UnreadError
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import NotYamlError
from release_actions.formats.script_signs import Signs
from release_actions.formats.workflow_env import Call, Setting


@dataclass(frozen=True)
class Trouble:
    """Why a file is not read, by its rule, and where in it."""

    rule: str
    why: str
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Read:
    """One file: how it was read, what it sets and calls, or why it could not be read."""

    path: str
    how: str
    trouble: Trouble | None = None
    settings: tuple[Setting, ...] = ()
    calls: tuple[Call, ...] = ()


def manner(call: Call) -> str:
    """How the file that is called has to be read; empty: by its name and its first line."""
    if call.kind == "workflow":
        return ""
    if call.kind == "script" and call.how in ("bash", "source", "python", "pwsh"):
        return {"bash": "shell", "source": "shell"}.get(call.how, call.how)
    return call.how if call.how == "dockerfile" else ""


def some(present: Present, names: Names, todo: Sequence[tuple[str, str]]) -> Iterator[Read]:
    """Each file by how it is read, and its path."""
    signs = Signs()
    for how, path in todo:
        yield one(present, names, how, path, signs)


def one(present: Present, names: Names, how: str, path: str, signs: Signs) -> Read:
    """The file as it reads, or why it does not."""
    try:
        data = present.read(path)
    except UnreadError as error:
        return Read(path, how, Trouble(error.rule, str(error)))
    if data is None:
        return Read(path, how, Trouble("unreadable", "it went away while files were read"))
    if languages.is_program(path, how, data):
        return Read(path, how)  # a program that was built: there is no text in it
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Read(path, how, Trouble("not-utf8", f"byte {error.start} is not UTF-8", line))
    try:
        said = list(languages.said(path, how, text, data, names, signs))
    except NotYamlError as error:
        return Read(path, how, Trouble("not-yaml", str(error), error.line, error.column))
    settings = tuple(each for each in said if isinstance(each, Setting))
    return Read(path, how, None, settings, tuple(each for each in said if isinstance(each, Call)))
