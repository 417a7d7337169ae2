"""What actions, called workflows and matrices are given: inputs that hold variables or scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from release_actions.formats import shell_env
from release_actions.formats.env_hits import Hit, in_items, in_lines, listed, named
from release_actions.formats.env_names import Names
from release_actions.formats.marked_yaml import pairs, scalar, scalars
from release_actions.formats.workflow_env.document import Document
from release_actions.formats.workflow_env.said import Said
from release_actions.formats.workflow_env.scripts import javascript_hits

if TYPE_CHECKING:
    from yaml import Node

# Inputs of actions by what they are given: variables, a script, or files.
_VARIABLES = re.compile(
    r"env|(?:^|[-_])(?:build-?)?args?(?:$|[-_])|build_args|variable|secret|^options$|overrides",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(r"script|^run$|(?:^|[-_])(?:cmd|command|commands|exec)$", re.IGNORECASE)
_PASSED = re.compile(r"^(?:envkey|env|input_env)_", re.IGNORECASE)
_FILES = re.compile(r"(?:^|[-_])(?:file|files|path)(?:$|[-_])|compose|env", re.IGNORECASE)
_ALONE = re.compile(r"(?:^|[,\n])[ \t]*([A-Za-z_]\w*)[ \t]*(?=$|[,\n])", re.ASCII)
_OPTIONS = re.compile(r"(?:^|\s)(?:-e|--env|--build-arg)(?:\s+|=)[\"']?([A-Za-z_]\w*)", re.ASCII)
_NAMES = re.compile(r"^\s*([A-Za-z_]\w*)\s*$|[\"']([A-Za-z_]\w*)[\"']", re.ASCII)
_WORDS = re.compile(r"[^\s,]+")


def given(
    document: Document, node: Node | None, path: str, use: str, folders: tuple[str, ...] = ("",)
) -> Iterator[Said]:
    """`with:` of a step or of a job that calls a workflow. `use` is what is called."""
    if node is None or not document.first(node, f"with {use}"):
        return
    for key, value in pairs(node):
        at, name = f"{path}.{key.value}", _PASSED.sub("", key.value)
        yield from document.said(key, named(name, 0, document.names, "with"), at)
        hits = dict.fromkeys(_of_input(key.value, scalar(value), use, document.names))
        yield from document.said(value, iter(hits), at, folders)
        yield from document.expressions(value, at)


def _of_input(key: str, text: str, use: str, names: Names) -> Iterator[Hit]:
    how = f"with {key}"
    if _SCRIPTS.search(key):
        if "github-script" in use:
            yield from javascript_hits(text, names, members=True)
        else:
            yield from shell_env.hits(text, names)
    elif _VARIABLES.search(key):
        yield from in_items(text, names, how)
        yield from in_lines(text, names, how)
        yield from listed(text, names, how)
        yield from _found(_ALONE, text, names, how)  # ssh-action's envs
        yield from of_options(text, names)
    if _FILES.search(key):
        for word in _WORDS.finditer(text):
            if shell_env.DATA.fullmatch(word[0]):
                yield Hit("data", word[0], word.start(), "")


def of_options(text: str, names: Names) -> Iterator[Hit]:
    """Docker's options: `-e NAME=1`."""
    yield from _found(_OPTIONS, text, names, "an option")


def matrix(document: Document, node: Node | None, path: str) -> Iterator[Said]:
    """Keys and values of a matrix that are such a name, or begin NAME=: they become one."""
    for below, here, is_key in scalars(node):
        hits = [*named(here.value, 0, document.names, "matrix")]
        if not is_key:
            hits += in_items(here.value, document.names, "matrix")
            hits += _found(_NAMES, here.value, document.names, "matrix")
        known = dict.fromkeys(hit for hit in hits if hit.kind == "set")
        at = ".".join((path, *below)).replace(".[", "[")
        yield from document.said(here, iter(known), at)


def _found(pattern: re.Pattern[str], text: str, names: Names, how: str) -> Iterator[Hit]:
    for found in pattern.finditer(text):
        group = found.lastindex or 1
        yield from named(found[group], found.start(group), names, how)
