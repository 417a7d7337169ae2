"""How each kind of fault shows in the answers of the loopback GitHub."""

from __future__ import annotations

import os
import socket
import struct
import time
from http import HTTPStatus
from typing import Any, NoReturn

from werkzeug.wrappers import Request

from rehearsal.faults import NONSENSE, Fault, Side, Struck
from rehearsal.github.answer import Answer, Refusal
from rehearsal.github.headers import exhausted

_MESSAGES = {
    401: "Bad credentials",
    403: "Resource not accessible by integration",
    404: "Not Found",
    422: "Validation Failed",
    500: "Server Error",
    502: "Server Error",
    503: "Service unavailable",
    504: "We couldn't respond to your request in time. Sorry about that.",
}
_SECONDARY = (
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
)


def before(struck: Struck, request: Request) -> None:
    """All that can keep a call from being carried out."""
    if fault := struck.take("delay"):
        time.sleep(fault.seconds)
    _interrupt(struck, request, "before")
    if fault := struck.take("secondary-rate-limit"):
        after = {"Retry-After": str(fault.retry_after)}
        raise Refusal(fault.status or 403, _SECONDARY, docs="overview/rate-limits", headers=after)
    if fault := struck.take("primary-rate-limit"):
        raise exhausted(int(time.time()) + fault.retry_after)
    if fault := struck.take("redirect"):
        raise Refusal(fault.status or 302, "Found", headers={"Location": fault.location})


def after(struck: Struck, request: Request) -> None:
    """All that can happen between carrying a call out and answering it."""
    _interrupt(struck, request, "after")


def nonsense(struck: Struck, answer: Answer) -> Answer:
    """The answer, or what is none."""
    fault = struck.take("nonsense")
    if fault is None:
        return answer
    content_type, body = NONSENSE[fault.body]
    return Answer(fault.status or 200, body, {}, content_type)


def truncated(struck: Struck, body: bytes) -> bytes:
    """The body, or its first part."""
    fault = struck.take("truncated") if body else None
    return body[: int(len(body) * fault.keep)] if fault else body


def _interrupt(struck: Struck, request: Request, when: Side) -> None:
    """What can happen on either side of the call."""
    if fault := interrupt(struck, request, when):
        status = fault.status or 500
        message = fault.message or _MESSAGES.get(status) or HTTPStatus(status).phrase
        raise Refusal(status, message)


def interrupt(struck: Struck, request: Request, when: Side) -> Fault | None:
    """What can happen on either side of a call of any service; a `status` is given back."""

    def then(fault: Fault) -> bool:
        return fault.when == when

    if struck.witnessed(request.environ["werkzeug.socket"], when):
        _reset(request)  # Whoever called was ended, and never gets an answer.

    if (fault := struck.take("meanwhile", then)) and fault.callback:
        fault.callback()
    if fault := struck.take("stop-at", then):
        if fault.callback:
            fault.callback()
        _reset(request)  # Whoever called was ended, and never gets an answer.
    if struck.take("reset", then):
        _reset(request)
    return struck.take("status", then)


def _reset(request: Request) -> NoReturn:
    """End the connection as a machine does that never heard of it."""
    connection: Any = request.environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Closed below Python's own count of who uses it; or it would first be ended politely.
    os.close(connection.detach())
    raise ConnectionResetError("on purpose")
