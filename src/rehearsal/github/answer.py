"""What the API answers: a value, a page of a list, bytes, or a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_DOCS = "https://docs.github.com/rest"


@dataclass
class Answer:
    """One answer, before faults and headers that every answer has."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str | None = None

    @classmethod
    def json(
        cls, value: Any, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """An answer in JSON."""
        body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
        return cls(status, body, dict(headers or {}), "application/json; charset=utf-8")

    @classmethod
    def empty(cls, status: int = 204) -> Answer:
        """An answer without a body."""
        return cls(status)

    @classmethod
    def file(cls, content: bytes, content_type: str) -> Answer:
        """The bytes of a file."""
        return cls(200, content, {}, content_type)


class Refusal(Exception):
    """An answer that is an error, in GitHub's words."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        docs: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.docs = docs
        self.headers = dict(headers or {})

    def answer(self, docs: str = "") -> Answer:
        """This refusal as an answer; `docs` is the page of the route."""
        page = _DOCS if not (self.docs or docs) else f"{_DOCS}/{self.docs or docs}"
        body: dict[str, Any] = {"message": self.message}
        if self.errors is not None:
            body["errors"] = self.errors
        body |= {"documentation_url": page, "status": str(self.status)}
        return Answer.json(body, self.status, self.headers)


def not_found() -> Refusal:
    """404, as GitHub says it for what is not there and for what one may not see."""
    return Refusal(404, "Not Found")


def invalid(resource: str, field_name: str, code: str = "invalid", **more: Any) -> Refusal:
    """422 for one field of a resource."""
    error = {"resource": resource, "code": code, "field": field_name, **more}
    return Refusal(422, "Validation Failed", errors=[error])


def unprocessable(message: str) -> Refusal:
    """422 with a plain message."""
    return Refusal(422, message)


def not_supplied(field_name: str) -> Refusal:
    """422 for a body that lacks a field."""
    return unprocessable(f'Invalid request.\n\n"{field_name}" wasn\'t supplied.')
