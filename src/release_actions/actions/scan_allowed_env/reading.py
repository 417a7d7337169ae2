"""One file to what it says: bytes to text, text to its language, and why it could not be read."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release_actions.clients.present import Present, UnreadError
from release_actions.formats import data_env, marked_yaml, powershell_env, python_env, shell_env
from release_actions.formats import workflow_env as workflow
from release_actions.formats.env_hits import Hit
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import NotYamlError, Source
from release_actions.formats.script_signs import Signs
from release_actions.formats.workflow_env import Call, Said, Setting

SUFFIXES = {
    "py": "python",
    "ps1": "pwsh",
    "psm1": "pwsh",
    "cmd": "cmd",
    "bat": "cmd",
    "js": "javascript",
    "mjs": "javascript",
    "cjs": "javascript",
    **dict.fromkeys(("sh", "bash", "zsh", "ksh"), "shell"),
}
_SHEBANG = re.compile(r"#![^\n]*?\b(python[\d.]*|pwsh|node|(?:ba|z|da|k|a)?sh)\b")
LANGUAGES = {"pwsh": "pwsh", "node": "javascript"}


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
    had = gc.isenabled()
    gc.disable()  # a document's nodes are many and no circle: looking for circles costs a quarter
    try:
        for how, path in todo:
            yield one(present, names, how, path, signs)
    finally:
        if had:
            gc.enable()


def one(present: Present, names: Names, how: str, path: str, signs: Signs | None = None) -> Read:
    """The file as it reads, or why it does not."""
    try:
        data = present.read(path)
    except UnreadError as error:
        return Read(path, how, Trouble(error.rule, str(error)))
    if data is None:
        return Read(path, how, Trouble("unreadable", "it went away while files were read"))
    if _is_program(path, how, data):
        return Read(path, how)  # a program that was built: there is no text in it
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Read(path, how, Trouble("not-utf8", f"byte {error.start} is not UTF-8", line))
    try:
        said = list(_said(path, how, text, data, names, signs))
    except NotYamlError as error:
        return Read(path, how, Trouble("not-yaml", str(error), error.line, error.column))
    settings = tuple(each for each in said if isinstance(each, Setting))
    return Read(path, how, None, settings, tuple(each for each in said if isinstance(each, Call)))


def _is_program(path: str, how: str, data: bytes) -> bool:
    """Whether it was built, and no interpreter is given it."""
    suffix = path.rpartition(".")[2].lower()
    if how or _is_yaml(path) or suffix in SUFFIXES or data[:2] in (b"#!", b"\xff\xfe", b"\xfe\xff"):
        return False
    return b"\0" in data[:4096]


def _is_yaml(path: str) -> bool:
    return path.endswith((".yml", ".yaml"))


def _said(
    path: str, how: str, text: str, data: bytes, names: Names, signs: Signs | None
) -> Iterator[Said]:
    if _is_yaml(path):
        yield from _of_yaml(path, text, data, names, signs)
        return
    yield from _placed(text, _hits(path, how, text, data, names), path)


def _of_yaml(
    path: str, text: str, data: bytes, names: Names, signs: Signs | None
) -> Iterator[Said]:
    # An action is always read whole: its program stands there by a key, and not in a script.
    is_action = path.endswith(("action.yml", "action.yaml"))
    # Only of what is plainly written do the bytes tell what the values say.
    silent = not is_action and not workflow.needs_reading(data, names, signs)
    if silent and marked_yaml.proved_plain(text):
        return
    root = marked_yaml.compose(text)
    if marked_yaml.get(root, "jobs") is not None:
        yield from workflow.workflow(root, text, names)
    elif marked_yaml.get(root, "runs") is not None:
        yield from workflow.composite(root, text, names, path.rpartition("/")[0])
    else:
        source = Source(text)
        for at, node, hit in data_env.compose_settings(root, names):
            line, column = source.within(node, hit.offset, hit.name)
            yield Setting(
                hit.kind, hit.name, line, column, at, hit.how, source.lines[line - 1].strip()
            )
        for file, node in data_env.env_files(root):
            mark = node.start_mark
            yield Call("data", file, mark.line + 1, mark.column + 1, "env_file")


def _hits(path: str, how: str, text: str, data: bytes, names: Names) -> Iterator[Hit]:
    name = path.rpartition("/")[2]
    if how == "dockerfile" or re.search(r"(?:Docker|Container)file", name):
        return data_env.dockerfile_hits(text, names)
    if re.search(r"(?:^|\.)env(?:\.|$)", name) and not how:
        return data_env.dotenv_hits(text, names)
    language = how or SUFFIXES.get(name.rpartition(".")[2].lower() if "." in name else "", "")
    if not language and (shebang := _SHEBANG.match(text)):
        language = LANGUAGES.get(shebang[1], "python" if "python" in shebang[1] else "shell")
    return _in_language(language, text, data, names)


def _in_language(language: str, text: str, data: bytes, names: Names) -> Iterator[Hit]:
    if not workflow.may_say(data, names):
        return
    if language == "shell":
        yield from shell_env.hits(text, names)
    elif language == "python":
        yield from python_env.hits(text, names)
    elif language == "pwsh":
        yield from powershell_env.hits(text, names)
    elif language == "cmd":
        yield from powershell_env.cmd_hits(text, names)
    elif language == "javascript":
        yield from workflow.javascript_hits(text, names)
    elif names.possible(data):
        yield Hit("unread", "a language that is not read here, and such a name in it", 0, "script")


def _placed(text: str, hits: Iterator[Hit], path: str) -> Iterator[Said]:
    source = Source(text)
    for hit in hits:
        line, column = source.at(hit.offset)
        if hit.kind in ("script", "data"):
            yield Call(hit.kind, hit.name, line, column, "", hit.how, ("",))
        else:
            told = source.lines[line - 1].strip() if line <= len(source.lines) else ""
            yield Setting(hit.kind, hit.name, line, column, "", hit.how, told)
