"""The history that a clone holds: which commits, and what each says, in git's own bytes.

Whoever asks has the whole history brought first (`Git.whole`): a shallow clone would show less,
and nothing would tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from release_actions.clients.git import Git
from release_actions.errors import UpstreamError
from release_actions.formats import commit_object
from release_actions.formats.commit_object import Commit
from release_actions.values import Sha


def ids(
    git: Git,
    heads: Iterable[Sha],
    without: Iterable[Sha] = (),
    *,
    first_parent: bool = False,
    newest: int | None = None,
) -> tuple[Sha, ...]:
    """The commits behind these heads and behind none of those, each after its parents.

    `first_parent` follows the line that a branch itself went through; `newest` is how many of
    them at most, counted from the heads.
    """
    asked = [*heads, *(f"^{commit}" for commit in without)]
    how = ["--first-parent"] if first_parent else []
    how += [] if newest is None else [f"--max-count={newest}"]
    told = git.settled(
        *("rev-list", "--topo-order", "--reverse", *how, "--stdin"),
        stdin="".join(f"{line}\n" for line in asked).encode(),
    )
    return tuple(map(Sha, told.decode().split()))


def commits(git: Git, ids: Iterable[Sha]) -> tuple[Commit, ...]:
    """What each of these commits says, in the same order."""
    wanted = tuple(ids)
    stream = git.settled("cat-file", "--batch", stdin="".join(f"{id}\n" for id in wanted).encode())
    return tuple(_commits(wanted, stream))


def _commits(wanted: Sequence[Sha], stream: bytes) -> Iterator[Commit]:
    at = 0
    for id in wanted:
        end = stream.index(b"\n", at)
        words = stream[at:end].split(b" ")
        if len(words) != 3 or words[1] != b"commit":
            raise UpstreamError(f"the clone holds no commit {id}")
        size = int(words[2])
        yield commit_object.read(id, stream[end + 1 : end + 1 + size])
        at = end + size + 2  # the line end that git puts behind each object


def between(
    git: Git, before: Sha | None, after: Sha, *, first_parent: bool = False
) -> tuple[Commit, ...]:
    """The commits of `before..after` (two dots), the oldest first; of all of `after` without it."""
    without = () if before is None else (before,)
    return commits(git, ids(git, [after], without, first_parent=first_parent))


def held(git: Git, objects: Iterable[Sha]) -> tuple[Sha, ...]:
    """Those of these commits that the clone holds."""
    asked = tuple(dict.fromkeys(objects))
    told = git.tell(
        "cat-file", "--batch-check", stdin="".join(f"{id}\n" for id in asked).encode()
    ).splitlines()
    return tuple(
        id for id, line in zip(asked, told, strict=True) if line.split(b" ")[1:2] == [b"commit"]
    )


def brought_by(git: Git, commit: Sha, line: Sequence[Sha]) -> Sha | None:
    """The first commit of a branch's own line, the newest first, that contains this one."""
    head = line[0]
    path = set(ids_between(git, commit, head)) | {commit}
    return next((stop for stop in reversed(line) if stop in path), None)


def ids_between(git: Git, commit: Sha, head: Sha) -> tuple[Sha, ...]:
    """The commits that contain this one and that head contains."""
    told = git.settled("rev-list", "--ancestry-path", f"{commit}..{head}")
    return tuple(map(Sha, told.decode().split()))
