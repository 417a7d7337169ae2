"""The loopback GitHub: repositories, tokens, faults, and the two doors by which it is reached."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from werkzeug.wrappers import Request

from rehearsal.faults import Faults, Struck
from rehearsal.github import moments
from rehearsal.github.answer import Answer
from rehearsal.github.git import Git
from rehearsal.github.repository import Repository
from rehearsal.github.server import Doors
from rehearsal.github.state import RepositoryState, now
from rehearsal.github.store import Store
from rehearsal.github.tokens import DEFAULT_PERMISSIONS, Jobs, Token, Tokens
from rehearsal.peers import CallingJob, calling_job


@dataclass
class Record:
    """One request and what became of it."""

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    route: str
    mutating: bool
    token: str | None = None
    job: str | None = None
    status: int | None = None
    conditional: bool = False
    faults: tuple[str, ...] = ()
    at: float = field(default_factory=time.monotonic)
    caller: CallingJob | None = None
    """Whoever asked, where callers are told."""

    @property
    def unchanged(self) -> bool:
        """Whether it was answered by 304, which costs nothing of the rate limit."""
        return self.status == 304


Judge = Callable[[Record, Answer], None]


@dataclass
class WorldState:
    """All that is remembered beside git."""

    last_id: int = 1000
    repositories: dict[str, RepositoryState] = field(default_factory=dict)


class GitHub:
    """A GitHub on this machine, for as long as the `with` lasts.

    `folder` holds the bare repositories and the bytes of assets. With `public_reads`
    a scoped token may read public repositories without a permission for it, as on GitHub;
    without, a permission that a job forgot to declare shows on public repositories, too.
    """

    def __init__(self, folder: Path | str, *, public_reads: bool = False) -> None:
        self.folder = Path(folder)
        self.public_reads = public_reads
        #: Whether to look which job calls, whatever its token: it costs a walk through /proc.
        self.tells_callers = False
        self.lock = threading.RLock()
        #: Held for the whole of a push, or two at once would each see what the other changed.
        self.push = threading.Lock()
        self.faults = Faults()
        self.tokens = Tokens()
        self.jobs = Jobs()
        self.anonymous = Token("", "anonymous", "ghost", {}, None, limit=60)
        self.requests: list[Record] = []
        self.judges: list[Judge] = []
        self.crashes: list[str] = []
        self.store = Store(self.folder / "store")
        self.state = WorldState()
        self._gits: dict[Path, Git] = {}
        self._doors = Doors(self)

    def __enter__(self) -> GitHub:
        self._doors.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._doors.close()

    # Where it is

    @property
    def api_url(self) -> str:
        """The API, as api.github.com has it: at the root. Below /api/v3 it answers as well."""
        return self._doors.url

    @property
    def server_url(self) -> str:
        """The site; git over HTTP is at {server_url}/OWNER/NAME.git."""
        return self._doors.url

    @property
    def socket_path(self) -> Path:
        """The Unix socket for `gh config set http_unix_socket`."""
        return self._doors.socket_path

    # What was asked

    def begin(
        self, request: Request, route: str, path: str, *, mutating: bool
    ) -> tuple[Record, Struck]:
        """Remember a request that has just come, and hold the faults that strike it."""
        connection = request.environ.get("werkzeug.socket")
        caller = calling_job(connection) if connection and self.tells_callers else None
        with self.lock:
            record = Record(
                number=len(self.requests) + 1,
                method=request.method,
                path=request.path,
                query=request.args.to_dict(),
                route=route,
                mutating=mutating,
                conditional="If-None-Match" in request.headers,
                caller=caller,
            )
            self.requests.append(record)
            struck = self.faults.strike(
                route=route, method=request.method, path=path, mutating=mutating
            )
            return record, struck

    # What is in it

    def repository(
        self, full_name: str, *, private: bool = False, default_branch: str = "main"
    ) -> Repository:
        """The repository of this name; made, with an empty bare git repository, if need be."""
        with self.lock:
            found = self.find(full_name)
            if found is None:
                git = self._git(full_name)
                git.create(default_branch)
                state = RepositoryState(self.next_id(), full_name, private, default_branch, now())
                self.state.repositories[full_name.lower()] = state
                found = Repository(self, state.full_name, git)
            return found

    def find(self, full_name: str) -> Repository | None:
        """The repository of this name, if there is one; GitHub does not mind the case."""
        state = self.state.repositories.get(full_name.lower())
        return Repository(self, state.full_name, self._git(state.full_name)) if state else None

    def forget(self) -> None:
        """Trust nothing that was read from git: the folders have been replaced."""
        for git in self._gits.values():
            git.forget()

    def _git(self, full_name: str) -> Git:
        """The git of a repository, which remembers what it has read."""
        path = self.folder / "git" / f"{full_name}.git"
        return self._gits.setdefault(path, Git(path))

    def next_id(self) -> int:
        """An id that nothing else has."""
        with self.lock:
            self.state.last_id += 1
            return self.state.last_id

    # Other moments

    def snapshot(self, folder: Path | None = None) -> Path:
        """Keep the whole world as it is in a new folder, and say which."""
        with self.lock:
            kept = folder or self.folder / "moments" / str(self.next_id())
            moments.save(self, kept)
            return kept

    def restore(self, folder: Path) -> None:
        """Let the whole world be as it was when it was kept in this folder."""
        with self.lock:
            moments.restore(self, folder)

    # Who may ask

    def token(
        self,
        *,
        permissions: Mapping[str, str] | None = None,
        repository: str | None = None,
        label: str = "",
        login: str | None = None,
    ) -> str:
        """A token: with permissions one as a job's GITHUB_TOKEN, else a user's who may do all."""
        scoped = permissions is not None
        made = self.tokens.add(
            permissions=permissions,
            repository=repository,
            label=label,
            login=login or ("github-actions[bot]" if scoped else "octocat"),
            shared=False,
        )
        return made.secret

    def job_token(
        self,
        repository: str,
        *,
        permissions: Mapping[str, str] = DEFAULT_PERMISSIONS,
        label: str = "GITHUB_TOKEN",
    ) -> str:
        """The token that all jobs share; each may do what `jobs.declare` says of it.

        `permissions` hold for a caller that cannot be told to be a declared job.
        """
        made = self.tokens.add(
            permissions=permissions,
            repository=repository,
            label=label,
            login="github-actions[bot]",
            shared=True,
        )
        return made.secret
