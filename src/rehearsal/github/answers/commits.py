"""Commits: listed, one with its files, two compared."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal, not_found, unprocessable
from rehearsal.github.answers.git_shapes import git_commit
from rehearsal.github.call import Call
from rehearsal.github.git_changes import FileChange
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, repository_url, user

_FILES = 300


@route("commits", "GET ~/commits", docs="commits/commits#list-commits")
def commits(call: Call) -> Answer:
    """The history of a branch, a tag or a commit, or of a path in it; newest first."""
    git = call.repository.git
    start = call.filter("sha") or call.repository.default_branch
    head = git.find_commit(start)
    if head is None:
        if not git.refs():
            raise Refusal(409, "Git Repository is empty.")
        raise not_found()
    limits = [f"--{k}={v}" for k in ("since", "until", "author") if (v := call.filter(k))]
    path = call.filter("path")
    found = git.log(*limits, head, *(["--", path] if path else []))
    return call.page(found, shape=lambda oid: commit_shape(call, oid))


@route("commit", "GET ~/commits/<path:ref>", docs="commits/commits#get-a-commit")
def commit(call: Call, ref: str) -> Answer:
    """One commit and the files it changed; with the media type `sha`, its id alone."""
    oid = call.repository.git.find_commit(ref)
    if oid is None:
        raise unprocessable(f"No commit found for SHA: {ref}")
    if "vnd.github.sha" in call.accept:
        return Answer.file(oid.encode(), "application/vnd.github.sha; charset=utf-8")
    parents = call.repository.git.commit(oid).parents
    changes = call.repository.git.changes(parents[0] if parents else None, oid)
    added = sum(change.additions for change in changes)
    deleted = sum(change.deletions for change in changes)
    return Answer.json(
        commit_shape(call, oid)
        | {
            "stats": {"total": added + deleted, "additions": added, "deletions": deleted},
            "files": [_file(call, oid, change) for change in changes[:_FILES]],
        }
    )


@route("compare", "GET ~/compare/<path:basehead>", docs="commits/commits#compare-two-commits")
def compare(call: Call, basehead: str) -> Answer:
    """How two commits lie to each other: `base...head`."""
    git = call.repository.git
    names = [name.rpartition(":")[2] for name in basehead.split("...")]
    found = [git.find_commit(name) for name in names]
    if len(found) != 2 or None in found:
        raise not_found()
    base, head = (oid or "" for oid in found)
    merge_base = git.merge_base(base, head)
    if merge_base is None:
        raise Refusal(404, f"No common ancestor between {names[0]} and {names[1]}.")
    ahead = git.log("--reverse", "--topo-order", f"{base}..{head}")
    behind = git.log("--count", f"{head}..{base}")[0]
    api = f"{repository_url(call.addresses, call.repository)}/compare/{basehead}"
    html = f"{html_url(call.addresses, call.repository)}/compare/{basehead}"
    first = call.number("page", 1) <= 1
    changes = git.changes(merge_base, head)[:_FILES] if first else []
    about = {
        "url": api,
        "html_url": html,
        "permalink_url": f"{html_url(call.addresses, call.repository)}/compare/{base}...{head}",
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": commit_shape(call, base),
        "merge_base_commit": commit_shape(call, merge_base),
        "status": _status(len(ahead), int(behind)),
        "ahead_by": len(ahead),
        "behind_by": int(behind),
        "total_commits": len(ahead),
        "files": [_file(call, head, change) for change in changes],
    }
    return call.page(
        ahead,
        "commits",
        shape=lambda oid: commit_shape(call, oid),
        counted=False,
        more=about,
        newest_first=False,
        per_page=100,
    )


def _status(ahead: int, behind: int) -> str:
    match ahead > 0, behind > 0:
        case False, False:
            return "identical"
        case True, False:
            return "ahead"
        case False, True:
            return "behind"
        case _:
            return "diverged"


def commit_shape(call: Call, oid: str) -> JSON:
    """A commit as the lists have it."""
    found = call.repository.git.commit(oid)
    inner = git_commit(call, found)
    api = repository_url(call.addresses, call.repository)
    url = f"{api}/commits/{oid}"
    return {
        "sha": oid,
        "node_id": inner["node_id"],
        "commit": {
            "author": inner["author"],
            "committer": inner["committer"],
            "message": inner["message"],
            "tree": inner["tree"],
            "url": inner["url"],
            "comment_count": 0,
            "verification": inner["verification"],
        },
        "url": url,
        "html_url": inner["html_url"],
        "comments_url": f"{url}/comments",
        # GitHub knows an account by the address; this one by the name before the `@`.
        "author": user(call.addresses, _login(found.author.email)),
        "committer": user(call.addresses, _login(found.committer.email)),
        "parents": [
            {**parent, "url": parent["url"].replace("/git/commits/", "/commits/")}
            for parent in inner["parents"]
        ],
    }


def _login(email: str) -> str:
    """The account of an address; what GitHub's site commits is by an account of its own."""
    return "web-flow" if email == "noreply@github.com" else email.partition("@")[0] or "ghost"


def _file(call: Call, head: str, change: FileChange) -> JSON:
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    return {
        "sha": change.oid,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{html}/blob/{head}/{change.path}",
        "raw_url": f"{html}/raw/{head}/{change.path}",
        "contents_url": f"{api}/contents/{change.path}?ref={head}",
        **({"previous_filename": change.previous} if change.previous else {}),
    }
