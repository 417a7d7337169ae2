"""git over HTTP for the repositories of the loopback GitHub: who may fetch, who may push."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from rehearsal import git_http
from rehearsal.github import access, disturbance, pushing
from rehearsal.github.answer import Answer, Refusal
from rehearsal.github.git import environment
from rehearsal.github.repository import Repository
from rehearsal.github.tokens import Asker

if TYPE_CHECKING:
    from rehearsal.github.world import GitHub

_LOGIN = {"WWW-Authenticate": 'Basic realm="GitHub"'}


def answer_git(github: GitHub, request: Request) -> Answer:
    """Answer one of the two or three requests of a fetch or a push."""
    name, service = git_http.split(request.path)
    pushes = "git-receive-pack" in (service, request.args.get("service"))
    writes = service == "git-receive-pack"
    route = "git-push" if pushes else "git-fetch"
    record, struck = github.begin(request, route, request.path, mutating=writes)
    try:
        asker = access.identify(github, request, record)
        disturbance.before(struck, request)
        repository = _repository(github, asker, name, pushes=pushes)
        answer = _served(request, repository, asker, service, writes=writes)
        struck.status = answer.status
        disturbance.after(struck, request)
    except Refusal as refusal:
        answer = Answer(refusal.status, refusal.message.encode(), refusal.headers)
    finally:
        record.faults = tuple(fault.kind for fault in struck.taken)
    answer.headers["Content-Length"] = str(len(answer.body))
    answer.body = disturbance.truncated(struck, answer.body)
    record.status = answer.status
    return answer


def _repository(github: GitHub, asker: Asker, name: str, *, pushes: bool) -> Repository:
    """The repository, if the asking one may fetch from it or push to it."""
    found = github.find(name)
    free = found is not None and not found.private
    if found is None or not (free or asker.holds(found.full_name, "contents:read")):
        # git asks again with a password if it has one.
        raise _refused(asker, 404, "Repository not found.")
    if pushes and not asker.holds(found.full_name, "contents:write"):
        raise _refused(asker, 403, f"Permission to {name}.git denied to {asker.login}.")
    return found


def _refused(asker: Asker, status: int, message: str) -> Refusal:
    """What is said to one whose token does not do, or who should come again with one."""
    if asker.token is None:
        return Refusal(401, "Authentication required.", headers=_LOGIN)
    return Refusal(status, message)


def _served(
    request: Request, repository: Repository, asker: Asker, service: str, *, writes: bool
) -> Answer:
    with ExitStack() as until_answered:
        variables = environment()
        if writes:
            variables |= until_answered.enter_context(pushing.watch(repository, asker))
        status, headers, body = git_http.serve(
            request, repository.path / service, user=asker.login, environment=variables
        )
        return Answer(status, body, headers)
