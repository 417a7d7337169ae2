"""The path of one request: who asks, what goes wrong, what is answered, what is remembered."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from rehearsal import git_http
from rehearsal.github import access, disturbance, headers
from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.call import Addresses, Call
from rehearsal.github.git_door import answer_git
from rehearsal.github.lag import Lag
from rehearsal.github.routing import Route
from rehearsal.github.table import MAP
from rehearsal.github.tokens import Asker

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from rehearsal.github.world import GitHub, Record


class App:
    """The WSGI application behind both doors."""

    def __init__(self, github: GitHub) -> None:
        self._github = github
        self._lag = Lag(github)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.get_data()  # All of it, or a reset would look different from time to time.
        if git_http.is_git(request.path):
            answer = answer_git(self._github, request)
        else:
            answer = self._api(request)
        start_response(headers.status_line(answer.status), list(answer.headers.items()))
        return [b"" if request.method == "HEAD" else answer.body]

    def _api(self, request: Request) -> Answer:
        path, addresses = _door(self._github, request)
        route, arguments = _find(request, path)
        mutating = route.mutating and request.method != "HEAD"
        record, struck = self._github.begin(request, route.name, path, mutating=mutating)
        call = Call(self._github, request, route, Asker(None, {}), addresses, struck)
        try:
            answer = self._disturbed(call, arguments, record)
            answer = disturbance.nonsense(struck, answer)
            answer = headers.complete(call, answer)
            answer.body = disturbance.truncated(struck, answer.body)
            record.status = answer.status
        finally:
            record.faults = tuple(fault.kind for fault in struck.taken)
        return answer

    def _disturbed(self, call: Call, arguments: dict[str, Any], record: Record) -> Answer:
        """What the call is answered, or what a fault puts in its place."""
        try:
            call.asker = access.identify(self._github, call.request, record)
            disturbance.before(call.struck, call.request)
            access.require_allowance(call)
            answer = self._carried_out(call, arguments, record)
            call.struck.status = answer.status
            disturbance.after(call.struck, call.request)
        except Refusal as refusal:
            return refusal.answer(call.route.documentation)
        return answer

    def _carried_out(self, call: Call, arguments: dict[str, Any], record: Record) -> Answer:
        """What the route answers; a fault of our own is remembered, and told as a 500."""
        with self._github.lock:
            try:
                if "owner" in arguments:
                    name = f"{arguments.pop('owner')}/{arguments.pop('repo')}"
                    found = access.repository(call, name)
                    call.repository = self._lag.repository(call, found)
                access.admit(call)
                answer = call.route.answer(call, **arguments)
            except Refusal as refusal:
                answer = refusal.answer(call.route.documentation)
            except Exception:  # In a server's thread: told when the world closes.
                self._github.crashes.append(traceback.format_exc())
                answer = Refusal(500, "The loopback GitHub has a fault").answer()
            for judge in self._github.judges:
                judge(record, answer)
            return answer


def _find(request: Request, path: str) -> tuple[Route, dict[str, Any]]:
    """The route of a request, and what its path says; GitHub has no 405."""
    method = "GET" if request.method == "HEAD" else request.method
    try:
        found, arguments = MAP.bind("").match(path, method)
    except HTTPException:
        return _UNKNOWN, {}
    return found, dict(arguments)


def _unknown(call: Call) -> Answer:
    raise not_found()


_UNKNOWN = Route("unknown", "GET", "", _unknown, None, True, "", False)


def _door(github: GitHub, request: Request) -> tuple[str, Addresses]:
    """The path without the prefix of its door, and where answers say that things are.

    Who comes by the socket means github.com; who comes by the port, a server of one's own.
    """
    path = request.path
    if not request.environ["REMOTE_PORT"]:  # The socket.
        return path, Addresses(
            "https://api.github.com", "https://uploads.github.com", "https://github.com"
        )
    url = github.api_url
    for prefix in ("/api/v3", "/api/uploads"):
        if path.startswith(f"{prefix}/"):
            return path.removeprefix(prefix), Addresses(f"{url}/api/v3", f"{url}/api/uploads", url)
    return path, Addresses(url, f"{url}/api/uploads", url)
