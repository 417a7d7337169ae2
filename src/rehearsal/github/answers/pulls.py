"""Pull requests within one repository: listed, one, opened, changed."""

from __future__ import annotations

from typing import Any

from rehearsal.github.answer import Answer, Refusal, invalid, not_found, unprocessable
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import (
    JSON,
    full_repository,
    html_url,
    maybe_stamp,
    node_id,
    number_of,
    repository_url,
    stamp,
    user,
)
from rehearsal.github.state import Pull, now

_DOCS = "pulls/pulls"
#: What no pull request has here: nobody is asked to look at one, none is locked.
_NOT_HERE: JSON = {
    "locked": False,
    "milestone": None,
    "assignee": None,
    "assignees": [],
    "requested_reviewers": [],
    "requested_teams": [],
    "auto_merge": None,
}


@route("pulls", "GET ~/pulls", needs="pull_requests:read", docs=f"{_DOCS}#list-pull-requests")
def pulls(call: Call) -> Answer:
    """The pull requests that are open, or that are asked for; newest first."""
    state = call.filter("state") or "open"
    found = [p for p in reversed(call.repository.pulls) if state in ("all", p.state)]
    if head := call.filter("head"):
        found = [p for p in found if head in (p.head, f"{_owner(p)}:{p.head}")]
    if base := call.filter("base"):
        found = [pull for pull in found if pull.base == base]
    return call.page(found, shape=lambda pull: _simple(call, pull))


@route(
    "pull",
    "GET ~/pulls/<int:number>",
    needs="pull_requests:read",
    docs=f"{_DOCS}#get-a-pull-request",
)
def get(call: Call, number: int) -> Answer:
    """One pull request."""
    return Answer.json(_whole(call, _find(call, number)))


@route(
    "commit-pulls",
    "GET ~/commits/<commit>/pulls",
    needs="pull_requests:read",
    docs="commits/commits#list-pull-requests-associated-with-a-commit",
)
def of_commit(call: Call, commit: str) -> Answer:
    """The merged pull requests that brought a commit in, else the open ones that hold it."""
    git = call.repository.git
    oid = git.find_commit(commit)
    if oid is None:
        raise unprocessable(f"No commit found for SHA: {commit}")
    merged = [pull for pull in call.repository.pulls if _brought(call, pull, oid)]
    heads = git.branches()
    held = [
        pull
        for pull in call.repository.pulls
        if pull.state == "open" and {pull.base, pull.head} <= heads.keys()
        # Only what is not in the base yet is the pull request's own.
        if oid in git.log(f"{heads[pull.base]}..{heads[pull.head]}")
    ]
    return call.page(merged or held, shape=lambda pull: _simple(call, pull))


def _brought(call: Call, pull: Pull, oid: str) -> bool:
    """Whether the merge made this commit, or brought it along."""
    made = pull.merge_commit
    if pull.merged_at is None or made is None:
        return False
    git = call.repository.git
    parents = git.commit(made).parents
    return oid == made or oid in git.log(f"{parents[0]}..{made}")


@route(
    "create-pull",
    "POST ~/pulls",
    needs="pull_requests:write",
    docs=f"{_DOCS}#create-a-pull-request",
)
def create(call: Call) -> Answer:
    """Open a pull request; one pair of branches can have one."""
    repository = call.repository
    if call.asker.permissions is not None and not repository.state.actions_may_open_pulls:
        message = "GitHub Actions is not permitted to create or approve pull requests."
        raise Refusal(403, message)
    title, base = call.text("title"), call.text("base")
    head = call.text("head").rpartition(":")[2]
    heads = repository.git.branches()
    for field, name in (("head", head), ("base", base)):
        if name not in heads:
            raise invalid("PullRequest", field)
    owner = repository.full_name.partition("/")[0]
    if any(p.state == "open" and (p.head, p.base) == (head, base) for p in repository.pulls):
        raise _custom(f"A pull request already exists for {owner}:{head}.")
    if not repository.git.log(f"{heads[base]}..{heads[head]}"):
        raise _custom(f"No commits between {base} and {head}")
    pull = repository.add_pull(
        title,
        head=head,
        base=base,
        body=call.body.get("body"),
        author=call.login,
        draft=bool(call.body.get("draft")),
    )
    value = _whole(call, pull)
    return Answer.json(value, 201, {"Location": value["url"]})


@route(
    "update-pull",
    "PATCH ~/pulls/<int:number>",
    needs="pull_requests:write",
    docs=f"{_DOCS}#update-a-pull-request",
)
def update(call: Call, number: int) -> Answer:
    """Change a pull request, close it, or open it again."""
    pull = _find(call, number)
    pull.title = call.body.get("title", pull.title)
    pull.body = call.body.get("body", pull.body)
    pull.base = call.body.get("base", pull.base)
    pull.state = call.body.get("state", pull.state)
    pull.updated_at = now()
    return Answer.json(_whole(call, pull))


def _custom(message: str) -> Refusal:
    error = {"resource": "PullRequest", "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", errors=[error])


def _find(call: Call, number: int) -> Pull:
    for pull in call.repository.pulls:
        if pull.number == number:
            return pull
    raise not_found()


def _owner(pull: Pull) -> str:
    return pull.head_repository.partition("/")[0]


def _simple(call: Call, pull: Pull) -> JSON:
    at = call.addresses
    page = f"{html_url(at, call.repository)}/pull/{pull.number}"
    head = _head(call, pull)
    links = _links(call, pull, head["sha"]) | {"html": page}
    return {
        **_NOT_HERE,
        **{f"{name}_url": link for name, link in links.items() if name != "self"},
        "url": links["self"],
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "number": pull.number,
        "state": pull.state,
        "title": pull.title,
        "user": user(at, pull.author),
        "body": pull.body,
        "labels": [_label(call, name) for name in pull.labels],
        "created_at": stamp(pull.created_at),
        "updated_at": stamp(pull.updated_at),
        "closed_at": None if pull.state == "open" else stamp(pull.updated_at),
        "merged_at": maybe_stamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit,
        "head": head,
        "base": _side(call, pull, pull.base, _base_head(call, pull)),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": "CONTRIBUTOR",
        "draft": pull.draft,
    }


def _links(call: Call, pull: Pull, commit: str) -> dict[str, str]:
    """Where the API has more of it, by the names that `_links` and the fields `*_url` share."""
    api = repository_url(call.addresses, call.repository)
    url, issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    return {
        "self": url,
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{api}/statuses/{commit}",
    }


def _whole(call: Call, pull: Pull) -> JSON:
    value = _simple(call, pull)
    git = call.repository.git
    base, head = value["base"]["sha"], value["head"]["sha"]
    start = git.merge_base(base, head)
    changes = git.changes(start, head) if start else []
    counts = {
        "commits": len(git.log(f"{base}..{head}")),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }
    return value | {
        "merged": pull.merged_at is not None,
        "mergeable": True,
        "rebaseable": True,
        "mergeable_state": "clean",
        "merged_by": None,
        "comments": 0,
        "review_comments": 0,
        "maintainer_can_modify": False,
        **counts,
    }


def _head(call: Call, pull: Pull) -> dict[str, Any]:
    """Its branch now; what is over stays as it was, whatever becomes of the branch."""
    if pull.state == "open":
        heads = call.repository.git.branches()
        pull.head_commit = heads.get(pull.head, pull.head_commit)
    return _side(call, pull, pull.head, pull.head_commit)


def _base_head(call: Call, pull: Pull) -> str:
    return call.repository.git.branches().get(pull.base, pull.head_commit)


def _side(call: Call, pull: Pull, branch: str, commit: str) -> dict[str, Any]:
    owner = _owner(pull)
    held = {"pull": True, "push": call.may("contents:write"), "admin": False}
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": commit,
        "user": user(call.addresses, owner),
        "repo": full_repository(call.addresses, call.repository, held),
    }


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
