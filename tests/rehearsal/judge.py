"""The judge of the loopback GitHub: GitHub's own OpenAPI description, by way of githubkit.

It finds the operation by method and path in githubkit's clients, not in our table of routes,
and reads each answer as the model that the operation promises. What the model does not know
is a fault, too: a misspelt optional field would otherwise never be seen.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Union

from githubkit_schemas.v2026_03_10 import models
from githubkit_schemas.v2026_03_10.rest import (
    actions,
    apps,
    git,
    issues,
    pulls,
    rate_limit,
    repos,
    security_advisories,
    users,
)
from pydantic import BaseModel, TypeAdapter, ValidationError

from rehearsal.github import Answer, Record

_CLIENTS = (
    actions.ActionsClient,
    apps.AppsClient,
    git.GitClient,
    issues.IssuesClient,
    pulls.PullsClient,
    rate_limit.RateLimitClient,
    repos.ReposClient,
    security_advisories.SecurityAdvisoriesClient,
    users.UsersClient,
)
_OPERATION = re.compile(r"(GET|POST|PUT|PATCH|DELETE) (/\S+)")
_NUMBER = re.compile(r"/\d+(?=/|$)")
#: What these stand for may hold slashes, or be left out at the end.
_LONG = ("ref", "path", "branch", "tag", "basehead", "tree_sha")
#: Addresses that are no part of the API, so that nothing describes them.
OUTSIDE = re.compile(r"/graphql|/_storage/.+|/[^/]+/[^/]+/releases/download/.+")
#: What version 2022-11-28 of the API tells, and 2026-03-10 no more.
_OLDER = {"rate", "assignee", "merge_commit_sha", "has_downloads", "bundle"}
#: What GitHub tells, and its description does not.
_UNTOLD = {"can_admins_bypass"}
#: An upload that broke off; the description has no word for it, GitHub's documentation has.
_BROKEN = ('"state":"starter"', '"state":"open"')


@dataclass(frozen=True)
class Operation:
    """One operation of GitHub's description, and what it promises."""

    method: str
    pattern: re.Pattern[str]
    #: The most literal template fits best, and of two the one with fewer parameters.
    weight: tuple[int, int]
    model: Any


@cache
def _operations() -> tuple[Operation, ...]:
    return tuple(operation for client in _CLIENTS for operation in _of(client))


def _of(client: type) -> Iterator[Operation]:
    for name, method in inspect.getmembers(client, inspect.isfunction):
        found = _OPERATION.search(method.__doc__ or "")
        if found is None or name.startswith("async_"):
            continue
        template = found[2]
        pattern = re.sub(r"/\\{(\w+)\\}", _part, re.escape(template))
        answer = method.__annotations__.get("return", "")
        literal = re.sub(r"/\{\w+\}", "", template)
        weight = len(literal), -template.count("{")
        yield Operation(found[1], re.compile(pattern), weight, _model(answer))


def _part(found: re.Match[str]) -> str:
    return r"(?:/.*)?" if found[1] in _LONG else r"/[^/]+"


def _model(annotation: str) -> Any:
    """The first parameter of `Response[MODEL, TYPE]`; None where no body is promised."""
    pair = re.fullmatch(r"Response\[(.+)\]", annotation)
    return eval(f"({pair[1]})[0]", {}, _Names()) if pair else None


class _Names(dict[str, Any]):
    """What the names in an annotation mean; the second parameter's mean nothing to us."""

    def __missing__(self, name: str) -> Any:
        known = {"Union": Union, "Any": Any, "list": list, "str": str, "dict": dict}
        return known.get(name) or getattr(models, name, Any)


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that GitHub's description has for a request."""
    return _fitting(method, _NUMBER.sub("/0", path))


@cache
def _fitting(method: str, path: str) -> Operation | None:
    """The same, of a path whose numbers are all one: none is part of a template."""
    fitting = [o for o in _operations() if o.method == method and o.pattern.fullmatch(path)]
    return max(fitting, key=lambda operation: operation.weight, default=None)


@cache
def _adapter(operation: Operation) -> TypeAdapter[Any]:
    return TypeAdapter(operation.model)


@dataclass
class Judge:
    """Judges each answer, and keeps its complaints for the end of the test."""

    complaints: list[str] = field(default_factory=list)
    judged: int = 0

    def __call__(self, record: Record, answer: Answer) -> None:
        """Judge one answer."""
        for complaint in self._complaints(record, answer):
            self.complaints.append(f"{record.method} {record.path} {answer.status}: {complaint}")

    def _complaints(self, record: Record, answer: Answer) -> Iterator[str]:
        if not (answer.content_type or "").startswith("application/json"):
            return
        self.judged += 1
        if answer.status >= 400:
            yield from _error(answer)
            return
        path = re.sub(r"^/api/(v3|uploads)", "", record.path)
        method = "GET" if record.method == "HEAD" else record.method
        if OUTSIDE.fullmatch(path):
            return
        operation = find_operation(method, path)
        if operation is None:
            yield "GitHub's description has no such operation"
            return
        yield from _faults(operation, answer.body.decode().replace(*_BROKEN))


def _error(answer: Answer) -> Iterator[str]:
    model = models.ValidationError if b'"errors"' in answer.body else models.BasicError
    try:
        model.model_validate_json(answer.body)
    except ValidationError as error:
        yield str(error)
    if not {"message", "documentation_url", "status"} <= set(json.loads(answer.body)):
        yield "an error has a message, a page and its status"


def _faults(operation: Operation, body: str) -> Iterator[str]:
    value = json.loads(body)
    if operation.model is None:
        if value != {}:
            yield "GitHub's description promises no body"
        return
    try:
        read = _adapter(operation).validate_json(body)
    except ValidationError as error:
        yield str(error)
        return
    for place in _unknown(value, _plain(read), ""):
        yield f"GitHub's description has no {place}"


def _plain(read: Any) -> Any:
    if isinstance(read, BaseModel):
        return read.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return [_plain(item) for item in read] if isinstance(read, list) else read


def _unknown(value: Any, read: Any, place: str) -> Iterator[str]:
    """Every field that was sent and not read."""
    if isinstance(value, list) and isinstance(read, list):
        for sent, known in zip(value, read, strict=True):
            yield from _unknown(sent, known, f"{place}[]")
    elif isinstance(value, dict) and isinstance(read, dict):
        for key in value.keys() - read.keys() - _OLDER - _UNTOLD:
            yield f"{place}.{key}"
        for key in value.keys() & read.keys():
            yield from _unknown(value[key], read[key], f"{place}.{key}")
