"""What a work tree holds beyond its commit, made a commit; and commits pushed as a branch.

git's plumbing does it: the caller's index, branches and work tree stay as they are, and nothing
of the caller's is run: no hook, no `filter` driver, no signing program. The same tree on the same
base is the same commit, whenever and wherever it is made.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from release_actions.clients.git import ALONE, Git
from release_actions.clients.refusals import meaning
from release_actions.errors import RefusedError, ReleaseError, UpstreamError
from release_actions.formats.identity import Identity
from release_actions.values import RefName, Repository, Sha, fold

GITLINK = "160000"  # the mode of a submodule
NONE = "000000"  # the mode of what is not there
ABSOLUTE = "--path-format=absolute"


@dataclass(frozen=True)
class Touched:
    """One path that differs between the commit and the work tree."""

    path: str
    before: str  # mode; NONE: it is new
    after: str  # mode; NONE: it is gone


@dataclass(frozen=True)
class Work:
    """The work tree against the commit that is checked out, as the tree it would be."""

    head: Sha
    tree: Sha
    same: bool  # whether that is the tree of `head`
    touched: tuple[Touched, ...] = ()
    left: tuple[str, ...] = ()  # new files that were not wanted
    modules: tuple[str, ...] = ()  # submodules at another commit, that were not wanted
    unmerged: tuple[str, ...] = ()
    filtered: tuple[str, ...] = ()  # touched, and a `filter` driver would have to be run on them


def work(git: Git, wanted: Callable[[str], bool]) -> Work | None:
    """What the work tree holds; None where nothing is checked out.

    Files that git ignores do not count. New files and moved submodules are in the tree where they
    are `wanted`, else only told.
    """
    head, index = git.head(), git.ask("rev-parse", ABSOLUTE, "--git-path", "index")
    own = Path(os.fsdecode(index.stdout).rstrip("\n"))
    if head is None or not own.is_file():  # --no-checkout: each file would seem to be removed
        return None
    top = Git(Path(os.fsdecode(git.tell("rev-parse", "--show-toplevel")).rstrip("\n")), git.server)
    with tempfile.TemporaryDirectory(prefix="index") as folder:
        more = no_filters(top) | {"GIT_INDEX_FILE": _copied(own, Path(folder))}
        return _work(top, head, more, wanted)


def _work(top: Git, head: Sha, more: Mapping[str, str], wanted: Callable[[str], bool]) -> Work:
    """The same by an index that may be changed."""
    base = Sha(top.tell("rev-parse", f"{head}^{{tree}}").decode().strip())
    if unmerged := _names(_tell(top, more, "ls-files", "-z", "--unmerged")):
        paths = dict.fromkeys(entry.partition("\t")[2] for entry in unmerged)
        return Work(head, base, True, unmerged=tuple(paths))
    modules, changed = _differing(top, more)
    others = _names(_tell(top, more, "ls-files", "-z", "--others", "--exclude-standard"))
    # A name that ends so is a clone of its own: git would make a submodule of it.
    new = [path for path in others if wanted(path) and not path.endswith("/")]
    taken = [*changed, *new, *(path for path in modules if wanted(path))]
    stdin = "".join(f"{path}\0" for path in taken)
    _tell(top, more, "update-index", "-z", "--add", "--remove", "--stdin", stdin=stdin)
    tree = Sha(_tell(top, more, "write-tree").decode().strip())
    touched = _touched(top, base, tree)
    return Work(
        head,
        tree,
        tree == base,
        touched,
        left=tuple(path for path in others if path not in new),
        modules=tuple(path for path in modules if not wanted(path)),
        filtered=_filtered(top, more, [entry.path for entry in touched if entry.after != NONE]),
    )


def _copied(index: Path, folder: Path) -> str:
    """A copy of the caller's index, which stays as it is.

    Its time is copied too: by that git knows which files may have changed in the second in which
    the index was written, when their size is the same.
    """
    return str(shutil.copy2(index, folder / "index"))


def no_filters(git: Git) -> dict[str, str]:
    """Settings that empty every `filter` driver there is: one could run anything at all."""
    names = git.ask("config", "-z", "--name-only", "--get-regexp", r"^filter\.")
    drivers = {name[len("filter.") :].rpartition(".")[0] for name in _names(names.stdout)}
    first = int(os.environ.get("GIT_CONFIG_COUNT") or 0)
    keys = {"clean": "", "process": "", "smudge": "", "required": "false"}
    pairs = [(f"filter.{name}.{key}", keys[key]) for name in sorted(drivers) for key in keys]
    settings = {"GIT_CONFIG_COUNT": str(first + len(pairs))}
    for number, (key, value) in enumerate(pairs, first):
        settings |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return settings


def _differing(top: Git, more: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """Submodules at another commit, and files that may differ; git's own notes tell which."""
    # ignore=dirty: git would start itself in each submodule, with whatever is configured there.
    found = _tell(top, more, "diff-files", "-z", "--raw", "--ignore-submodules=dirty")
    entries = _raw(found)
    modules = [entry.path for entry in entries if GITLINK in (entry.before, entry.after)]
    return modules, [entry.path for entry in entries if entry.path not in modules]


def _touched(top: Git, base: Sha, tree: Sha) -> tuple[Touched, ...]:
    found = top.tell("diff-tree", "-r", "-z", "--raw", "--no-renames", base, tree)
    return tuple(_raw(found))


def _raw(output: bytes) -> list[Touched]:
    """git's raw format: `:before after id id letter`, then the path."""
    fields = iter(_names(output))
    return [Touched(next(fields), head.split()[0][1:], head.split()[1]) for head in fields]


def _filtered(top: Git, more: Mapping[str, str], paths: Sequence[str]) -> tuple[str, ...]:
    stdin = "".join(f"{path}\0" for path in paths)
    found = _names(_tell(top, more, "check-attr", "-z", "--stdin", "filter", stdin=stdin))
    values = zip(found[::3], found[2::3], strict=True)
    return tuple(path for path, value in values if value not in ("unspecified", "unset"))


def commit(git: Git, tree: Sha, parent: Sha, message: str, by: Identity) -> Sha:
    """A commit of this tree on its parent; its time is the parent's, so that it is made once."""
    when = git.tell("rev-list", "--no-walk", "--no-commit-header", "--format=%ct", parent)
    who = {"NAME": by.name, "EMAIL": by.address, "DATE": f"@{when.decode().strip()} +0000"}
    more = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
    text = ("-c", "i18n.commitEncoding=UTF-8", "commit-tree", tree, "-p", parent, "-F", "-")
    return Sha(_tell(git, more, *text, stdin=message).decode().strip())


def of_work(git: Git, work: Work | None, message: str, by: Identity) -> Sha | None:
    """The same of a work tree, on the commit that is checked out; None where none is."""
    return commit(git, work.tree, work.head, message, by) if work else None


def push(
    git: Git, repository: Repository, commit: Sha, branch: RefName, expected: Sha | None
) -> None:
    """Let the branch be this commit, if it is at the expected one (None: not there yet).

    Whatever else is there stays: the server is told what the branch must be at. Neither tags nor
    submodules go along (W29), and no hook is run.
    """
    ref, address = f"refs/heads/{branch}", git.server.address(repository)
    lease = f"--force-with-lease={ref}:{expected or ''}"
    done = git.talk("push", "--porcelain", *ALONE, lease, address, f"{commit}:{ref}")
    if done.returncode != 0:
        told = done.stdout.decode(errors="replace") + done.stderr.decode(errors="replace")
        raise _refusal(told, f"git push {ref}")


# The words with which a server refuses the push of a branch: rule and mending.
REFUSALS = (
    (
        r"\((stale info|fetch first|non-fast-forward)\)",
        "branch-moved",
        "Somebody pushed there meanwhile, and that was kept. Look what it is, and run again.",
    ),
    (
        r"Permission to \S+ denied|requested URL returned error: 403",
        "no-permission",
        "Give the job's token `contents: write`.",
    ),
    (r"rejected\]", "refused", "Do what the server says there, and run again."),
)


def _refusal(told: str, asked: str) -> ReleaseError:
    """A refusal that the server explains is a finding; anything else could not be told."""
    message = f"{asked}: {fold(told, 400)}"
    if found := meaning(told):
        return RefusedError(found[0], message, fix=found[1])
    for pattern, rule, fix in REFUSALS:
        if re.search(pattern, told):
            return RefusedError(rule, message, fix=fix)
    return UpstreamError(message)


def _tell(git: Git, more: Mapping[str, str], *arguments: str, stdin: str = "") -> bytes:
    """What git says with these variables; anything but success is no answer."""
    done = git.ask(*arguments, stdin=stdin.encode(errors="surrogateescape"), more=more)
    if done.returncode != 0:
        words = fold(done.stderr.decode(errors="replace"), 300)
        raise UpstreamError(f"git {' '.join(arguments[:2])} in {git.folder}: {words}")
    return done.stdout


def _names(output: bytes) -> list[str]:
    return [os.fsdecode(name) for name in output.split(b"\0") if name]
