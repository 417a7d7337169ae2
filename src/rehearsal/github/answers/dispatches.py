"""Events that somebody outside sends to a repository."""

from __future__ import annotations

from rehearsal.github import running
from rehearsal.github.answer import Answer
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.workflow_files import read_workflows, triggers


@route(
    "repository-dispatch",
    "POST ~/dispatches",
    needs="contents:write",
    docs="repos/repos#create-a-repository-dispatch-event",
)
def dispatch(call: Call) -> Answer:
    """Let the workflows of the default branch run that wait for this event."""
    kind = call.text("event_type")
    repository = call.repository
    payload = call.body.get("client_payload") or {}
    repository.state.dispatches.append({"event_type": kind, "client_payload": payload})
    head = repository.git.branches().get(repository.default_branch)
    for path, document in (read_workflows(repository, head) if head else {}).items():
        events = triggers(document)
        types = (events.get("repository_dispatch") or {}).get("types")
        if "repository_dispatch" in events and (types is None or kind in types):
            running.add_run(
                repository,
                workflow=path,
                commit=head or "",
                branch=repository.default_branch,
                event="repository_dispatch",
                status="queued",
                title=kind,
                actor=call.login,
            )
    return Answer.empty()
