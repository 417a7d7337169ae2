"""What the caller declared for audit-release-settings, and what the next step may read.

A setting that is None was not asked about and is not judged. What protects can only be declared
as there: a declaration that something is open would pass by what a token does not see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from release_actions.action import tables
from release_actions.errors import UsageError
from release_actions.values import Lines, RefName, Repository, WorkspaceFile
from release_actions.verdict import Outputs

NAME = "audit-release-settings"


def key(field: str) -> str:
    """A field as the config file names it."""
    return field.replace("_", "-")


class _Shaped(tuple[str, ...]):
    """One value a line, each of one shape."""

    SHAPE = re.compile("")

    def __new__(cls, raw: str) -> _Shaped:
        values = Lines(raw)
        if not all(cls.SHAPE.fullmatch(value) for value in values):
            raise ValueError(cls.__doc__)
        return super().__new__(cls, dict.fromkeys(values))


class Reviewers(_Shaped):
    """User:LOGIN or Team:SLUG, one a line."""

    SHAPE = re.compile(r"(User|Team):[^\s:]+")


class Policies(_Shaped):
    """tag:PATTERN or branch:PATTERN, one a line."""

    SHAPE = re.compile(r"(tag|branch):\S+")


class Passers(_Shaped):
    """Who may pass, one a line: admins, OrganizationAdmin, DeployKey, or KIND:ID[:MODE] with the
    kinds RepositoryRole, Team, Integration, App, User, as `suggest` prints them."""

    MODE = r"(:(pull_request|exempt))?"
    SHAPE = re.compile(
        rf"admins|(OrganizationAdmin|DeployKey){MODE}"
        rf"|(RepositoryRole|Team|Integration|App|User):[^\s:]+{MODE}"
    )


@dataclass(frozen=True)
class EnvironmentTable:
    """[audit-release-settings.environment.NAME]: exact, each that is given."""

    reviewers: Reviewers | None = None
    prevent_self_review: bool | None = None
    wait_timer: int | None = None  # minutes
    admin_bypass: bool | None = None
    deployment: Literal["all", "protected", "custom"] | None = None
    deployment_policies: Policies | None = None
    deployment_apps: Lines | None = None


@dataclass(frozen=True)
class BranchTable:
    """[audit-release-settings.branch.NAME]: at least this; `bypass` is exact."""

    pull_request: bool | None = None
    reviews: int | None = None
    code_owners: bool | None = None
    dismiss_stale: bool | None = None
    last_push_approval: bool | None = None
    resolved_conversations: bool | None = None
    no_force_push: bool | None = None
    no_deletion: bool | None = None
    linear_history: bool | None = None
    signed_commits: bool | None = None
    status_checks: Lines | None = None
    up_to_date: bool | None = None
    enforce_admins: bool | None = None
    bypass: Passers | None = None


@dataclass(frozen=True)
class TagTable:
    """[audit-release-settings.tag.PATTERN]: at least this; `bypass` is exact."""

    no_update: bool | None = None
    no_deletion: bool | None = None
    no_force_push: bool | None = None
    no_creation: bool | None = None
    bypass: Passers | None = None


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    immutable_releases: bool | None = None
    workflow_permissions: Literal["read", "write"] | None = None
    workflows_approve: bool | None = None
    actions_enabled: bool | None = None
    allowed_actions: Literal["all", "local_only", "selected"] | None = None
    selected_actions: Lines | None = None
    github_owned_actions: bool | None = None
    verified_actions: bool | None = None
    sha_pinning: bool | None = None
    fork_approval: (
        Literal[
            "first_time_contributors_new_to_github",
            "first_time_contributors",
            "all_external_contributors",
        ]
        | None
    ) = None
    default_branch: RefName | None = None
    visibility: Literal["public", "private", "internal"] | None = None
    web_commit_signoff: bool | None = None
    secret_scanning: bool | None = None
    push_protection: bool | None = None
    private_reporting: bool | None = None
    suggest: bool = False
    output_file: WorkspaceFile = WorkspaceFile("release-actions.suggested.toml")
    environment: Mapping[str, EnvironmentTable] = tables()
    branch: Mapping[str, BranchTable] = tables()
    tag: Mapping[str, TagTable] = tables()

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise UsageError(problems)

    def _problems(self) -> Iterator[str]:
        for kind in ("environment", "branch", "tag"):
            for name, table in getattr(self, kind).items():
                yield from _table_problems(f"`{kind}.{name}`", table)
        for name in self.branch:
            try:
                RefName(name)
            except ValueError as error:
                yield f"config file, `branch.{name}`: `{name}` was given; allowed: {error}"
        if self.immutable_releases is False:
            yield f"input `immutable-releases`: `false` was given; allowed: {ONLY_TRUE}"
        if not self.suggest and not any(True for _ in self.declared):
            # A gate that looks at nothing would pass by accident.
            yield (
                f"[{NAME}]: nothing was declared; allowed: at least one expectation in the config"
                " file, or `suggest: true`, which writes those that the repository meets today"
            )

    @property
    def declared(self) -> Iterator[str]:
        """The names of all that was asked about."""
        asked = {f.name for f in fields(self)} - {"repository", "suggest", "output_file"}
        return (key(name) for name in asked if getattr(self, name) not in (None, {}))


ONLY_TRUE = "true, or nothing: what is not asked about is not judged"


def _table_problems(what: str, table: Any) -> Iterator[str]:
    given = {f.name: value for f in fields(table) if (value := getattr(table, f.name)) is not None}
    told = f"config file, {what}:"
    if not given:
        yield f"{told} an empty table was given; allowed: at least one expectation"
    if isinstance(table, EnvironmentTable):
        if table.deployment_policies is not None and given.get("deployment", "custom") != "custom":
            yield f"{told} `deployment` was {table.deployment}; allowed: custom"
        return
    for name, value in given.items():
        if value is False:
            yield f"{told} `{key(name)}` was false; allowed: {ONLY_TRUE}"
        elif name != "bypass" and value in (0, ()):
            yield f"{told} `{key(name)}` was empty; allowed: at least one"


@dataclass(frozen=True)
class Audited(Outputs):
    judged: int = 0
    failed: int = 0
    unknown: int = 0
    suggested_file: str = ""
