"""Calls of the services of this machine, past any proxy."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from rehearsal.standins.runner import RefusedError


class AnsweredError(RefusedError):
    """The service answered, and not well: its status, and the message that it gave."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def opened(request: urllib.request.Request) -> Any:
    """The answer, to be read.

    :raises AnsweredError: for a status of 400 or more.
    :raises RefusedError: where nothing answers.
    """
    # No proxy: the service is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(request, timeout=60)
    except urllib.error.HTTPError as error:
        raise AnsweredError(error.code, _message(error)) from error
    except OSError as error:
        path = urllib.parse.urlsplit(request.full_url).path
        raise RefusedError(f"{request.get_method()} {path}: {error}") from error


def call(method: str, url: str, body: Any = None, **headers: str) -> Any:
    """The JSON that a call is answered with; `headers` are written with `_` for `-`."""
    told = {"User-Agent": "rehearsal", "Accept": "application/json"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = None if body is None else json.dumps(body).encode()
    if content is not None:
        told["Content-Type"] = "application/json"
    request = urllib.request.Request(url, content, told, method=method)
    with opened(request) as answer:
        read = answer.read()
    try:
        return json.loads(read) if read else None
    except ValueError as error:
        path = urllib.parse.urlsplit(url).path
        raise RefusedError(f"{method} {path}: the answer is no JSON: {error}") from error


def _message(error: urllib.error.HTTPError) -> str:
    """What an answer says went wrong, in whichever form; else all of it, or its status."""
    text = error.read().decode(errors="replace")
    try:
        told = json.loads(text)
        listed = [one.get("detail") or one.get("description") for one in told.get("errors", [])]
        message = "; ".join(filter(None, listed)) or told.get("message")
    except (ValueError, AttributeError):
        message = None
    path = urllib.parse.urlsplit(error.url).path
    return str(message or f"{path}: HTTP {error.code} {text.strip()[:200]}".strip())
