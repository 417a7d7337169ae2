"""The repository itself, the one who asks, and the rate limit."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal
from rehearsal.github.call import Call
from rehearsal.github.headers import reset_at
from rehearsal.github.routing import route
from rehearsal.github.shapes import user, whole_repository

_LEVELS = {"pull": "contents:read", "push": "contents:write", "admin": "administration:write"}


@route(
    "repository",
    "GET /repos/<owner>/<repo>",
    needs="metadata:read",
    docs="repos/repos#get-a-repository",
)
def repository(call: Call) -> Answer:
    """One repository."""
    held = {level: call.may(needed) for level, needed in _LEVELS.items()}
    held["pull"] = True
    told = whole_repository(call.addresses, call.repository, held)
    if call.may("administration:read"):
        security = call.repository.state.security.items()
        told["security_and_analysis"] = {name: {"status": status} for name, status in security}
    return Answer.json(told)


@route("rate-limit", "GET /rate_limit", needs=None, docs="rate-limit/rate-limit")
def rate_limit(call: Call) -> Answer:
    """How many requests are left; asking costs none."""
    spender = call.asker.token or call.github.anonymous
    core = {
        "limit": spender.limit,
        "used": spender.used,
        "remaining": max(spender.limit - spender.used, 0),
        "reset": reset_at(),
    }
    search = core | {"limit": 30, "used": 0, "remaining": 30}
    return Answer.json({"resources": {"core": core, "search": search}, "rate": core})


@route("user", "GET /user", needs=None, public=False, docs="users/users#get-the-authenticated-user")
def myself(call: Call) -> Answer:
    """Who asks; a job's token is nobody."""
    if call.asker.permissions is not None:
        raise Refusal(403, "Resource not accessible by integration")
    nothing = ("name", "company", "blog", "location", "email", "hireable", "bio")
    zero = ("public_repos", "public_gists", "followers", "following")
    made = "2011-01-25T18:44:36Z"
    return Answer.json(
        user(call.addresses, call.login)
        | dict.fromkeys(nothing)
        | dict.fromkeys(zero, 0)
        | {"created_at": made, "updated_at": made}
    )
