"""What a text says of environment variables, each with where in the text it says so. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from release_actions.formats.env_names import Names

# set: a variable is set. computed: one is set whose name cannot be told. script, data: a file of
# the repository is run, or read for variables. hidden: a script is run that only the run knows.
# unread: a text that its language does not allow.
Kind = Literal["set", "computed", "script", "data", "hidden", "unread"]
CALLS = frozenset({"script", "data", "hidden"})

UNKNOWN = "\x00"  # stands in a text for what only the run knows
SOMEWHERE = "…/"  # begins a path whose folder only the run knows


@dataclass(frozen=True)
class Hit:
    """One thing said. `name` is the variable, the file as written, or what was not understood."""

    kind: Kind
    name: str
    offset: int
    how: str


_LINE = re.compile(
    r"""^[ \t]*(?:-[ \t]*)?(?:(?:export|set|setx|ENV|ARG|declare\ -x|\$env:)[ \t]*)?
        (?P<quote>["']?)(?P<name>[A-Za-z_\x00][\w\x00]*)(?P=quote)[ \t]*(?P<mark>=|<<|:(?=\s|$))""",
    re.MULTILINE | re.ASCII | re.VERBOSE,
)
_LISTED = re.compile(r"^[ \t]*-[ \t]*([\"']?)([A-Za-z_]\w*)\1[ \t]*$", re.MULTILINE | re.ASCII)


def in_lines(text: str, names: Names, how: str, *, colon: bool = True) -> Iterator[Hit]:
    """Lines that set a variable, as in a .env, a compose file, a Dockerfile or GITHUB_ENV."""
    for found in _LINE.finditer(text):
        if colon or found["mark"] != ":":
            yield from named(found["name"], found.start("name"), names, how)


def listed(text: str, names: Names, how: str) -> Iterator[Hit]:
    """Lines that pass a variable on by its name alone, as `- NAME` in a compose file."""
    for found in _LISTED.finditer(text):
        yield from named(found[2], found.start(2), names, how)


_ITEMS = re.compile(
    r"(?:^|[\s,;|{&])[\"']?([A-Za-z_\x00][\w\x00]*)[\"']?[ \t]*(?:=(?!=)|:(?=\s|$|[\"']))"
)


def in_items(text: str, names: Names, how: str) -> Iterator[Hit]:
    """NAME=value in lines, or between commas, semicolons or spaces."""
    for found in _ITEMS.finditer(text):
        yield from named(found[1], found.start(1), names, how)


def named(name: str, offset: int, names: Names, how: str, *, fold: bool = False) -> Iterator[Hit]:
    """The hit that a set variable is, if it is one that is looked for."""
    known, unknown, _ = name.partition(UNKNOWN)
    if names.wanted(known, fold=fold):
        yield Hit("set", known + ("…" if unknown else ""), offset, how)
    elif unknown and names.may_begin(known):
        yield Hit("computed", name.replace(UNKNOWN, "…"), offset, how)


_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_CONTEXT = re.compile(
    r"\b(?:vars|secrets)\s*(?:\.\s*([A-Za-z_][\w-]*)|\[\s*'([^']*)'\s*\])", re.IGNORECASE | re.ASCII
)


def in_expressions(text: str, names: Names) -> Iterator[Hit]:
    """Variables and secrets of the repository that have such a name, read by an expression."""
    if "${{" in text:
        for expression in _EXPRESSION.finditer(text):
            for found in _CONTEXT.finditer(expression[1]):
                group = 1 if found[1] else 2
                offset = expression.start(1) + found.start(group)
                name = found[group] or ""
                if names.is_forbidden(name, fold=True):  # GitHub looks it up without its case
                    yield Hit("set", name, offset, "read by an expression")
