"""GitHub Apps: the token of an installation, for whoever has the key of this world's app."""

from __future__ import annotations

from datetime import timedelta

from rehearsal.github.answer import Answer, Refusal
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import stamp
from rehearsal.github.state import now

LOGIN = "rehearsed-app[bot]"
_DOCS = "apps/apps#create-an-installation-access-token-for-an-app"


@route(
    "app-token",
    "POST /app/installations/<int:installation>/access_tokens",
    needs=None,
    docs=_DOCS,
    mutating=False,
)
def access_tokens(call: Call, installation: int) -> Answer:
    """A token that lives for an hour; it may do what is asked for, or all that the app may."""
    token = call.asker.token
    if token is None or token.label != "app key":
        raise Refusal(401, "A JSON web token could not be decoded")
    asked = call.body.get("permissions")
    names = [str(name) for name in call.body.get("repositories") or []]
    own = [full for full in call.github.state.repositories if full.partition("/")[2] in names]
    made = call.github.tokens.add(
        permissions=asked,
        repository=own[0] if own else None,
        label="app",
        login=LOGIN,
        shared=False,
    )
    # What GITHUB_TOKEN does starts no workflow; what an app does, does.
    made.starts = True
    told = {
        "token": made.secret,
        "expires_at": stamp(now() + timedelta(hours=1)),
        "permissions": asked or {"contents": "write", "metadata": "read"},
        "repository_selection": "selected",
    }
    return Answer.json(told, 201)
