"""The objects of git: tags, commits, trees, blobs, read and written."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from rehearsal.github.answer import Answer, Refusal, not_found, unprocessable
from rehearsal.github.answers.git_shapes import git_commit, tag_shape, tree_shape
from rehearsal.github.call import Call
from rehearsal.github.git import GitRefused
from rehearsal.github.repository import Repository
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, node_id, repository_url
from rehearsal.github.state import now


@route("tag-object", "GET ~/git/tags/<oid>", docs="git/tags#get-a-tag")
def get_tag(call: Call, oid: str) -> Answer:
    """An annotated tag object."""
    if call.repository.git.kind(oid) != "tag":
        raise not_found()
    return Answer.json(tag_shape(call, call.repository.git.tag(oid)))


@route(
    "create-tag-object",
    "POST ~/git/tags",
    needs="contents:write",
    docs="git/tags#create-a-tag-object",
)
def create_tag(call: Call) -> Answer:
    """Make a tag object; a ref for it is another call."""
    name, target, kind = call.text("tag"), call.text("object"), call.text("type")
    message = call.body.get("message")
    if not isinstance(message, str):
        call.text("message")
    git = call.repository.git
    if git.kind(target) != kind:
        raise unprocessable("Could not verify object")
    who = _line(call.body.get("tagger"), call.login)
    content = f"object {target}\ntype {kind}\ntag {name}\ntagger {who}\n\n{message}\n"
    try:
        oid = git.text("mktag", stdin=content.encode())
    except GitRefused as refused:
        raise unprocessable(str(refused)) from None
    value = tag_shape(call, git.tag(oid))
    return Answer.json(value, 201, {"Location": value["url"]})


@route("git-commit", "GET ~/git/commits/<oid>", docs="git/commits#get-a-commit-object")
def get_commit(call: Call, oid: str) -> Answer:
    """A commit object, by its full id alone."""
    if call.repository.git.kind(oid) != "commit":
        raise not_found()
    return Answer.json(git_commit(call, call.repository.git.commit(oid)))


@route(
    "create-git-commit",
    "POST ~/git/commits",
    needs="contents:write",
    docs="git/commits#create-a-commit",
)
def create_commit(call: Call) -> Answer:
    """Make a commit object; no branch moves."""
    message, tree = call.text("message"), call.text("tree")
    parents = call.body.get("parents") or []
    git = call.repository.git
    if git.kind(tree) != "tree":
        raise unprocessable("Tree SHA does not exist")
    if any(git.kind(parent) != "commit" for parent in parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    author = call.body.get("author")
    head = [f"tree {tree}", *(f"parent {parent}" for parent in parents)]
    head.append(f"author {_line(author, call.login)}")
    head.append(f"committer {_line(call.body.get('committer') or author, call.login)}")
    content = "\n".join(head) + f"\n\n{message}"
    oid = git.text("hash-object", "-t", "commit", "-w", "--stdin", stdin=content.encode())
    value = git_commit(call, git.commit(oid))
    return Answer.json(value, 201, {"Location": value["url"]})


@route("tree", "GET ~/git/trees/<path:name>", docs="git/trees#get-a-tree")
def get_tree(call: Call, name: str) -> Answer:
    """A tree, by its id or by a commit's, or by the name of a ref; whole with `recursive`."""
    git = call.repository.git
    oid = name if git.kind(name) == "tree" else git.find_commit(name)
    if oid is None:
        raise not_found()
    return Answer.json(tree_shape(call, git.text("rev-parse", f"{oid}^{{tree}}")))


@route("create-tree", "POST ~/git/trees", needs="contents:write", docs="git/trees#create-a-tree")
def create_tree(call: Call) -> Answer:
    """Make a tree from another and the entries that differ."""
    git = call.repository.git
    base = call.body.get("base_tree")
    entries: dict[str, tuple[str, str, str]] = {}
    if base:
        if git.kind(base) not in ("tree", "commit"):
            raise unprocessable("base_tree is not a tree")
        listed = (e for e in git.entries(base, recursive=True) if e.kind != "tree")
        entries = {entry.path: (entry.mode, entry.kind, entry.oid) for entry in listed}
    for given in call.body.get("tree") or []:
        _put_entry(call.repository, entries, given)
    oid = write_tree(call.repository, entries)
    value = tree_shape(call, oid)
    return Answer.json(value, 201, {"Location": value["url"]})


def _put_entry(
    repository: Repository, entries: dict[str, tuple[str, str, str]], given: dict[str, Any]
) -> None:
    path, git = given["path"], repository.git
    if "content" in given:
        blob = write_blob(repository, str(given["content"]).encode())
        entries[path] = (given.get("mode", "100644"), "blob", blob)
    elif given.get("sha") is None:
        entries.pop(path, None)
    elif git.kind(given["sha"]) is None:
        raise unprocessable(f"tree.sha {given['sha']} is not a valid object")
    else:
        kind = git.kind(given["sha"]) or "blob"
        entries[path] = (given.get("mode", "100644"), kind, given["sha"])


def write_tree(repository: Repository, entries: dict[str, tuple[str, str, str]]) -> str:
    """The tree of these entries, by path with slashes."""
    folders: dict[str, dict[str, tuple[str, str, str]]] = {}
    flat: dict[str, tuple[str, str, str]] = {}
    for path, entry in entries.items():
        folder, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(folder, {})[rest] = entry
        else:
            flat[path] = entry
    for folder, inner in folders.items():
        flat[folder] = ("040000", "tree", write_tree(repository, inner))
    lines = (f"{mode} {kind} {oid}\t{name}\0" for name, (mode, kind, oid) in flat.items())
    return repository.git.text("mktree", "-z", stdin="".join(lines).encode())


def write_blob(repository: Repository, content: bytes) -> str:
    """The id of a blob, now there."""
    return repository.git.text("hash-object", "-w", "--stdin", stdin=content)


@route("blob", "GET ~/git/blobs/<oid>", docs="git/blobs#get-a-blob")
def get_blob(call: Call, oid: str) -> Answer:
    """The bytes of a blob."""
    if call.repository.git.kind(oid) != "blob":
        raise not_found()
    content = call.repository.git.blob(oid)
    if call.raw:
        return Answer.file(content, "application/vnd.github.raw; charset=utf-8")
    return Answer.json(
        {
            **_blob(call, oid),
            "node_id": node_id("B", oid),
            "size": len(content),
            "content": base64.encodebytes(content).decode(),
            "encoding": "base64",
        }
    )


@route("create-blob", "POST ~/git/blobs", needs="contents:write", docs="git/blobs#create-a-blob")
def create_blob(call: Call) -> Answer:
    """Keep bytes as a blob."""
    content = call.body.get("content", "")
    if call.body.get("encoding", "utf-8") == "base64":
        value = _blob(call, write_blob(call.repository, decoded(content)))
    else:
        value = _blob(call, write_blob(call.repository, str(content).encode()))
    return Answer.json(value, 201, {"Location": value["url"]})


def decoded(content: object) -> bytes:
    """The bytes of a content in base64; 422 if it is none."""
    try:
        return base64.b64decode(str(content))
    except binascii.Error:
        raise Refusal(422, "content is not valid Base64") from None


def _blob(call: Call, oid: str) -> JSON:
    return {"url": f"{repository_url(call.addresses, call.repository)}/git/blobs/{oid}", "sha": oid}


def _line(given: dict[str, Any] | None, login: str) -> str:
    """A person as the header of an object has it."""
    given = given or {}
    name = given.get("name", login)
    email = given.get("email", f"{login}@users.noreply.github.com")
    date = given.get("date")
    at = datetime.fromisoformat(date) if date else now()
    return f"{name} <{email}> {int(at.timestamp())} +0000"
