"""The settings that are judged one by one: their rules, where they are told, where to set them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from release_actions.actions.audit_release_settings.looking import Facts
from release_actions.clients.settings import Unread


@dataclass(frozen=True)
class Setting:
    """A setting of the repository: its rule, where it is told, and where to set it."""

    rule: str
    subject: str
    field: str  # of Inputs
    read: Callable[[Facts], Any]  # None where the answer does not tell it
    fix: str
    of_selected: bool = False  # told only where allowed actions are selected one by one


def _of(fact: str, name: str) -> Callable[[Facts], Any]:
    """A part of a fact, or why the fact could not be read."""

    def read(facts: Facts) -> Any:
        found = getattr(facts, fact)
        return found if isinstance(found, Unread) else getattr(found, name)

    return read


def _selected(name: str) -> Callable[[Facts], Any]:
    def read(facts: Facts) -> Any:
        found = facts.selected
        if found is None:
            return "not selected one by one"
        return found if isinstance(found, Unread) else getattr(found, name)

    return read


ACTIONS = "In Settings, Actions, General: "
SECURITY = "In Settings, Advanced Security: "
SETTINGS = (
    Setting(
        "immutable-releases",
        "immutable releases",
        "immutable_releases",
        lambda facts: facts.immutable,
        "In Settings, General, Releases: enable release immutability.",
    ),
    Setting(
        "workflow-permissions",
        "default permissions of GITHUB_TOKEN",
        "workflow_permissions",
        _of("workflow", "default"),
        f"{ACTIONS}set the workflow permissions as declared.",
    ),
    Setting(
        "workflows-approve",
        "workflows may create and approve pull requests",
        "workflows_approve",
        _of("workflow", "approves"),
        f"{ACTIONS}set `Allow GitHub Actions to create and approve pull requests` as declared.",
    ),
    Setting(
        "actions-enabled",
        "Actions is enabled",
        "actions_enabled",
        _of("policy", "enabled"),
        f"{ACTIONS}set the actions permissions as declared.",
    ),
    Setting(
        "allowed-actions",
        "allowed actions",
        "allowed_actions",
        _of("policy", "allowed"),
        f"{ACTIONS}set the actions permissions as declared.",
    ),
    Setting(
        "selected-actions",
        "patterns of allowed actions",
        "selected_actions",
        _selected("patterns"),
        f"{ACTIONS}list exactly the declared actions.",
        of_selected=True,
    ),
    Setting(
        "github-owned-actions",
        "GitHub's own actions are allowed",
        "github_owned_actions",
        _selected("github_owned"),
        f"{ACTIONS}set `Allow actions created by GitHub` as declared.",
        of_selected=True,
    ),
    Setting(
        "verified-actions",
        "actions of verified creators are allowed",
        "verified_actions",
        _selected("verified"),
        f"{ACTIONS}set `Allow actions by verified creators` as declared.",
        of_selected=True,
    ),
    Setting(
        "sha-pinning",
        "actions must be pinned to a full commit",
        "sha_pinning",
        _of("policy", "pinned"),
        f"{ACTIONS}set `Require actions to be pinned to a full-length commit SHA` as declared.",
    ),
    Setting(
        "fork-approval",
        "whose pull requests from forks need an approval to run",
        "fork_approval",
        lambda facts: facts.fork_approval,
        f"{ACTIONS}set the approval for workflows from contributors as declared.",
    ),
    Setting(
        "default-branch",
        "default branch",
        "default_branch",
        _of("repository", "default_branch"),
        "In Settings, General: set the default branch back, or declare the new one.",
    ),
    Setting(
        "visibility",
        "visibility",
        "visibility",
        _of("repository", "visibility"),
        "In Settings, General, Danger Zone: set the visibility as declared.",
    ),
    Setting(
        "web-commit-signoff",
        "commits on the web must be signed off",
        "web_commit_signoff",
        _of("repository", "signoff"),
        "In Settings, General: set `Require contributors to sign off on web-based commits`.",
    ),
    Setting(
        "secret-scanning",
        "secret scanning",
        "secret_scanning",
        _of("repository", "secret_scanning"),
        f"{SECURITY}set secret scanning as declared.",
    ),
    Setting(
        "push-protection",
        "push protection of secret scanning",
        "push_protection",
        _of("repository", "push_protection"),
        f"{SECURITY}set push protection as declared.",
    ),
    Setting(
        "private-reporting",
        "private vulnerability reporting",
        "private_reporting",
        lambda facts: facts.private_reporting,
        f"{SECURITY}set private vulnerability reporting as declared.",
    ),
)


@dataclass(frozen=True)
class Part:
    """A setting of an environment: its rule, its names there and in the table, and the fix."""

    rule: str
    what: str
    field: str  # of EnvironmentTable
    read: str  # of Environment
    fix: str


PARTS = (
    Part("reviewers", "reviewers", "reviewers", "reviewers", "set the required reviewers."),
    Part(
        "self-review",
        "who started a run may not approve it",
        "prevent_self_review",
        "prevents_self_review",
        "set `Prevent self-review` as declared.",
    ),
    Part(
        "wait-timer",
        "minutes to wait",
        "wait_timer",
        "wait_timer",
        "set the wait timer as declared.",
    ),
    Part(
        "admin-bypass",
        "administrators may pass its rules",
        "admin_bypass",
        "admins_bypass",
        "set `Allow administrators to bypass configured protection rules` as declared.",
    ),
    Part(
        "deployment",
        "deployments come from",
        "deployment",
        "deployment",
        "set `Deployment branches and tags` as declared.",
    ),
    Part(
        "deployment-policies",
        "branches and tags that may deploy",
        "deployment_policies",
        "policies",
        "list exactly the declared branches and tags, with the same patterns as the trigger.",
    ),
    Part(
        "deployment-apps",
        "apps that must agree",
        "deployment_apps",
        "apps",
        "enable exactly the declared deployment protection rules.",
    ),
)
