"""Files and folders at a commit: read, and written as commits of their own."""

from __future__ import annotations

import base64
from typing import Any

from rehearsal.github.answer import Answer, Refusal, not_found, not_supplied
from rehearsal.github.answers.git_data import decoded, write_blob, write_tree
from rehearsal.github.answers.git_shapes import git_commit
from rehearsal.github.call import Call
from rehearsal.github.git import Entry
from rehearsal.github.pushing import require_allowed, start_workflows
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, repository_url

_LARGE = 1_000_000
_TYPES = {"160000": "submodule", "120000": "symlink", "040000": "dir"}


@route("contents", "GET ~/contents", docs="repos/contents#get-repository-content")
@route("contents", "GET ~/contents/<path:path>", docs="repos/contents#get-repository-content")
def get(call: Call, path: str = "") -> Answer:
    """A file, a folder, or what else stands at a path of a branch, a tag or a commit."""
    git = call.repository.git
    name = call.request.args.get("ref") or call.repository.default_branch
    commit = git.find_commit(name)
    if commit is None:
        if not git.refs():
            raise Refusal(404, "This repository is empty.")
        raise Refusal(404, f"No commit found for the ref {name}")
    entry = git.entry(commit, path)
    if entry is None:
        raise not_found()
    if entry.kind == "tree":
        inner = [_below(entry, inside) for inside in git.entries(entry.oid)]
        return Answer.json([_shape(call, name, inside) for inside in inner])
    content = git.blob(entry.oid) if entry.kind == "blob" else b""
    if call.raw:
        return Answer.file(content, "application/vnd.github.raw; charset=utf-8")
    return Answer.json(_whole(call, name, entry, content))


@route(
    "put-contents",
    "PUT ~/contents/<path:path>",
    needs="contents:write",
    docs="repos/contents#create-or-update-file-contents",
)
def put(call: Call, path: str) -> Answer:
    """Write a file; what it replaces must be named by its blob."""
    message, content = call.text("message"), decoded(call.body.get("content", ""))
    head, branch, old = _before(call, path)
    if old is not None and "sha" not in call.body:
        raise not_supplied("sha")
    _require_same(call, path, old)
    blob = write_blob(call.repository, content)
    mode = old.mode if old else "100644"
    commit = _commit(call, branch, head, path, (mode, "blob", blob), message)
    written = Entry(mode, "blob", blob, len(content), path)
    value = {"content": _shape(call, branch, written), "commit": commit}
    return Answer.json(value, 200 if old else 201)


@route(
    "delete-contents",
    "DELETE ~/contents/<path:path>",
    needs="contents:write",
    docs="repos/contents#delete-a-file",
)
def delete(call: Call, path: str) -> Answer:
    """Remove a file, named by its blob, too."""
    message = call.text("message")
    head, branch, old = _before(call, path)
    if old is None:
        raise not_found()
    call.text("sha")
    _require_same(call, path, old)
    commit = _commit(call, branch, head, path, None, message)
    return Answer.json({"content": None, "commit": commit})


def _before(call: Call, path: str) -> tuple[str | None, str, Entry | None]:
    """The head of the branch that is written to, its name, and what stands at the path."""
    branch = call.body.get("branch") or call.repository.default_branch
    git = call.repository.git
    head = git.branches().get(branch.removeprefix("refs/heads/"))
    if head is None and git.refs():
        raise Refusal(404, f"Branch {branch} not found")
    return head, branch, git.entry(head, path) if head else None


def _require_same(call: Call, path: str, old: Entry | None) -> None:
    given = call.body.get("sha")
    if given is not None and given != (old.oid if old else None):
        raise Refusal(409, f"{path} does not match {given}")


def _commit(
    call: Call,
    branch: str,
    head: str | None,
    path: str,
    entry: tuple[str, str, str] | None,
    message: str,
) -> JSON:
    """Commit one changed entry to a branch, unless the branch has moved meanwhile."""
    git = call.repository.git
    ref = f"refs/heads/{branch}"
    require_allowed(call, ref, "update")
    entries: dict[str, tuple[str, str, str]] = {}
    if head is not None:
        listed = (e for e in git.entries(head, recursive=True) if e.kind != "tree")
        entries = {kept.path: (kept.mode, kept.kind, kept.oid) for kept in listed}
    entries.pop(path, None)
    if entry is not None:
        entries[path] = entry
    tree = write_tree(call.repository, entries)
    author = _person("AUTHOR", call.body.get("author") or call.body.get("committer"), call.login)
    committer = _person("COMMITTER", call.body.get("committer"), call.login)
    parents = ["-p", head] if head else []
    made = git.run("commit-tree", tree, *parents, "-m", message, env=author | committer)
    oid = made.decode().strip()
    git.write_ref(ref, oid, head or "0" * 40)
    start_workflows(call.repository, ref, call.asker, head or "")
    return git_commit(call, git.commit(oid))


def _person(role: str, given: dict[str, Any] | None, login: str) -> dict[str, str]:
    given = given or {}
    return {
        f"GIT_{role}_NAME": given.get("name", login),
        f"GIT_{role}_EMAIL": given.get("email", f"{login}@users.noreply.github.com"),
    }


def _below(folder: Entry, inside: Entry) -> Entry:
    path = f"{folder.path}/{inside.path}".lstrip("/")
    return Entry(inside.mode, inside.kind, inside.oid, inside.size, path)


def _shape(call: Call, ref: str, entry: Entry) -> JSON:
    """What stands at a path, without its bytes."""
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    kind = _TYPES.get(entry.mode, "file")
    word = "tree" if entry.kind == "tree" else "blob"
    links = {
        "self": f"{api}/contents/{entry.path}?ref={ref}",
        "git": f"{api}/git/{word}s/{entry.oid}",
        "html": f"{html}/{word}/{ref}/{entry.path}",
    }
    return {
        "name": entry.path.rpartition("/")[2],
        "path": entry.path,
        "sha": entry.oid,
        "size": entry.size,
        "url": links["self"],
        "html_url": links["html"],
        "git_url": links["git"],
        "download_url": f"{html}/raw/{ref}/{entry.path}" if kind == "file" else None,
        "type": kind,
        "_links": links,
    }


def _whole(call: Call, ref: str, entry: Entry, content: bytes) -> JSON:
    """What stands at a path; a large file's bytes are to be asked for raw."""
    value = _shape(call, ref, entry)
    if value["type"] == "submodule":
        # GitHub reads .gitmodules; here a submodule lies beside the repository.
        return value | {"submodule_git_url": f"{call.addresses.html}/{entry.path}.git"}
    if value["type"] == "symlink":
        return value | {"target": content.decode()}
    if len(content) > _LARGE:
        return value | {"content": "", "encoding": "none"}
    return value | {"content": base64.encodebytes(content).decode(), "encoding": "base64"}
