"""Settings of a repository. What this token may not read is an answer, too: Unread.

GitHub hides what a token may not see behind the same 404 with which it says "not set". Such a
404 is believed only where the token has shown that it may read what administrators read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json, Refusal
from release_actions.values import Repository

T = TypeVar("T")

ADMINISTRATION = "administration=read"
METADATA = "metadata=read"


@dataclass(frozen=True)
class Unread:
    """What could not be read: why, and the permission that would do."""

    why: str
    needs: str


@dataclass(frozen=True)
class ActionsPolicy:
    """Which actions may run here. `allowed` is None where Actions is off."""

    enabled: bool
    allowed: str | None  # all, local_only, selected
    pinned: bool | None  # None: this server does not know of it


@dataclass(frozen=True)
class SelectedActions:
    """Which are allowed, where they are selected."""

    github_owned: bool
    verified: bool
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class WorkflowPermissions:
    """What a job's token may do where the workflow does not say."""

    default: str  # read, write
    approves: bool


@dataclass(frozen=True)
class RepositoryFacts:
    """What the repository says of itself; None where it does not say it to this token."""

    default_branch: str
    visibility: str | None
    signoff: bool | None
    secret_scanning: bool | None
    push_protection: bool | None


def ask(question: Callable[[], T], needs: str) -> T | Unread:
    """The answer; Unread where GitHub says that this token may not have it.

    `needs` is the permission that GitHub documents; its own answer goes before it.
    """
    try:
        return question()
    except Refusal as refusal:
        if refusal.passing or refusal.status not in (403, 404):
            raise
        return Unread(str(refusal), refusal.permissions or needs)


def repository(github: GitHub, name: Repository) -> RepositoryFacts | Unread:
    """The repository itself."""

    def read(json: Json) -> RepositoryFacts:
        security = json.get("security_and_analysis") or {}
        return RepositoryFacts(
            default_branch=str(json["default_branch"]),
            visibility=json.get("visibility"),
            signoff=json.get("web_commit_signoff_required"),
            secret_scanning=_status(security, "secret_scanning"),
            push_protection=_status(security, "secret_scanning_push_protection"),
        )

    return ask(lambda: github.rest.get(f"/repos/{name}", read), METADATA)


def _status(security: Json, name: str) -> bool | None:
    told = security.get(name)
    return None if told is None else told["status"] == "enabled"


def actions_policy(github: GitHub, name: Repository) -> ActionsPolicy | Unread:
    """Which actions may run. To be answered this is the proof that a token reads settings."""

    def read(json: Json) -> ActionsPolicy:
        pinned = json.get("sha_pinning_required")
        return ActionsPolicy(
            true(json["enabled"]),
            json.get("allowed_actions"),
            None if pinned is None else true(pinned),
        )

    path = f"/repos/{name}/actions/permissions"
    return ask(lambda: github.rest.get(path, read), ADMINISTRATION)


def selected_actions(github: GitHub, name: Repository) -> SelectedActions | Unread | None:
    """Which actions are selected; None where they are not selected one by one."""

    def read(json: Json) -> SelectedActions:
        return SelectedActions(
            true(json["github_owned_allowed"]),
            true(json["verified_allowed"]),
            tuple(map(str, json["patterns_allowed"])),
        )

    path = f"/repos/{name}/actions/permissions/selected-actions"
    try:
        return ask(lambda: github.rest.get(path, read), ADMINISTRATION)
    except Refusal as refusal:
        if refusal.status == 409:  # GitHub's word for: they are not selected
            return None
        raise


def workflow_permissions(github: GitHub, name: Repository) -> WorkflowPermissions | Unread:
    """What a job's token may do by default."""

    def read(json: Json) -> WorkflowPermissions:
        approves = true(json["can_approve_pull_request_reviews"])
        return WorkflowPermissions(str(json["default_workflow_permissions"]), approves)

    path = f"/repos/{name}/actions/permissions/workflow"
    return ask(lambda: github.rest.get(path, read), ADMINISTRATION)


def fork_approval(github: GitHub, name: Repository) -> str | Unread:
    """Whose pull requests from forks run nothing until somebody allows it."""
    path = f"/repos/{name}/actions/permissions/fork-pr-contributor-approval"
    return ask(lambda: github.rest.get(path, lambda j: str(j["approval_policy"])), ADMINISTRATION)


def private_reporting(github: GitHub, name: Repository) -> bool | Unread:
    """Whether anybody may report a vulnerability in private."""
    path = f"/repos/{name}/private-vulnerability-reporting"
    return ask(lambda: github.rest.get(path, lambda j: true(j["enabled"])), ADMINISTRATION)


def immutable_releases(github: GitHub, name: Repository) -> bool | Unread:
    """Whether what is published cannot be changed. GitHub says no by a 404."""
    path = f"/repos/{name}/immutable-releases"
    try:
        return github.rest.get(path, lambda json: true(json["enabled"]))
    except Refusal as refusal:
        return hidden(refusal) or proven(github, name, refusal) or False


def hidden(refusal: Refusal) -> Unread | None:
    """Unread for a 403, None for a 404, which may mean either; any other error goes on."""
    if refusal.passing or refusal.status not in (403, 404):
        raise refusal
    unread = Unread(str(refusal), refusal.permissions or ADMINISTRATION)
    return unread if refusal.status == 403 else None


def proven(github: GitHub, name: Repository, refusal: Refusal) -> Unread | None:
    """None where the token reads what administrators read, so that its 404 is a fact."""
    witness = actions_policy(github, name)
    return Unread(str(refusal), witness.needs) if isinstance(witness, Unread) else None


def true(json: Json) -> bool:
    """What is neither true nor false is no answer."""
    if not isinstance(json, bool):
        raise TypeError("not true or false")
    return json
