"""Workflows: listed, one, its runs, dispatched, switched on and off."""

from __future__ import annotations

from typing import Any

from rehearsal.github.answer import Answer, Refusal, not_found, unprocessable
from rehearsal.github.answers.runs import list_runs
from rehearsal.github.call import Call
from rehearsal.github.pushing import dispatch
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, node_id, repository_url, stamp
from rehearsal.github.state import Workflow
from rehearsal.github.workflow_files import read_workflows, triggers

_DOCS = "actions/workflows"


@route(
    "workflows",
    "GET ~/actions/workflows",
    needs="actions:read",
    docs=f"{_DOCS}#list-repository-workflows",
)
def workflows(call: Call) -> Answer:
    """Every workflow that GitHub knows of."""
    found = call.repository.workflows
    return call.page(found, "workflows", shape=lambda item: _shape(call, item), newest_first=False)


@route(
    "workflow",
    "GET ~/actions/workflows/<name>",
    needs="actions:read",
    docs=f"{_DOCS}#get-a-workflow",
)
def get(call: Call, name: str) -> Answer:
    """One workflow by its id or its file name."""
    return Answer.json(_shape(call, _find(call, name)))


@route(
    "workflow-runs",
    "GET ~/actions/workflows/<name>/runs",
    needs="actions:read",
    docs="actions/workflow-runs#list-workflow-runs-for-a-workflow",
)
def runs(call: Call, name: str) -> Answer:
    """The runs of one workflow, newest first."""
    workflow = _find(call, name)
    return list_runs(call, [r for r in call.repository.runs if r.workflow_id == workflow.id])


@route(
    "dispatch-workflow",
    "POST ~/actions/workflows/<name>/dispatches",
    needs="actions:write",
    docs=f"{_DOCS}#create-a-workflow-dispatch-event",
)
def dispatches(call: Call, name: str) -> Answer:
    """Let a workflow run for a branch or a tag."""
    workflow, ref = _find(call, name), call.text("ref")
    if workflow.state != "active":
        raise unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    refs = call.repository.git.refs()
    full = next((r for r in (f"refs/heads/{short}", f"refs/tags/{short}") if r in refs), None)
    if full is None:
        raise unprocessable(f"No ref found for: {ref}")
    document = read_workflows(call.repository, refs[full] + "^{commit}").get(workflow.path, {})
    if "workflow_dispatch" not in triggers(document):
        raise unprocessable("Workflow does not have 'workflow_dispatch' trigger")
    given = _inputs(call, triggers(document)["workflow_dispatch"] or {})
    run = dispatch(call.repository, workflow.path, full, call.login, given)
    if not call.wants_details:
        return Answer.empty()
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    return Answer.json(
        {
            "workflow_run_id": run.id,
            "run_url": f"{api}/actions/runs/{run.id}",
            "html_url": f"{html}/actions/runs/{run.id}",
        }
    )


def _inputs(call: Call, declared: dict[str, Any]) -> dict[str, str]:
    """What the run is given: each declared input, by its default where none was sent."""
    expected = declared.get("inputs") or {}
    given = call.body.get("inputs") or {}
    if unknown := sorted(set(given) - set(expected)):
        raise unprocessable(f"Unexpected inputs provided: {unknown}")
    found = {name: str(value) for name, value in given.items()}
    for name, about in expected.items():
        about = about or {}
        if about.get("required") and "default" not in about and name not in given:
            raise unprocessable(f"Required input '{name}' not provided")
        found.setdefault(name, str(about.get("default", "")))
    return found


@route(
    "disable-workflow",
    "PUT ~/actions/workflows/<name>/disable",
    needs="actions:write",
    docs=f"{_DOCS}#disable-a-workflow",
)
def disable(call: Call, name: str) -> Answer:
    """Switch a workflow off."""
    call.repository.set_workflow(_find(call, name).path, state="disabled_manually")
    return Answer.empty()


@route(
    "enable-workflow",
    "PUT ~/actions/workflows/<name>/enable",
    needs="actions:write",
    docs=f"{_DOCS}#enable-a-workflow",
)
def enable(call: Call, name: str) -> Answer:
    """Switch a workflow on."""
    workflow = _find(call, name)
    if workflow.state == "deleted":
        raise Refusal(403, "Unable to enable this workflow.")
    call.repository.set_workflow(workflow.path, state="active")
    return Answer.empty()


def _find(call: Call, name: str) -> Workflow:
    found = call.repository.workflow(name)
    if found is None:
        raise not_found()
    return found


def _shape(call: Call, workflow: Workflow) -> JSON:
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    file = workflow.path.rpartition("/")[2]
    return {
        "id": workflow.id,
        "node_id": node_id("W", workflow.id),
        "name": workflow.name,
        "path": workflow.path,
        "state": workflow.state,
        "created_at": stamp(workflow.created_at),
        "updated_at": stamp(workflow.updated_at),
        "url": f"{api}/actions/workflows/{workflow.id}",
        "html_url": f"{html}/blob/{call.repository.default_branch}/{workflow.path}",
        "badge_url": f"{html}/actions/workflows/{file}/badge.svg",
    }
