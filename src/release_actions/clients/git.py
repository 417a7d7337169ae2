"""The clone that a step works in, asked by git itself; nothing of the caller's is run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from release_actions.errors import UpstreamError
from release_actions.values import Repository, Sha, fold

# What git needs of the caller's surroundings; no secret is among it.
KEPT = ("PATH", "HOME", "TMPDIR", "SYSTEMROOT", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY")
KEPT_TOO = ("https_proxy", "http_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")

# Nothing of the caller's is run: a hook or a monitor could be what a build step left there.
NOTHING_OF_THE_CALLERS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false")

# What the caller's settings could start beside the one git that is given the token.
NO_PROGRAMS = ("-c", "credential.helper=", "-c", "core.askPass=", "-c", "push.pushOption=")

# Nothing goes along with what is pushed: no other tag, no submodule, no signature of the push.
ALONE = ("--no-verify", "--no-follow-tags", "--no-recurse-submodules", "--no-signed")


@dataclass(frozen=True)
class Server:
    """Where the repositories are served, and the token for it."""

    url: str = "https://github.com"
    token: str = field(default="", repr=False)

    def address(self, repository: Repository) -> str:
        return f"{self.url.rstrip('/')}/{repository}.git"

    def header(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The token for one child, bound to this server, by git's own variables and not in argv.

        The empty value first drops the header that actions/checkout left in the clone's config.
        """
        if not self.token:
            return {}
        import base64  # only a run that goes to the server needs it

        basic = base64.b64encode(f"x-access-token:{self.token}".encode()).decode()
        first = int(environ.get("GIT_CONFIG_COUNT") or 0)
        name = f"http.{self._asked(environ)}.extraheader"
        settings = {"GIT_CONFIG_COUNT": str(first + 2)}
        for number, value in enumerate(("", f"AUTHORIZATION: basic {basic}"), first):
            settings |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
        return settings

    def _asked(self, environ: Mapping[str, str]) -> str:
        """Where this job's own environment says that the server is found (a rehearsal's does).

        It names the server's address, too; what a clone's files say instead is never followed.
        """
        own = f"{self.url.rstrip('/')}/"
        for number in range(int(environ.get("GIT_CONFIG_COUNT") or 0)):
            name = environ.get(f"GIT_CONFIG_KEY_{number}", "")
            if name.endswith(".insteadOf") and environ.get(f"GIT_CONFIG_VALUE_{number}") == own:
                return name.removeprefix("url.").removesuffix(".insteadOf")
        return own


class Git:
    """One clone. Absence is None; what git cannot say is an UpstreamError."""

    def __init__(self, folder: Path, server: Server = Server()) -> None:
        self.folder = folder
        self.server = server
        self._settled: dict[tuple[object, ...], bytes] = {}

    def head(self) -> Sha | None:
        """The commit that is checked out, or None where this is no clone or has no commit."""
        done = self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return Sha(done.stdout.decode().strip()) if done.returncode == 0 else None

    def remote(self) -> str | None:
        """The address of `origin`, or None."""
        done = self.ask("remote", "get-url", "origin")
        return done.stdout.decode().strip() if done.returncode == 0 else None

    def file(self, commit: Sha, path: str) -> tuple[bool, bytes | None]:
        """Whether the clone has this commit, and the file's bytes there (None: no such file).

        Read from the object store, not from the work tree: a build step may have changed that.
        """
        asked = f"{commit}^{{commit}}\n{commit}:{path}\n".encode()
        done = self.ask("cat-file", "--batch", stdin=asked)
        if done.returncode != 0:
            return False, None
        known, rest = _object(done.stdout)
        if known is None:
            return False, None
        blob, _ = _object(rest)
        return True, blob

    def file_at_head(self, path: str) -> tuple[Sha | None, bytes | None]:
        """The commit that is checked out, and the file's bytes there; None as in `file`.

        One git is asked for both: each that is started takes its milliseconds.
        """
        asked = f"HEAD^{{commit}}\nHEAD:{path}\n".encode()
        done = self.ask("cat-file", "--batch", stdin=asked)
        known, rest = _object(done.stdout)
        if done.returncode != 0 or known is None:
            return None, None
        return Sha(done.stdout.split(b" ", 1)[0].decode()), _object(rest)[0]

    def has(self, object: Sha) -> bool:
        """Whether the clone holds this object."""
        return self.ask("cat-file", "-e", object).returncode == 0

    def object(self, object: Sha) -> bytes | None:
        """A tag's or commit's own bytes, or None where the clone does not hold it."""
        done = self.ask("cat-file", "--batch", stdin=f"{object}\n".encode())
        return _object(done.stdout)[0]

    def bring(self, repository: Repository, objects: Iterable[str]) -> str:
        """Fetch what the clone does not hold yet; empty, or why that cannot be done."""
        absent = [name for name in objects if name.startswith("refs/") or not self.has(Sha(name))]
        return self.fetch(repository, absent) if absent else ""

    def whole(self, repository: Repository, commits: Sequence[Sha]) -> str:
        """Have the whole history behind these commits; empty, or why it is not to be had."""
        if self.config("remote.origin.promisor") == "true":
            return "the clone is a partial one (`filter`), and lacks files of its history"
        if not self.shallow():
            return self.bring(repository, commits)
        return self.fetch(repository, commits, "--unshallow")

    def is_ancestor(self, commit: Sha, head: Sha) -> bool | None:
        """Whether head contains the commit; None where this clone cannot say no."""
        code = self.ask("merge-base", "--is-ancestor", commit, head).returncode
        return True if code == 0 else False if code == 1 and not self.shallow() else None

    def first_parents(self, head: Sha) -> tuple[Sha, ...]:
        """The commits that the branch itself went through, the newest first."""
        return tuple(map(Sha, self.settled("rev-list", "--first-parent", head).decode().split()))

    def files(self, commit: Sha, paths: Sequence[str]) -> dict[str, bytes | None]:
        """Files at a commit that the clone holds; None where there is no such file there."""
        # By the tree, so that a file which a partial clone left out is not taken for none.
        tree = self.settled("ls-tree", "-z", "--full-tree", commit, "--", *paths)
        entries = (entry.partition("\t") for entry in os.fsdecode(tree).split("\0") if entry)
        blobs = {path: Sha(what.split()[2]) for what, _, path in entries if " blob " in what}
        contents = self.contents(blobs.values())
        return {path: contents[blobs[path]] if path in blobs else None for path in paths}

    def blobs(
        self, commits: Sequence[Sha], paths: Sequence[str]
    ) -> dict[Sha, tuple[Sha | None, ...]]:
        """The ids of these files at each commit, in the order of the paths."""
        asked = "".join(f"{commit}:{path}\n" for commit in commits for path in paths)
        lines = self.tell("cat-file", "--batch-check", stdin=asked.encode()).splitlines()
        if len(lines) != len(commits) * len(paths):
            raise UpstreamError("git cat-file: not one answer for each question")
        found = [_blob_id(line) for line in lines]
        width = len(paths)
        return {
            commit: tuple(found[at * width : (at + 1) * width]) for at, commit in enumerate(commits)
        }

    def contents(self, blobs: Iterable[Sha]) -> dict[Sha, bytes]:
        """What these files hold, by their ids."""
        ids = tuple(dict.fromkeys(blobs))
        rest = self.tell("cat-file", "--batch", stdin="".join(f"{id}\n" for id in ids).encode())
        found: dict[Sha, bytes] = {}
        for id in ids:
            content, rest = _object(rest)
            if content is None:
                raise UpstreamError(f"the clone lacks file {id}: check it out without `filter`")
            found[id] = content
        return found

    def changed_files(self, base: Sha, commit: Sha) -> int:
        """How many files differ between the two."""
        names = self.tell("diff", "--name-only", "-z", "--no-ext-diff", base, commit)
        return names.count(b"\0")

    def shallow(self) -> bool:
        """Whether the clone's history ends before its beginning."""
        return self.tell("rev-parse", "--is-shallow-repository").strip() != b"false"

    def config(self, name: str) -> str:
        """A setting of git's, or nothing."""
        return self.ask("config", "--get", name).stdout.decode(errors="replace").strip()

    def fetch(self, repository: Repository, objects: Sequence[str], *how: str) -> str:
        """Fetch objects or refs from the server; empty, or why that cannot be done."""
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        address = self.server.address(repository)
        self._settled.clear()  # a history that was cut off may go further back now
        done = self.talk("fetch", *quiet, *how, address, *objects)
        return "" if done.returncode == 0 else said(done)

    def talk(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run git against the server, with the token; no setting of the clone starts a program.

        An address that the clone's settings put in place of the server's is not given the token,
        and can be one of HTTP or the server's own kind: others, such as ext::, are programs.
        """
        scheme, there, _ = self.server.url.partition("://")
        allowed = ("https", "http", scheme if there else "file")
        more = self.server.header(os.environ) | {"GIT_ALLOW_PROTOCOL": ":".join(allowed)}
        return self.ask(*NO_PROGRAMS, *arguments, more=more)

    def tell(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What git says; anything but success is no answer."""
        done = self.ask(*arguments, stdin=stdin)
        if done.returncode != 0:
            raise UpstreamError(f"git {arguments[0]} in {self.folder}: {said(done)}")
        return done.stdout

    def settled(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What git says of objects by their full ids: asked once, as every look asks the same."""
        asked = (*arguments, stdin)
        if asked not in self._settled:
            self._settled[asked] = self.tell(*arguments, stdin=stdin)
        return self._settled[asked]

    def tell_side_by_side(self, *questions: Sequence[str]) -> list[bytes]:
        """What git says to each; one process does not wait for the other."""
        answers: list[bytes | BaseException] = [b""] * len(questions)

        def tell(at: int) -> None:
            try:
                answers[at] = self.tell(*questions[at])
            except BaseException as error:
                answers[at] = error

        threads = [Thread(target=tell, args=(at,)) for at in range(1, len(questions))]
        for thread in threads:
            thread.start()
        tell(0)
        for thread in threads:
            thread.join()
        for answer in answers:
            if isinstance(answer, BaseException):
                raise answer
        return [answer for answer in answers if isinstance(answer, bytes)]

    def ask(
        self, *arguments: str, stdin: bytes = b"", more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git in this clone; whatever its exit code is."""
        clone = ("--no-replace-objects", "-C", str(self.folder))
        try:
            return subprocess.run(
                ["git", *clone, *NOTHING_OF_THE_CALLERS, *arguments],
                input=stdin,
                capture_output=True,
                env=surroundings() | dict(more or {}),
                check=False,
            )
        except OSError as error:
            raise UpstreamError(f"git cannot be started: {fold(str(error), 100)}") from error


def surroundings() -> dict[str, str]:
    """The environment that git is given: an allow-list, and its own settings."""
    kept = {name: os.environ[name] for name in (*KEPT, *KEPT_TOO) if name in os.environ}
    settings = {k: v for k, v in os.environ.items() if k.startswith("GIT_CONFIG_")}
    return kept | settings | {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


def _object(stream: bytes) -> tuple[bytes | None, bytes]:
    """The next object of `git cat-file --batch`, and what comes after it."""
    header, _, rest = stream.partition(b"\n")
    words = header.rsplit(b" ", 2)
    if len(words) != 3 or not words[2].isdigit():
        return None, rest
    size = int(words[2])
    return rest[:size], rest[size + 1 :]


def _blob_id(line: bytes) -> Sha | None:
    """The id in one line of `git cat-file --batch-check`, if it is a file's."""
    words = line.split(b" ")
    return Sha(words[0].decode()) if len(words) == 3 and words[1] == b"blob" else None


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    """git's own words, as one line."""
    return fold(done.stderr.decode(errors="replace"), 300) or f"exit {done.returncode}"
