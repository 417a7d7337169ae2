"""Every branch and tag of a repository as its git server has them, in one question."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from release_actions.clients.git import Git, said
from release_actions.errors import UpstreamError
from release_actions.values import Repository, Sha

# What git says where asking again brings nothing else.
FINAL = re.compile(r"error: 40[0-9]|not found|denied|[Aa]uthentication|could not read Username")


@dataclass(frozen=True)
class Refs:
    """What the server has: the default branch, heads by branch, and commits by tag (peeled)."""

    default: str | None
    heads: Mapping[str, Sha]
    tags: Mapping[str, Sha] = field(repr=False)


def served_refs(git: Git, repository: Repository) -> Refs:
    """All of them; an UpstreamError where the server does not say."""
    address = git.server.address(repository)
    patterns = ("HEAD", "refs/heads/*", "refs/tags/*")
    done = git.talk("ls-remote", "--symref", "--", address, *patterns)
    if done.returncode != 0:
        why = said(done)
        raise UpstreamError(f"git ls-remote {address}: {why}", passing=not FINAL.search(why))
    return _read(done.stdout.decode(errors="replace"))


def _read(text: str) -> Refs:
    default, heads, tags = None, dict[str, Sha](), dict[str, Sha]()
    for line in text.splitlines():
        value, _, name = line.partition("\t")
        if name == "HEAD" and value.startswith("ref: refs/heads/"):
            default = value.removeprefix("ref: refs/heads/")
        elif name.startswith("refs/heads/"):
            heads[name.removeprefix("refs/heads/")] = Sha(value)
        elif name.startswith("refs/tags/"):
            # The peeled line, NAME^{}, comes after the tag object's own.
            tags[name.removeprefix("refs/tags/").removesuffix("^{}")] = Sha(value)
    return Refs(default, heads, tags)
