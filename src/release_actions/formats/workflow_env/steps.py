"""The steps of a job or of a composite action: their `env:`, their scripts, what they use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from release_actions.formats.marked_yaml import get, is_mapping, items, pairs, scalar
from release_actions.formats.workflow_env.document import Document
from release_actions.formats.workflow_env.given import given
from release_actions.formats.workflow_env.said import Call, Said
from release_actions.formats.workflow_env.scripts import may_say, script_hits

if TYPE_CHECKING:
    from yaml import Node

_PYTHON = re.compile(r"python[\d.]*")


@dataclass(frozen=True)
class Surroundings:
    """What holds for all steps: the job's and the workflow's `defaults:` and `env:`."""

    shell: str = "bash"  # of the runner
    defaults: tuple[Node | None, ...] = ()
    envs: tuple[Node | None, ...] = ()


def steps(
    document: Document, nodes: Node | None, path: str, around: Surroundings
) -> Iterator[Said]:
    for index, step in enumerate(items(nodes)):
        if is_mapping(step):
            yield from _step(document, step, f"{path}.steps[{index}]", around)


def _step(document: Document, step: Node, path: str, around: Surroundings) -> Iterator[Said]:
    settings = (step, *around.defaults)
    folders = _folders(_first(settings, "working-directory"))
    use = get(step, "uses")
    yield from document.env(get(step, "env"), f"{path}.env")
    yield from _run(document, step, f"{path}.run", around, folders)
    yield from used(use, f"{path}.uses", "action")
    yield from given(document, get(step, "with"), f"{path}.with", scalar(use), folders)


def _run(
    document: Document, step: Node, path: str, around: Surroundings, folders: tuple[str, ...]
) -> Iterator[Said]:
    node = get(step, "run")
    text = scalar(node)
    if node is None or not text:
        return
    yield from document.expressions(node, path)
    if may_say(text.encode(errors="replace"), document.names, document.signs):
        shell = _language(_first((step, *around.defaults), "shell") or around.shell)
        if document.first(node, f"run {shell}"):
            known = _constants((*around.envs, get(step, "env")))
            hits = script_hits(text, shell, document.names, known)
            yield from document.said(node, hits, path, folders)


def _folders(written: str) -> tuple[str, ...]:
    """Where a step's paths begin: its working directory, where that can be told, and the top."""
    return ("",) if not written or "$" in written else (written.removeprefix("./"), "")


def _first(nodes: tuple[Node | None, ...], key: str) -> str:
    return next((text for node in nodes if (text := scalar(get(node, key)))), "")


def _language(shell: str) -> str:
    word = shell.split()[0].rpartition("/")[2].removesuffix(".exe") if shell.strip() else ""
    if _PYTHON.fullmatch(word):
        return "python"
    return word if word in ("pwsh", "powershell", "cmd", "?") else "bash"


def _constants(envs: tuple[Node | None, ...]) -> dict[str, str]:
    """Variables of the surroundings that hold a constant text; the last of a name counts."""
    all_of = {key.value: scalar(value) for env in envs for key, value in pairs(env)}
    return {name: text for name, text in all_of.items() if "${{" not in text}


def used(node: Node | None, path: str, kind: str) -> Iterator[Said]:
    """A local action or workflow, or another repository's workflow."""
    text = scalar(node).strip()
    if node is None or not text:
        return
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if text.startswith("./"):
        yield Call(kind, text[2:], line, column, path)
    elif kind == "workflow":
        yield Call("remote", text, line, column, path)
