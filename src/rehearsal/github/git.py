"""A bare git repository, read and written as GitHub's API needs it.

Refs are read in one place, so that a repository can also be looked at as it stood earlier:
objects are never removed, and a view with other refs is another moment.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rehearsal.github.git_changes import FileChange, parse_changes
from rehearsal.github.git_objects import Commit, Tag, parse_commit, parse_tag

_OID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_SHORT = re.compile(r"[0-9a-f]{4,64}")
_NOTHING = "0" * 40


class GitRefused(Exception):
    """git said no; the text is its own."""


@dataclass(frozen=True)
class Entry:
    """One entry of a tree."""

    mode: str
    kind: str
    oid: str
    size: int
    path: str


def environment() -> dict[str, str]:
    """What git may know of this machine: nothing of the user's configuration."""
    kept = {key: os.environ[key] for key in ("PATH", "TMPDIR", "SYSTEMROOT") if key in os.environ}
    person = {"NAME": "GitHub", "EMAIL": "noreply@github.com"}
    names = {f"GIT_{who}_{k}": v for who in ("AUTHOR", "COMMITTER") for k, v in person.items()}
    return {
        **kept,
        **names,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C",
        "TZ": "UTC",
    }


class Git:
    """One bare repository, as it is, or as it was when `refs` were its refs."""

    def __init__(self, path: Path, refs: Mapping[str, str] | None = None) -> None:
        self.path = path
        self._refs = refs
        # What has an id never changes, so it is asked for once.
        self._objects: dict[str, tuple[str, bytes]] = {}
        self._listed: dict[tuple[str, ...], list[Entry]] = {}

    def at(self, refs: Mapping[str, str]) -> Git:
        """The same repository, seen when these were its refs."""
        view = Git(self.path, refs)
        view._objects, view._listed = self._objects, self._listed
        return view

    def create(self, default_branch: str) -> None:
        """Make the empty bare repository; it takes pushes."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.run("init", "--quiet", "--bare", "--template=", f"--initial-branch={default_branch}")
        with (self.path / "config").open("a") as config:
            config.write(
                "[http]\n\treceivepack = true\n[uploadpack]\n\tallowAnySHA1InWant = true\n"
                "\tallowFilter = true\n[gc]\n\tauto = 0\n[receive]\n\tautogc = false\n"
            )

    def forget(self) -> None:
        """Trust nothing that was read: the folder has been replaced."""
        self._objects.clear()
        self._listed.clear()

    def run(
        self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None
    ) -> bytes:
        """What git says on standard output; raise GitRefused if it fails."""
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            input=stdin,
            env={**environment(), **(env or {})},
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise GitRefused(done.stderr.decode(errors="replace").strip())
        return done.stdout

    def text(self, *arguments: str, stdin: bytes | None = None) -> str:
        """What git says, as text without its last line end."""
        return self.run(*arguments, stdin=stdin).decode(errors="replace").rstrip("\n")

    # Refs and names

    def refs(self) -> dict[str, str]:
        """Every ref by its full name, with the id of the object it points to."""
        if self._refs is not None:
            return dict(self._refs)
        lines = self.text("for-each-ref", "--format=%(objectname) %(refname)").splitlines()
        return {name: oid for oid, _, name in (line.partition(" ") for line in lines)}

    def branches(self) -> dict[str, str]:
        """Branch name to commit."""
        return _under("refs/heads/", self.refs())

    def tags(self) -> dict[str, str]:
        """Tag name to object: a tag object, or the commit of a lightweight tag."""
        return _under("refs/tags/", self.refs())

    def find_commit(self, name: str) -> str | None:
        """The commit that this branch, tag or commit id means, as GitHub takes `ref`."""
        refs = self.refs()
        for prefix in ("", "refs/heads/", "refs/tags/", "refs/"):
            if prefix + name in refs:
                return self.peel(refs[prefix + name])
        return self.peel(name) if _SHORT.fullmatch(name) else None

    def peel(self, oid: str) -> str | None:
        """The commit under this commit or tag, full or abbreviated; None if there is none."""
        try:
            return self.text("rev-parse", "--verify", "--quiet", f"{oid}^{{commit}}")
        except GitRefused:
            return None

    def kind(self, oid: str) -> str | None:
        """commit, tag, tree or blob; None if there is no such object."""
        found = self._object(oid)
        return found[0] if found else None

    def _object(self, oid: str) -> tuple[str, bytes] | None:
        """The kind and the bytes of an object."""
        if oid not in self._objects:
            if not _OID.fullmatch(oid):
                return None
            head, _, rest = self.run("cat-file", "--batch", stdin=oid.encode()).partition(b"\n")
            if head.endswith(b" missing"):
                return None
            _, kind, size = head.decode().split()
            self._objects[oid] = kind, rest[: int(size)]
        return self._objects[oid]

    def _bytes(self, oid: str) -> bytes:
        found = self._object(oid)
        if found is None:
            raise GitRefused(f"no object {oid}")
        return found[1]

    def write_ref(self, name: str, oid: str, old: str | None = None) -> None:
        """Let a ref point here; `old` is what it must point to now, zeros for nothing."""
        self.run("update-ref", name, oid, *([] if old is None else [old]))

    def create_ref(self, name: str, oid: str) -> None:
        """Make a ref that must not be there yet."""
        self.write_ref(name, oid, _NOTHING)

    def delete_ref(self, name: str) -> None:
        """Remove a ref."""
        self.run("update-ref", "-d", name)

    def is_ref_name(self, name: str) -> bool:
        """Whether git would take this as the full name of a ref."""
        try:
            self.run("check-ref-format", name)
        except GitRefused:
            return False
        return True

    # Objects

    def commit(self, oid: str) -> Commit:
        """The commit with this full id."""
        return parse_commit(oid, self._bytes(oid))

    def tag(self, oid: str) -> Tag:
        """The tag object with this full id."""
        return parse_tag(oid, self._bytes(oid))

    def blob(self, oid: str) -> bytes:
        """The bytes of a blob."""
        return self._bytes(oid)

    def entries(self, tree: str, *, recursive: bool = False) -> list[Entry]:
        """The entries of a tree, or of the tree of a commit."""
        return self._ls_tree(*(["-r", "-t"] if recursive else []), tree)

    def entry(self, commit: str, path: str) -> Entry | None:
        """The entry at a path of a commit; the whole tree for the empty path."""
        path = path.strip("/")
        if not path:
            return Entry("040000", "tree", self.commit(commit).tree, 0, "")
        found = self._ls_tree(commit, "--", path)
        return next((entry for entry in found if entry.path == path), None)

    def _ls_tree(self, *arguments: str) -> list[Entry]:
        if arguments in self._listed:
            return self._listed[arguments]
        listed = self.run("ls-tree", "-z", "-l", *arguments).decode(errors="replace")
        entries = []
        for line in filter(None, listed.split("\0")):
            head, _, path = line.partition("\t")
            mode, kind, oid, size = head.split()
            entries.append(Entry(mode, kind, oid, 0 if size == "-" else int(size), path))
        if any(_OID.match(argument) for argument in arguments):  # A name may mean another soon.
            self._listed[arguments] = entries
        return entries

    def file(self, commit: str, path: str) -> bytes | None:
        """The bytes of a file at a commit; None if there is no such file."""
        entry = self.entry(commit, path)
        return self.blob(entry.oid) if entry and entry.kind == "blob" else None

    # History

    def log(self, *arguments: str) -> list[str]:
        """Commit ids, as `git rev-list` lists them."""
        return self.text("rev-list", *arguments).splitlines()

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits."""
        try:
            return self.text("merge-base", one, other)
        except GitRefused:
            return None

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether `newer` contains `older`."""
        try:
            self.run("merge-base", "--is-ancestor", older, newer)
        except GitRefused:
            return False
        return True

    def changes(self, base: str | None, head: str) -> list[FileChange]:
        """The files that differ between two commits; from nothing if there is no base."""
        trees = [base, head] if base else ["--root", head]
        options = ("diff-tree", "-r", "-M", "-z", "--no-commit-id", "--numstat", "--raw")
        return list(parse_changes(self.run(*options, *trees).decode(errors="replace")))


def _under(prefix: str, refs: Mapping[str, str]) -> dict[str, str]:
    return {n.removeprefix(prefix): oid for n, oid in refs.items() if n.startswith(prefix)}
