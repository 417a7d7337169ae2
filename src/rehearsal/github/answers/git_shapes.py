"""The JSON of git's own objects."""

from __future__ import annotations

from rehearsal.github.call import Call
from rehearsal.github.git_objects import Commit, Person, Tag
from rehearsal.github.repository import Repository
from rehearsal.github.shapes import JSON, html_url, node_id, repository_url, stamp


def person(who: Person) -> JSON:
    """A person as commits show one."""
    return {"name": who.name, "email": who.email, "date": stamp(who.date)}


def verification(repository: Repository, thing: Commit | Tag) -> JSON:
    """What GitHub says of a signature: it trusts those that the repository is told to trust."""
    verified = thing.oid in repository.state.verified
    made = thing.committer if isinstance(thing, Commit) else thing.tagger
    reason = "valid" if verified else "unknown_key" if thing.signature else "unsigned"
    return {
        "verified": verified,
        "reason": reason,
        "signature": thing.signature,
        "payload": thing.payload if thing.signature else None,
        "verified_at": stamp(made.date) if verified and made else None,
    }


def git_commit(call: Call, commit: Commit) -> JSON:
    """A commit object."""
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    return {
        "sha": commit.oid,
        "node_id": node_id("C", commit.oid),
        "url": f"{api}/git/commits/{commit.oid}",
        "html_url": f"{html}/commit/{commit.oid}",
        "author": person(commit.author),
        "committer": person(commit.committer),
        "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
        "message": commit.message,
        "parents": [
            {
                "sha": parent,
                "url": f"{api}/git/commits/{parent}",
                "html_url": f"{html}/commit/{parent}",
            }
            for parent in commit.parents
        ],
        "verification": verification(call.repository, commit),
    }


def tag_shape(call: Call, tag: Tag) -> JSON:
    api = repository_url(call.addresses, call.repository)
    nobody = {"name": "", "email": "", "date": "1970-01-01T00:00:00Z"}
    return {
        "node_id": node_id("TA", tag.oid),
        "sha": tag.oid,
        "url": f"{api}/git/tags/{tag.oid}",
        "object": {
            "sha": tag.target,
            "type": tag.target_kind,
            "url": f"{api}/git/{tag.target_kind}s/{tag.target}",
        },
        "tagger": person(tag.tagger) if tag.tagger else nobody,
        "tag": tag.name,
        "message": tag.message,
        "verification": verification(call.repository, tag),
    }


def tree_shape(call: Call, oid: str) -> JSON:
    api = repository_url(call.addresses, call.repository)
    recursive = "recursive" in call.request.args
    return {
        "sha": oid,
        "url": f"{api}/git/trees/{oid}",
        "truncated": False,
        "tree": [
            {
                "path": entry.path,
                "mode": entry.mode,
                "type": entry.kind,
                "sha": entry.oid,
                **({"size": entry.size} if entry.kind == "blob" else {}),
                "url": f"{api}/git/{entry.kind}s/{entry.oid}",
            }
            for entry in call.repository.git.entries(oid, recursive=recursive)
        ],
    }
