"""Every check: what declares it, what breaks it, and who may not read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.github import Repository
from tests.actions.audit_release_settings.scene import READER

Break = Callable[[Repository], object]
NAME = "audit-release-settings"


@dataclass(frozen=True)
class Check:
    """A check by its rule. `least` is what must be granted beside `contents: read`."""

    rule: str
    declared: str  # TOML
    broken: Break
    least: dict[str, str]
    needs: str  # as GitHub names it
    route: str  # that answers it

    @property
    def id(self) -> str:
        return f"{self.rule}: {self.declared.splitlines()[-1]}"


def _set(name: str, value: object, *inside: str) -> Break:
    def broken(repository: Repository) -> None:
        target: Any = repository.state
        for step in inside:
            target = target[int(step)] if step.isdigit() else getattr(target, step)
        setattr(target, name, value)

    return broken


ADMINISTRATION = {"administration": "read"}


def _repository(rule: str, value: str, broken: Break, route: str) -> Check:
    text = f"[{NAME}]\n{rule} = {value}"
    return Check(rule, text, broken, ADMINISTRATION, "administration=read", route)


def _policy(rule: str, value: str, field: str, broken: object, route: str) -> Check:
    return _repository(rule, value, _set(field, broken, "actions_policy"), route)


def _security(rule: str, field: str) -> Check:
    def broken(repository: Repository) -> None:
        repository.state.security[field] = "disabled"

    return _repository(rule, "true", broken, "repository")


def _public(rule: str, value: str, broken: Break) -> Check:
    text = f"[{NAME}]\n{rule} = {value}"
    return Check(rule, text, broken, {}, "metadata=read", "repository")


def _environment(
    rule: str, line: str, name: str, value: object, route: str = "environments"
) -> Check:
    text = f"[{NAME}.environment.pypi]\n{line}"
    broken = _set(name, value, "environments", "0")
    return Check(rule, text, broken, {"actions": "read"}, "actions=read", route)


def _without(place: int, kind: str) -> Break:
    """A ruleset without one of its rules."""

    def broken(repository: Repository) -> None:
        ruleset = repository.rulesets[place]
        ruleset.rules = [rule for rule in ruleset.rules if rule["type"] != kind]

    return broken


def _with(kind: str, name: str, value: object) -> Break:
    """The branch's ruleset with another parameter."""

    def broken(repository: Repository) -> None:
        ruleset = repository.rulesets[0]
        ruleset.rules = [
            rule | {"parameters": rule["parameters"] | {name: value}}
            if rule["type"] == kind
            else rule
            for rule in ruleset.rules
        ]

    return broken


def _branch(rule: str, line: str, broken: Break, *, who: bool = False) -> Check:
    least = {"administration": "write"} if who else {}
    needs = "administration=write" if who else "administration=read"
    text = f"[{NAME}.branch.main]\n{line}"
    return Check(rule, text, broken, least, needs, "ruleset" if who else "branch-rules")


def _tag(rule: str, line: str, broken: Break, *, who: bool = False) -> Check:
    least = {"administration": "write"} if who else {}
    needs = "administration=write" if who else "metadata=read"
    return Check(rule, f'[{NAME}.tag."v*"]\n{line}', broken, least, needs, "ruleset")


def _bypassed(place: int) -> Break:
    role = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    return lambda repository: repository.rulesets[place].bypass.append(role)


PULL, STATUS = "pull_request", "required_status_checks"
CHECKS = (
    _repository(
        "immutable-releases", "true", _set("immutable_releases", False), "immutable-releases"
    ),
    _policy(
        "workflow-permissions",
        '"read"',
        "default_workflow_permissions",
        "write",
        "workflow-permissions",
    ),
    _repository(
        "workflows-approve", "false", _set("actions_may_open_pulls", True), "workflow-permissions"
    ),
    _policy("actions-enabled", "true", "enabled", False, "actions-permissions"),
    _policy("allowed-actions", '"selected"', "allowed_actions", "all", "actions-permissions"),
    _policy("sha-pinning", "true", "sha_pinning_required", False, "actions-permissions"),
    _policy(
        "selected-actions",
        '["astral-sh/setup-uv@*", "pypa/*"]',
        "patterns_allowed",
        ["*"],
        "selected-actions",
    ),
    _policy("github-owned-actions", "true", "github_owned_allowed", False, "selected-actions"),
    _policy("verified-actions", "false", "verified_allowed", True, "selected-actions"),
    _policy(
        "fork-approval",
        '"all_external_contributors"',
        "fork_approval",
        "first_time_contributors",
        "fork-approval",
    ),
    _repository(
        "private-reporting",
        "true",
        _set("private_reporting", False),
        "private-vulnerability-reporting",
    ),
    _security("secret-scanning", "secret_scanning"),
    _security("push-protection", "secret_scanning_push_protection"),
    _public("default-branch", '"main"', _set("default_branch", "trunk")),
    _public("visibility", '"public"', _set("private", True)),
    _public("web-commit-signoff", "true", _set("web_commit_signoff", False)),
    _environment("environment-missing", "wait-timer = 5", "name", "testpypi"),
    _environment("reviewers", 'reviewers = ["Team:release", "User:Mona"]', "reviewers", ["mona"]),
    _environment("reviewers", 'reviewers = ["Team:release", "User:mona"]', "reviewers", []),
    _environment("self-review", "prevent-self-review = true", "prevent_self_review", False),
    _environment("wait-timer", "wait-timer = 5", "wait_timer", 0),
    _environment("admin-bypass", "admin-bypass = false", "can_admins_bypass", True),
    _environment("deployment", 'deployment = "custom"', "branch_policy", "all"),
    _environment("deployment", 'deployment-policies = ["tag:v*"]', "branch_policy", "protected"),
    _environment(
        "deployment-policies",
        'deployment-policies = ["tag:v*"]',
        "policies",
        [(1, "v*", "branch")],
        "deployment-branch-policies",
    ),
    _environment(
        "deployment-apps",
        'deployment-apps = ["gatekeeper"]',
        "apps",
        [],
        "deployment-protection-rules",
    ),
    _branch("pull-request", "pull-request = true", _without(0, PULL)),
    _branch("reviews", "reviews = 2", _with(PULL, "required_approving_review_count", 1)),
    _branch("code-owners", "code-owners = true", _with(PULL, "require_code_owner_review", False)),
    _branch(
        "dismiss-stale", "dismiss-stale = true", _with(PULL, "dismiss_stale_reviews_on_push", False)
    ),
    _branch(
        "last-push-approval",
        "last-push-approval = true",
        _with(PULL, "require_last_push_approval", False),
    ),
    _branch(
        "resolved-conversations",
        "resolved-conversations = true",
        _with(PULL, "required_review_thread_resolution", False),
    ),
    _branch("no-force-push", "no-force-push = true", _without(0, "non_fast_forward")),
    _branch("no-deletion", "no-deletion = true", _without(0, "deletion")),
    _branch("linear-history", "linear-history = true", _without(0, "required_linear_history")),
    _branch("signed-commits", "signed-commits = true", _without(0, "required_signatures")),
    _branch("status-checks", 'status-checks = ["ci@15368"]', _without(0, STATUS)),
    _branch(
        "up-to-date",
        "up-to-date = true",
        _with(STATUS, "strict_required_status_checks_policy", False),
    ),
    _branch("enforce-admins", "enforce-admins = true", _bypassed(0), who=True),
    _branch("branch-bypass", "bypass = []", _bypassed(0), who=True),
    _tag("tag-update", "no-update = true", _without(1, "update")),
    _tag("tag-deletion", "no-deletion = true", _without(1, "deletion")),
    _tag("tag-force-push", "no-force-push = true", _without(1, "non_fast_forward")),
    _tag("tag-creation", "no-creation = true", _without(1, "creation")),
    _tag("tag-bypass", 'bypass = ["Team:7"]', _bypassed(1), who=True),
)
#: All that an audit with every check asks for.
assert set(READER) == {"contents", "actions", "administration"}
