"""Who is asking, and what that one may do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

_RANK = {"none": 0, "read": 1, "write": 2, "admin": 3}

#: What GitHub grants the token of a job that declares no permissions, in a new repository.
DEFAULT_PERMISSIONS = {"contents": "read", "packages": "read"}


@dataclass
class Token:
    """A token; without `permissions` it is a user's and may do all."""

    secret: str
    label: str
    login: str
    permissions: Mapping[str, str] | None
    repository: str | None
    #: The one token that all jobs of a run are given: each job has the permissions it declares.
    shared: bool = False
    limit: int = 5000
    used: int = 0
    #: Whether what it does starts workflows, scoped as it is: that of an app does.
    starts: bool = False

    @property
    def scoped(self) -> bool:
        """Whether this is an installation's token, such as GITHUB_TOKEN."""
        return self.permissions is not None


@dataclass(frozen=True)
class Asker:
    """Who makes a call: a token, and what it may do for the job that uses it."""

    token: Token | None
    permissions: Mapping[str, str] | None

    @property
    def login(self) -> str:
        """The account that acts."""
        return self.token.login if self.token else ""

    def belongs_to(self, repository: str) -> bool:
        """Whether the token was made for this repository, or for all."""
        if self.token is None:
            return False
        return self.token.repository is None or self.token.repository == repository.lower()

    def holds(self, repository: str, needed: str) -> bool:
        """Whether the token was granted `name:level` in this repository."""
        if not self.belongs_to(repository):
            return False
        name, _, level = needed.partition(":")
        if self.permissions is None or name == "metadata":
            return True
        return _RANK[self.permissions.get(name, "none")] >= _RANK[level]


@dataclass
class Tokens:
    """Every token that this GitHub knows."""

    known: dict[str, Token] = field(default_factory=dict)

    def add(
        self,
        *,
        permissions: Mapping[str, str] | None,
        repository: str | None,
        label: str,
        login: str,
        shared: bool,
    ) -> Token:
        """Make a token; the one of a job looks as GitHub's do."""
        if permissions is not None:
            permissions = {name.replace("-", "_"): level for name, level in permissions.items()}
        secret = f"{'gho' if permissions is None else 'ghs'}_{secrets.token_hex(18)}"
        home = repository and repository.lower()
        token = Token(secret, label or secret[:8], login, permissions, home, shared)
        token.limit = 5000 if permissions is None else 1000
        self.known[secret] = token
        return token


@dataclass
class Jobs:
    """What each job declares under `permissions:`."""

    declared: dict[tuple[str, str | None], Mapping[str, str]] = field(default_factory=dict)

    def declare(
        self, *, job: str, permissions: Mapping[str, str], run_id: int | str | None = None
    ) -> None:
        """Grant the shared token these permissions when this job (of this run) uses it."""
        # Workflows write `pull-requests`, the API `pull_requests`.
        granted = {name.replace("-", "_"): level for name, level in permissions.items()}
        self.declared[job, None if run_id is None else str(run_id)] = granted

    def permissions(self, job: str, run_id: str) -> Mapping[str, str] | None:
        """What this job declares; None if it was never declared."""
        return self.declared.get((job, run_id), self.declared.get((job, None)))
