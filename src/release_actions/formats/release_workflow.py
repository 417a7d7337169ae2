"""A workflow or a composite action as a release reads it, each part with its line. No I/O.

Only what GitHub would read counts: comments and names say nothing. What has not the shape of a
workflow is refused, since a rule that looks past it would pass for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from release_actions.formats.marked_yaml import (
    NotYamlError,
    compose,
    get,
    is_mapping,
    items,
    pairs,
    scalar,
)

_SECRET = re.compile(r"\bsecrets\s*(?:\.\s*|\[\s*')([\w-]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Text:
    """A value as it is written, and its line from 1."""

    value: str
    line: int

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Step:
    """One step of a job or of a composite action."""

    file: str
    line: int
    id: str = ""
    name: str = ""
    uses: Text | None = None
    run: Text | None = None
    shell: str = ""
    folder: str = ""  # its working-directory
    with_: Mapping[str, Text] = field(default_factory=dict)
    condition: Text | None = None
    continues: Text | None = None

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.id or str(self.uses or "") or f"run of line {self.line}"


@dataclass(frozen=True)
class Grant:
    """`permissions:`: each scope, or one word for all of them."""

    line: int
    word: str = ""
    scopes: Mapping[str, Text] = field(default_factory=dict)

    def writes(self, scope: str) -> bool:
        return self.word == "write-all" or str(self.scopes.get(scope, "")) == "write"


@dataclass(frozen=True)
class Concurrency:
    line: int
    group: Text | None
    cancels: Text | None


@dataclass(frozen=True)
class Job:
    """One job: steps of its own, or a workflow that it calls."""

    file: str
    id: str
    line: int
    needs: tuple[Text, ...] = ()
    condition: Text | None = None
    continues: Text | None = None
    uses: Text | None = None
    with_: Mapping[str, Text] = field(default_factory=dict)
    grant: Grant | None = None
    environment: Text | None = None
    concurrency: Concurrency | None = None
    secrets: tuple[Text, ...] = ()  # that its `env:` gives to every step
    matrix: int = 0  # its line; 0 where there is none
    max_parallel: Text | None = None
    outputs: Mapping[str, Text] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """One event under `on:`, with its filters."""

    event: str
    line: int
    filters: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Workflow:
    file: str
    triggers: tuple[Trigger, ...]
    grant: Grant | None
    concurrency: Concurrency | None
    jobs: Mapping[str, Job]
    secrets: tuple[Text, ...] = ()  # that its `env:` gives to every job

    def events(self) -> frozenset[str]:
        return frozenset(trigger.event for trigger in self.triggers)


@dataclass(frozen=True)
class Composite:
    """An action of this repository; without steps where it is a program."""

    file: str
    steps: tuple[Step, ...]


def workflow(file: str, text: str) -> Workflow:
    """The workflow that a file is.

    :raises NotYamlError: where it is no YAML, or has not the shape of a workflow.
    """
    root = _mapping(compose(text), "a workflow")
    on = get(root, "on")
    if on is None:
        raise _wrong(root, "there is no `on:`")
    jobs = {
        key.value: _job(file, key.value, _line(key), _mapping(value, f"job `{key.value}`"))
        for key, value in _whole(get(root, "jobs"), root, "`jobs:`")
    }
    if not jobs:
        raise _wrong(root, "there is no job")
    return Workflow(
        file,
        tuple(_triggers(on)),
        _grant(root),
        _concurrency(root),
        jobs,
        _secrets(root),
    )


def composite(file: str, text: str) -> Composite:
    """The action that a file is.

    :raises NotYamlError: where it is no YAML, or has not the shape of an action.
    """
    root = _mapping(compose(text), "an action")
    runs = get(root, "runs")
    if not is_mapping(runs):
        raise _wrong(root, "there is no `runs:`")
    return Composite(file, tuple(_steps(file, get(runs, "steps"))))


def _wrong(node: Any, why: str) -> NotYamlError:
    mark = node.start_mark
    return NotYamlError(why, mark.line + 1, mark.column + 1)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _mapping(node: Any, what: str) -> Any:
    if not is_mapping(node):
        raise _wrong(node, f"{what} is no mapping")
    return node


def _whole(node: Any, root: Any, what: str) -> Iterator[tuple[Any, Any]]:
    if node is None:
        raise _wrong(root, f"there is no {what}")
    for key, value in pairs(_mapping(node, what)):
        if key.value != "<<":
            yield key, value


def _text(node: Any, key: str) -> Text | None:
    """A scalar below a key; what is there and no scalar is refused."""
    value: Any = get(node, key)
    if value is None:
        return None
    if value.id != "scalar":
        raise _wrong(value, f"`{key}:` is no text")
    return Text(scalar(value), _line(value))


def _texts(node: Any) -> Mapping[str, Text]:
    return {
        key.value: Text(scalar(value), _line(key))
        for key, value in pairs(node)
        if key.value != "<<"
    }


def _list(node: Any, what: str) -> tuple[Text, ...]:
    if node is None:
        return ()
    nodes: list[Any] = items(node) if node.id == "sequence" else [node]
    for each in nodes:
        if each.id != "scalar":
            raise _wrong(each, f"`{what}:` names what is no text")
    return tuple(Text(scalar(each), _line(each)) for each in nodes)


def _triggers(on: Any) -> Iterator[Trigger]:
    if not is_mapping(on):
        for event in _list(on, "on"):
            yield Trigger(event.value, event.line)
        return
    for key, value in pairs(on):
        if key.value != "<<":
            filters = {k.value: _list(v, k.value) for k, v in pairs(value) if key.value == "push"}
            yield Trigger(key.value, _line(key), filters)


def _grant(node: Any) -> Grant | None:
    value: Any = get(node, "permissions")
    if value is None:
        return None
    key = next(k for k, _ in pairs(node) if k.value == "permissions")
    if value.id == "sequence":
        raise _wrong(value, "`permissions:` is a list")
    if is_mapping(value):
        return Grant(_line(key), "", _texts(value))
    return Grant(_line(key), scalar(value) or "null")


def _concurrency(node: Any) -> Concurrency | None:
    value = get(node, "concurrency")
    if value is None:
        return None
    if is_mapping(value):
        return Concurrency(_line(value), _text(value, "group"), _text(value, "cancel-in-progress"))
    group = _text(node, "concurrency")
    return Concurrency(_line(value), group, None)


def _secrets(node: Any) -> tuple[Text, ...]:
    """What `env:` takes of the secrets, the job's own GITHUB_TOKEN aside."""
    return tuple(
        Text(f"secrets.{name}", text.line)
        for text in _texts(get(node, "env")).values()
        for name in _SECRET.findall(text.value)
        if name.upper() != "GITHUB_TOKEN"
    )


def _job(file: str, id: str, line: int, node: Any) -> Job:
    environment = get(node, "environment")
    matrix = get(node, "strategy", "matrix")
    return Job(
        file,
        id,
        line,
        _list(get(node, "needs"), "needs"),
        _text(node, "if"),
        _text(node, "continue-on-error"),
        _text(node, "uses"),
        _texts(get(node, "with")),
        _grant(node),
        _text(environment, "name") if is_mapping(environment) else _text(node, "environment"),
        _concurrency(node),
        _secrets(node),
        _line(matrix) if matrix is not None else 0,
        _text(get(node, "strategy"), "max-parallel"),
        _texts(get(node, "outputs")),
        tuple(_steps(file, get(node, "steps"))),
    )


def _steps(file: str, node: Any) -> Iterator[Step]:
    if node is None:
        return
    if node.id != "sequence":
        raise _wrong(node, "`steps:` is no list")
    for step in items(node):
        _mapping(step, "a step")
        if get(step, "uses") is None and get(step, "run") is None:
            raise _wrong(step, "a step neither uses nor runs anything")
        yield Step(
            file,
            _line(step),
            str(_text(step, "id") or ""),
            str(_text(step, "name") or ""),
            _text(step, "uses"),
            _text(step, "run"),
            str(_text(step, "shell") or ""),
            str(_text(step, "working-directory") or ""),
            {k.lower(): v for k, v in _texts(get(step, "with")).items()},
            _text(step, "if"),
            _text(step, "continue-on-error"),
        )
