"""The headers of every answer: rate limit, entity tag, versions."""

from __future__ import annotations

import hashlib
import secrets
import time
from http import HTTPStatus
from typing import TYPE_CHECKING

from rehearsal.github.answer import Answer, Refusal

if TYPE_CHECKING:
    from rehearsal.github.call import Call

_VERSION = "2022-11-28"


def status_line(status: int) -> str:
    """The status as HTTP's first line has it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def reset_at() -> int:
    """When the rate limit begins anew: at the next full hour."""
    return (int(time.time()) // 3600 + 1) * 3600


def exhausted(reset: int) -> Refusal:
    """403 for one who has no requests left until then."""
    limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(reset)}
    message = "API rate limit exceeded for installation ID 1."
    return Refusal(403, message, docs="overview/rate-limits", headers=limits)


def complete(call: Call, answer: Answer) -> Answer:
    """The answer with all headers; 304 without a body if the client knows it already.

    But what is to be cut short is answered whole, as a server may (RFC 9110, 13.1.2).
    """
    given = dict(answer.headers)
    if call.request.method in ("GET", "HEAD") and answer.status == 200:
        tag = f'W/"{hashlib.sha256(answer.body).hexdigest()}"'
        given |= {"ETag": tag, "Cache-Control": "private, max-age=60, s-maxage=60"}
        given["Vary"] = "Accept, Authorization, Cookie, X-GitHub-OTP"
        known = call.request.headers.get("If-None-Match", "").split(",")
        whole = call.struck.waits("truncated")
        if not whole and tag in (candidate.strip() for candidate in known):
            answer = Answer(304)
    if answer.content_type:
        given["Content-Type"] = answer.content_type
    if answer.status not in (204, 304):
        given["Content-Length"] = str(len(answer.body))
    counted = answer.status != 304 and call.route.name != "rate-limit"
    answer.headers = {**_common(call), **_limits(call, counted=counted), **given}
    return answer


def _common(call: Call) -> dict[str, str]:
    version = call.request.headers.get("X-GitHub-Api-Version", _VERSION)
    common = {
        "Server": "github.com",
        "X-GitHub-Request-Id": secrets.token_hex(8).upper(),
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-GitHub-Api-Version-Selected": version,
    }
    needed = call.route.permission
    if needed and call.asker.token and call.asker.token.scoped:
        common["X-Accepted-GitHub-Permissions"] = needed.replace(":", "=")
    return common


def _limits(call: Call, *, counted: bool) -> dict[str, str]:
    """The headers that say how many requests are left, after this one."""
    with call.github.lock:
        spender = call.asker.token or call.github.anonymous
        spender.used += counted
        return {
            "X-RateLimit-Limit": str(spender.limit),
            "X-RateLimit-Remaining": str(max(spender.limit - spender.used, 0)),
            "X-RateLimit-Used": str(spender.used),
            "X-RateLimit-Reset": str(reset_at()),
            "X-RateLimit-Resource": "core",
        }
