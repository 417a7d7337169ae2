"""GitHub's other API, as far as `gh release` needs it: drafts by tag, and the list."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from rehearsal.github import releasing
from rehearsal.github.answer import Answer
from rehearsal.github.call import Call
from rehearsal.github.repository import Repository
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, maybe_stamp, stamp
from rehearsal.github.state import Release


@route("graphql", "POST /graphql", needs=None, public=False, mutating=False)
def graphql(call: Call) -> Answer:
    """Answer those few queries that are known by their names."""
    found = re.match(r"\s*query (\w+)", call.text("query"))
    ask = _QUERIES.get(found[1]) if found else None
    if ask is None:
        return _error("NOT_SUPPORTED", "The loopback GitHub does not know this query")
    variables = call.body.get("variables") or {}
    name = f"{variables.get('owner')}/{variables.get('name')}"
    repository = call.github.find(name) if "owner" in variables else None
    if repository and repository.private and not call.asker.holds(name, "contents:read"):
        repository = None
    if repository is None and "owner" in variables:
        return _error("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    return Answer.json({"data": ask(call, repository, variables)})


def _error(kind: str, message: str) -> Answer:
    return Answer.json({"data": None, "errors": [{"type": kind, "message": message}]})


def _shown(call: Call, repository: Repository) -> list[Release]:
    drafts = call.asker.holds(repository.full_name, "contents:write")
    return [r for r in reversed(repository.releases) if drafts or not r.draft]


def _by_tag(call: Call, repository: Repository, variables: JSON) -> JSON:
    """The release of a tag: here, and here alone, a draft is found by its tag."""
    found = (r for r in _shown(call, repository) if r.tag == variables.get("tagName"))
    release = next(found, None)
    about = release and {"databaseId": release.id, "isDraft": release.draft}
    return {"repository": {"release": about}}


def _fields(call: Call, repository: Repository, variables: JSON) -> JSON:
    """What a release is said to have: newer GitHubs have more."""
    return {"Release": {"fields": [{"name": name} for name in ("isLatest", "immutable")]}}


def _listed(call: Call, repository: Repository, variables: JSON) -> JSON:
    latest = releasing.latest(repository)
    nodes = [
        {
            "name": release.name or "",
            "tagName": release.tag,
            "isDraft": release.draft,
            "immutable": release.immutable,
            "isLatest": release is latest,
            "isPrerelease": release.prerelease,
            "createdAt": stamp(release.created_at),
            "publishedAt": maybe_stamp(release.published_at),
        }
        for release in _shown(call, repository)
    ]
    page = {"hasNextPage": False, "endCursor": None}
    return {"repository": {"releases": {"nodes": nodes, "pageInfo": page}}}


_QUERIES: dict[str, Callable[[Call, Any, JSON], JSON]] = {
    "RepositoryReleaseByTag": _by_tag,
    "Release_fields": _fields,
    "RepositoryReleaseList": _listed,
}
