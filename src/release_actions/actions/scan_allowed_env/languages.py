"""A file's text to what it says: by its name, its first line, or how it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from release_actions.formats import data_env, marked_yaml, powershell_env, python_env, shell_env
from release_actions.formats import workflow_env as workflow
from release_actions.formats.env_hits import CALLS, Hit
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import Source
from release_actions.formats.script_signs import Signs
from release_actions.formats.workflow_env import Call, Said, Setting

SUFFIXES = {
    "py": "python",
    **dict.fromkeys(("ps1", "psm1"), "pwsh"),
    **dict.fromkeys(("cmd", "bat"), "cmd"),
    **dict.fromkeys(("js", "mjs", "cjs"), "javascript"),
    **dict.fromkeys(("sh", "bash", "zsh", "ksh"), "shell"),
}
READERS: dict[str, Callable[[str, Names], Iterator[Hit]]] = {
    "shell": shell_env.hits,
    "python": python_env.hits,
    "pwsh": powershell_env.hits,
    "cmd": powershell_env.cmd_hits,
    "javascript": workflow.javascript_hits,
}
_SHEBANG = re.compile(r"#![^\n]*?\b(python[\d.]*|pwsh|node|(?:ba|z|da|k|a)?sh)\b")
_BY_SHEBANG = {"pwsh": "pwsh", "node": "javascript"}
_DOCKERFILE = re.compile(r"(?:Docker|Container)file")
_DOTENV = re.compile(r"(?:^|\.)env(?:\.|$)")


def is_program(path: str, how: str, data: bytes) -> bool:
    """Whether it was built, and no interpreter is given it."""
    known = how or is_yaml(path) or _suffix(path) in SUFFIXES
    if known or data[:2] in (b"#!", b"\xff\xfe", b"\xfe\xff"):
        return False
    return b"\0" in data[:4096]


def is_yaml(path: str) -> bool:
    return path.endswith((".yml", ".yaml"))


def _suffix(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[2].lower()


def said(path: str, how: str, text: str, data: bytes, names: Names, signs: Signs) -> Iterator[Said]:
    """What a file sets and calls.

    :raises NotYamlError: where it should be YAML.
    """
    if is_yaml(path):
        return _of_yaml(path, text, data, names, signs)
    return _placed(text, _hits(path, how, text, data, names))


def _of_yaml(path: str, text: str, data: bytes, names: Names, signs: Signs) -> Iterator[Said]:
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
            place = source.within(node, hit.offset, hit.name)
            yield Setting(hit.kind, hit.name, *place, at, hit.how, source.line(place[0]))
        for file, node in data_env.env_files(root):
            mark = node.start_mark
            yield Call("data", file, mark.line + 1, mark.column + 1, "env_file")


def _hits(path: str, how: str, text: str, data: bytes, names: Names) -> Iterator[Hit]:
    name = path.rpartition("/")[2]
    if how == "dockerfile" or _DOCKERFILE.search(name):
        return data_env.dockerfile_hits(text, names)
    if not how and _DOTENV.search(name):
        return data_env.dotenv_hits(text, names)
    language = how or SUFFIXES.get(_suffix(path)) or _by_shebang(text)
    if not workflow.may_say(data, names):
        return iter(())
    if language in READERS:
        return READERS[language](text, names)
    return _unread(data, names)


def _by_shebang(text: str) -> str:
    found = _SHEBANG.match(text)
    if found is None:
        return ""
    return _BY_SHEBANG.get(found[1], "python" if "python" in found[1] else "shell")


def _unread(data: bytes, names: Names) -> Iterator[Hit]:
    if names.possible(data):
        yield Hit("unread", "a language that is not read here, and such a name in it", 0, "script")


def _placed(text: str, hits: Iterator[Hit]) -> Iterator[Said]:
    source = Source(text)
    for hit in hits:
        line, column = source.at(hit.offset)
        if hit.kind in CALLS:
            yield Call(hit.kind, hit.name, line, column, "", hit.how, ("",))
        else:
            told = source.line(line)
            yield Setting(hit.kind, hit.name, line, column, "", hit.how, told)
