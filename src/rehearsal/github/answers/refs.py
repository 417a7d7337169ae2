"""Refs: read, matched, made, moved, removed."""

from __future__ import annotations

from rehearsal.github.answer import Answer, not_found, unprocessable
from rehearsal.github.call import Call
from rehearsal.github.pushing import require_allowed, start_workflows
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, node_id, repository_url

_DOCS = "git/refs"


@route("ref", "GET ~/git/ref/<path:ref>", docs=f"{_DOCS}#get-a-reference")
def get(call: Call, ref: str) -> Answer:
    """One ref, by its exact name without `refs/`."""
    oid = call.repository.git.refs().get(f"refs/{ref}")
    if oid is None:
        raise not_found()
    return Answer.json(_shape(call, f"refs/{ref}", oid))


@route("matching-refs", "GET ~/git/matching-refs", docs=f"{_DOCS}#list-matching-references")
@route(
    "matching-refs",
    "GET ~/git/matching-refs/<path:prefix>",
    docs=f"{_DOCS}#list-matching-references",
)
def matching(call: Call, prefix: str = "") -> Answer:
    """Every ref that begins so."""
    refs = sorted(call.repository.git.refs().items())
    found = [item for item in refs if item[0].startswith(f"refs/{prefix}")]
    return call.page(found, shape=lambda item: _shape(call, *item), newest_first=False)


@route("create-ref", "POST ~/git/refs", needs="contents:write", docs=f"{_DOCS}#create-a-reference")
def create(call: Call) -> Answer:
    """Make a ref that is not there yet."""
    name, oid = call.text("ref"), call.text("sha")
    git = call.repository.git
    if not name.startswith("refs/") or name.count("/") < 2 or not git.is_ref_name(name):
        raise unprocessable(f"{name} is not a valid ref name.")
    if git.kind(oid) is None:
        raise unprocessable("Object does not exist")
    if name.startswith("refs/heads/") and git.kind(oid) != "commit":
        raise unprocessable("Object is not a commit")
    if name in git.refs():
        raise unprocessable("Reference already exists")
    require_allowed(call, name, "creation", git.peel(oid))
    git.create_ref(name, oid)
    start_workflows(call.repository, name, call.asker)
    value = _shape(call, name, oid)
    return Answer.json(value, 201, {"Location": value["url"]})


@route(
    "update-ref",
    "PATCH ~/git/refs/<path:ref>",
    needs="contents:write",
    docs=f"{_DOCS}#update-a-reference",
)
def update(call: Call, ref: str) -> Answer:
    """Let a ref point elsewhere: forward, or anywhere with `force`."""
    name, oid = f"refs/{ref}", call.text("sha")
    git = call.repository.git
    old = git.refs().get(name)
    if old is None:
        raise unprocessable("Reference does not exist")
    if git.kind(oid) is None:
        raise unprocessable("Object does not exist")
    if not call.body.get("force") and not git.is_ancestor(old, oid):
        raise unprocessable("Update is not a fast forward")
    require_allowed(call, name, "update", git.peel(oid))
    git.write_ref(name, oid, old)
    start_workflows(call.repository, name, call.asker, old)
    return Answer.json(_shape(call, name, oid))


@route(
    "delete-ref",
    "DELETE ~/git/refs/<path:ref>",
    needs="contents:write",
    docs=f"{_DOCS}#delete-a-reference",
)
def delete(call: Call, ref: str) -> Answer:
    """Remove a ref; the tag of an immutable release stays."""
    name = f"refs/{ref}"
    if name not in call.repository.git.refs():
        raise unprocessable("Reference does not exist")
    if name == f"refs/heads/{call.repository.default_branch}":
        raise unprocessable("Cannot delete the default branch")
    require_allowed(call, name, "deletion")
    call.repository.git.delete_ref(name)
    return Answer.empty()


def _shape(call: Call, name: str, oid: str) -> JSON:
    api = repository_url(call.addresses, call.repository)
    kind = call.repository.git.kind(oid) or "commit"
    return {
        "ref": name,
        "node_id": node_id("REF", f"{call.repository.full_name}:{name}"),
        "url": f"{api}/git/{name}",
        "object": {"sha": oid, "type": kind, "url": f"{api}/git/{kind}s/{oid}"},
    }
