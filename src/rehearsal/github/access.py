"""Who asks, for which job, and whether the answer is theirs to have."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from rehearsal.github.answer import Refusal, not_found
from rehearsal.github.headers import exhausted, reset_at
from rehearsal.github.tokens import Asker, Token
from rehearsal.peers import calling_job

if TYPE_CHECKING:
    from rehearsal.github.call import Call
    from rehearsal.github.repository import Repository
    from rehearsal.github.world import GitHub, Record

_NO_AGENT = (
    "Request forbidden by administrative rules. "
    "Please make sure your request has a User-Agent header."
)


def identify(github: GitHub, request: Request, record: Record) -> Asker:
    """Who asks, and what that one may do: what its job declares, else what its token holds."""
    if not request.headers.get("User-Agent"):
        raise Refusal(403, _NO_AGENT)
    token = _token(github, request)
    if token is None:
        return Asker(None, {})
    record.token = token.label
    if not token.shared:
        return Asker(token, token.permissions)
    job = record.caller or calling_job(request.environ["werkzeug.socket"])
    if job is None:
        return Asker(token, token.permissions)
    record.job = job.job
    declared = github.jobs.permissions(job.job, job.run_id)
    return Asker(token, token.permissions if declared is None else declared)


def _token(github: GitHub, request: Request) -> Token | None:
    """The token that came with the request; None if none came, 401 if it is not known."""
    header = request.headers.get("Authorization", "")
    scheme, _, secret = header.strip().partition(" ")
    match scheme.lower():
        case "":
            return None
        case "basic":
            secret = _password(secret)
        case "token" | "bearer":
            secret = secret.strip()
        case _:
            secret = ""
    token = github.tokens.known.get(secret)
    if token is None:
        raise Refusal(401, "Bad credentials")
    return token


def _password(encoded: str) -> str:
    """The secret in a pair `user:secret`; git's users give it either place."""
    try:
        name, _, password = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password if password and password != "x-oauth-basic" else name


def require_allowance(call: Call) -> None:
    """Refuse a call for which no request is left; asking how many are left is free.

    So are bytes: they come from hosts of their own.
    """
    spender = call.asker.token or call.github.anonymous
    if spender.used >= spender.limit and call.route.name not in ("rate-limit", "storage"):
        raise exhausted(reset_at())


def repository(call: Call, name: str) -> Repository:
    """The repository asked for; one that the asking token may not see does not exist."""
    found = call.github.find(name)
    if found is None or (found.private and not call.asker.belongs_to(found.full_name)):
        raise not_found()
    return found


def admit(call: Call) -> None:
    """Refuse a call that its token may not make."""
    needed = call.route.permission
    if call.asker.token is None:
        if not call.route.public:
            raise Refusal(401, "Requires authentication")
        return
    if needed is None or call.may(needed):
        return
    ours = call.asker.belongs_to(call.repository.full_name)
    open_to_all = call.route.public and not call.repository.private
    if not open_to_all or (ours and not call.github.public_reads):
        raise not_accessible(needed)


def not_accessible(*accepted: str) -> Refusal:
    """403 for a token that lacks a permission; the header names what would do."""
    wanted = "; ".join(alternative.replace(":", "=") for alternative in accepted)
    return Refusal(
        403,
        "Resource not accessible by integration",
        headers={"X-Accepted-GitHub-Permissions": wanted},
    )
