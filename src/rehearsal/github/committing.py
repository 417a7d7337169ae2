"""Commits and tags made in a bare repository, without a working tree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from rehearsal.github.state import moment

if TYPE_CHECKING:
    from rehearsal.github.git import Git

_PERSON = "Mona Lisa <octocat@users.noreply.github.com>"


def commit(
    git: Git,
    files: Mapping[str, str | bytes | None],
    *,
    message: str,
    branch: str,
    parent: str | None,
    merge: str | None,
    at: datetime | str | None,
) -> str:
    """Commit these files (None removes one) to a branch, and give the commit's id."""
    ref = f"refs/heads/{branch}"
    start = parent or git.refs().get(ref)
    lines = [
        f"commit {ref}".encode(),
        f"committer {_PERSON} {int(moment(at).timestamp())} +0000".encode(),
        _data(message.encode()),
    ]
    lines += [f"from {start}".encode()] if start else []
    lines += [f"merge {merge}".encode()] if merge else []
    for path, content in files.items():
        if content is None:
            lines.append(f"D {path}".encode())
            continue
        lines.append(f"M 100644 inline {path}".encode())
        lines.append(_data(content.encode() if isinstance(content, str) else content))
    git.run("fast-import", "--quiet", "--force", stdin=b"\n".join([*lines, b"done\n"]))
    return git.refs()[ref]


def tag(git: Git, name: str, target: str, *, message: str | None, at: datetime | str | None) -> str:
    """Tag a commit: with an object of its own if there is a message. Gives what the ref holds."""
    oid = target
    if message is not None:
        kind = git.kind(target) or "commit"
        tagger = f"{_PERSON} {int(moment(at).timestamp())} +0000"
        content = f"object {target}\ntype {kind}\ntag {name}\ntagger {tagger}\n\n{message}\n"
        oid = git.text("mktag", stdin=content.encode())
    git.write_ref(f"refs/tags/{name}", oid)
    return oid


def _data(content: bytes) -> bytes:
    return b"data %d\n%s" % (len(content), content)
