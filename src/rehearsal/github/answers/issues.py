"""Issues and labels; a pull request is an issue as well, and stands in the same list."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import (
    JSON,
    html_url,
    maybe_stamp,
    node_id,
    number_of,
    repository_url,
    stamp,
    user,
)
from rehearsal.github.state import Issue, Pull

_DOCS = "issues/issues"


@route("issues", "GET ~/issues", needs="issues:read", docs=f"{_DOCS}#list-repository-issues")
def issues(call: Call) -> Answer:
    """The issues and pull requests that are open, or asked for, with all labels asked for."""
    repository = call.repository
    if not repository.state.has_issues:
        raise Refusal(410, "Issues has been disabled in this repository.")
    state = call.filter("state") or "open"
    wanted = {name.lower() for name in (call.filter("labels") or "").split(",") if name}
    every: list[Issue | Pull] = [*repository.issues, *repository.pulls]
    found = [
        entry
        for entry in every
        if state in ("all", entry.state) and wanted <= {name.lower() for name in entry.labels}
    ]
    ascending = call.filter("direction") == "asc"
    found.sort(key=lambda entry: entry.number, reverse=not ascending)
    return call.page(found, shape=lambda entry: _shape(call, entry), newest_first=not ascending)


@route(
    "label",
    "GET ~/labels/<path:name>",
    needs="issues:read",
    docs="issues/labels#get-a-label",
)
def label(call: Call, name: str) -> Answer:
    """One label; GitHub does not mind the case of its name."""
    for known in call.repository.labels:
        if known.lower() == name.lower():
            return Answer.json(_label(call, known) | {"archived_at": None})
    raise not_found()


def _shape(call: Call, entry: Issue | Pull) -> JSON:
    at, repository = call.addresses, call.repository
    api, html = repository_url(at, repository), html_url(at, repository)
    url = f"{api}/issues/{entry.number}"
    closed = None if entry.state == "open" else entry.updated_at
    value: JSON = {
        "id": entry.id,
        "node_id": node_id("I", entry.id),
        "url": url,
        "repository_url": api,
        **{f"{name}_url": f"{url}/{name}" for name in ("comments", "events", "timeline")},
        "labels_url": f"{url}/labels{{/name}}",
        "html_url": f"{html}/issues/{entry.number}",
        "number": entry.number,
        "state": entry.state,
        "state_reason": None,
        "title": entry.title,
        "body": entry.body,
        "user": user(at, entry.author),
        "labels": [_label(call, name) for name in entry.labels],
        "assignees": [],
        "milestone": None,
        "locked": False,
        "active_lock_reason": None,
        "comments": 0,
        "closed_at": maybe_stamp(closed),
        "created_at": stamp(entry.created_at),
        "updated_at": stamp(entry.updated_at),
        "author_association": "CONTRIBUTOR",
    }
    if isinstance(entry, Pull):
        page = f"{html}/pull/{entry.number}"
        value |= {"html_url": page, "draft": entry.draft}
        value["pull_request"] = {
            "url": f"{api}/pulls/{entry.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": maybe_stamp(entry.merged_at),
        }
    return value


def _label(call: Call, name: str) -> JSON:
    identity = number_of(f"label:{name}")
    return {
        "id": identity,
        "node_id": node_id("LA", identity),
        "url": f"{repository_url(call.addresses, call.repository)}/labels/{name}",
        "name": name,
        "description": None,
        "color": "ededed",
        "default": False,
        "archived_by": None,
    }
