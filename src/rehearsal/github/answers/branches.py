"""Branches and tags as lists, and the old protection of branches."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal, not_found
from rehearsal.github.answers.commits import commit_shape
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, node_id, repository_url

_DOCS = "branches"


@route("branches", "GET ~/branches", docs=f"{_DOCS}/branches#list-branches")
def branches(call: Call) -> Answer:
    """Every branch, by name."""
    found = sorted(call.repository.git.branches())
    if (wanted := call.filter("protected")) is not None:
        found = [name for name in found if _is_protected(call, name) == (wanted == "true")]
    return call.page(found, shape=lambda name: _short(call, name), newest_first=False)


@route("branch", "GET ~/branches/<path:name>", docs=f"{_DOCS}/branches#get-a-branch")
def branch(call: Call, name: str) -> Answer:
    """One branch with the commit at its head."""
    heads = call.repository.git.branches()
    if name not in heads:
        raise Refusal(404, "Branch not found")
    api = f"{repository_url(call.addresses, call.repository)}/branches/{name}"
    html = f"{html_url(call.addresses, call.repository)}/tree/{name}"
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    protected = _is_protected(call, name)
    return Answer.json(
        {
            "name": name,
            "commit": commit_shape(call, heads[name]),
            "_links": {"self": api, "html": html},
            "protected": protected,
            "protection": {"enabled": protected, "required_status_checks": checks},
            "protection_url": f"{api}/protection",
        }
    )


@route(
    "branch-protection",
    "GET ~/branches/<path:name>/protection",
    needs="administration:read",
    public=False,
    docs=f"{_DOCS}/branch-protection#get-branch-protection",
)
def protection(call: Call, name: str) -> Answer:
    """The old protection of a branch; rulesets are told elsewhere."""
    if name not in call.repository.git.branches():
        raise Refusal(404, "Branch not found")
    if name not in call.repository.state.protections:
        raise Refusal(404, "Branch not protected")
    api = f"{repository_url(call.addresses, call.repository)}/branches/{name}/protection"
    return Answer.json({"url": api, **call.repository.state.protections[name]})


@route("tags", "GET ~/tags", docs="repos/repos#list-repository-tags")
def tags(call: Call) -> Answer:
    """Every tag with the commit it comes to, by name from the end of the alphabet."""
    found = sorted(call.repository.git.tags(), reverse=True)
    return call.page(found, shape=lambda name: _tag(call, name))


def _is_protected(call: Call, name: str) -> bool:
    return name in call.repository.state.protections


def _short(call: Call, name: str) -> JSON:
    oid = call.repository.git.branches()[name]
    api = repository_url(call.addresses, call.repository)
    return {
        "name": name,
        "commit": {"sha": oid, "url": f"{api}/commits/{oid}"},
        "protected": _is_protected(call, name),
    }


def _tag(call: Call, name: str) -> JSON:
    oid = call.repository.git.find_commit(f"refs/tags/{name}")
    if oid is None:
        raise not_found()
    api = repository_url(call.addresses, call.repository)
    return {
        "name": name,
        "zipball_url": f"{api}/zipball/refs/tags/{name}",
        "tarball_url": f"{api}/tarball/refs/tags/{name}",
        "commit": {"sha": oid, "url": f"{api}/commits/{oid}"},
        "node_id": node_id("REF", f"{call.repository.full_name}:{name}"),
    }
