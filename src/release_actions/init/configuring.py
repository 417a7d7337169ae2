"""The config file: what the actions cannot take from the workflows, and what is held against them.

A config that is there stays as it is, to the byte; tables that it has not are put behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import tomli

from release_actions.errors import ReleaseError
from release_actions.formats import toml_text
from release_actions.init.answers import Plan, Table
from release_actions.init.filling import Told, Written
from release_actions.init.refusals import RefusedHereError
from release_actions.inputs import DEFAULT_CONFIG
from release_actions.values import fold

HEAD = """\
# What the actions of release-actions read here: one table an action, with the names of its inputs.
# By `release-actions init`. It is yours now.
"""
LINT = """\
# What the release workflows must be like; `release-actions lint-release-workflow` holds them to it.
"""
NO_LINT = """\
# `release-actions lint-release-workflow` has no table for
#   {files}:
# it holds what publishes, and nothing there does. The table of a workflow that does is told by
#   release-actions lint-release-workflow --workflows {release} --suggest
"""
AUDIT = """\
# What GitHub's settings must be like; `release-actions audit-release-settings` holds them to it.
"""


def config(
    plan: Plan, lint: str, environments: tuple[str, ...], trigger: str, there: bytes | None
) -> Written:
    """The file, proved to be TOML that says what it should.

    :raises RefusedHereError: where the one that is there cannot be read.
    """
    parts = [_table(table) for table in plan.tables]
    if lint:
        parts.append(LINT + lint)
    audit = [_table(table) for table in _audit(environments, trigger)]
    parts += [(AUDIT if number == 0 else "") + text for number, text in enumerate(audit)]
    if there is None:
        text = "\n".join([HEAD, *([] if lint else [_no_lint(plan)]), *parts])
        _read(text)
        return Written(DEFAULT_CONFIG, text)
    return _behind(there, parts)


def _no_lint(plan: Plan) -> str:
    """Why there is no table, for whoever looks for it where it would stand."""
    files = ", ".join(planned.file for planned in plan.files)
    return NO_LINT.format(files=files, release=plan.dispatched or "FILE.yml")


def _behind(there: bytes, parts: list[str]) -> Written:
    """What is there, and behind it the tables that it has not."""
    try:
        before = there.decode("utf-8")
        document = tomli.loads(before)
    except (ValueError, RecursionError) as error:
        raise RefusedHereError(
            f"{DEFAULT_CONFIG} is there and is no TOML ({fold(str(error), 200)}): mend it first;"
            " nothing was written"
        ) from error
    added, told = [], []
    for part in parts:
        header = next(line for line in part.splitlines() if line.startswith("["))
        path, wanted = _only(_read(part))
        said = _at(document, path)
        if said is None:
            added.append(part)
        elif not _holds(said, wanted):
            line = _line(before, header.partition(" #")[0])
            text = f"{header} is there and says something else than init would: left as it is"
            told.append(Told("assumed", DEFAULT_CONFIG, line, text))
    text = before if not added else "\n".join([before.rstrip("\n") + "\n", *added])
    try:
        _read(text)
    except ReleaseError as error:  # such as a table that is written inline
        raise RefusedHereError(
            f"{DEFAULT_CONFIG}: nothing can be put behind it: {error}"
        ) from error
    return Written(DEFAULT_CONFIG, text, tuple(told))


def _holds(said: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether a table says all that init would; it may well say more."""
    return isinstance(said, dict) and all(said.get(key) == value for key, value in wanted.items())


def _line(text: str, header: str) -> int:
    """Where a table begins, from 1; the file's first line, where it is written otherwise."""
    lines = [n for n, line in enumerate(text.split("\n"), 1) if line.startswith(header)]
    return lines[0] if lines else 1


def _only(document: Any) -> tuple[tuple[str, ...], Any]:
    """The path of the one table in a part, and what it says."""
    path: list[str] = []
    here = document
    while len(here) == 1 and isinstance(only := next(iter(here.values())), dict):
        path.append(next(iter(here)))
        here = only
    return tuple(path), here


def _at(document: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return document


def _read(text: str) -> Any:
    try:
        return tomli.loads(text)
    except ValueError as error:
        raise ReleaseError(f"{DEFAULT_CONFIG} would be no TOML: {error}") from error


def _audit(environments: tuple[str, ...], trigger: str) -> Iterator[Table]:
    for name in environments if trigger else ():
        values: dict[str, object] = {"deployment-policies": (f"tag:{trigger}",)}
        said = 'name its reviewers as well: reviewers = ["User:mona"]'
        yield Table(f"audit-release-settings.environment.{toml_text.key(name)}", values, said)
    if trigger:
        kept: dict[str, object] = {"no-update": True, "no-deletion": True, "no-force-push": True}
        yield Table(f"audit-release-settings.tag.{toml_text.key(trigger)}", kept)


def _table(table: Table) -> str:
    lines = [f"[{table.name}]{f' # {table.why}' if table.why else ''}"]
    lines += [f"{toml_text.key(key)} = {toml_text.value(v)}" for key, v in table.values.items()]
    return "\n".join(lines) + "\n"
