"""How settings come to be: environments, rulesets, variables; and pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from rehearsal.github.state import (
    Advisory,
    Environment,
    Issue,
    Pull,
    Ruleset,
    Variable,
    moment,
    now,
)

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository


class EnvironmentFields(TypedDict, total=False):
    """What can be said of an environment; `policies` are (pattern, "branch" or "tag").

    A reviewer is a login, or a team as `Team:slug`; `apps` are slugs.
    """

    reviewers: list[str]
    wait_timer: int
    prevent_self_review: bool
    can_admins_bypass: bool
    branch_policy: Literal["all", "protected", "custom"]
    policies: Sequence[tuple[str, str]]
    apps: list[str]


class RulesetFields(TypedDict, total=False):
    """What else can be said of a ruleset."""

    target: Literal["branch", "tag"]
    exclude: list[str]
    enforcement: Literal["active", "disabled", "evaluate"]
    bypass: list[dict[str, Any]]


class PullFields(TypedDict, total=False):
    """What else can be said of a pull request."""

    base: str
    body: str | None
    author: str
    draft: bool
    state: Literal["open", "closed"]
    labels: list[str]
    created_at: datetime | str


class IssueFields(TypedDict, total=False):
    """What else can be said of an issue."""

    body: str | None
    author: str
    state: Literal["open", "closed"]
    labels: list[str]
    created_at: datetime | str


def add_environment(
    repository: Repository, name: str, **fields: Unpack[EnvironmentFields]
) -> Environment:
    """Make an environment; policies of its own make its branch policy `custom`."""
    policies = fields.pop("policies", ())
    environment = Environment(repository.github.next_id(), name)
    for field, value in fields.items():
        setattr(environment, field, value)
    for pattern, kind in policies:
        environment.policies.append((repository.github.next_id(), pattern, kind))
        environment.branch_policy = "custom"
    repository.state.environments.append(environment)
    return environment


def add_ruleset(
    repository: Repository,
    name: str,
    *,
    include: list[str],
    rules: Sequence[str | dict[str, Any]],
    **fields: Unpack[RulesetFields],
) -> Ruleset:
    """Make a ruleset."""
    ruleset = Ruleset(
        id=repository.github.next_id(),
        name=name,
        target=fields.get("target", "tag"),
        include=include,
        exclude=fields.get("exclude", []),
        rules=[{"type": rule} if isinstance(rule, str) else rule for rule in rules],
        enforcement=fields.get("enforcement", "active"),
        bypass=fields.get("bypass", []),
    )
    repository.state.rulesets.append(ruleset)
    return ruleset


def set_variable(repository: Repository, name: str, value: str) -> None:
    """Make a variable, or change it."""
    old = repository.state.variables.get(name)
    created = old.created_at if old else now()
    repository.state.variables[name] = Variable(name, value, created, now())


def add_pull(
    repository: Repository, title: str, *, head: str, **fields: Unpack[PullFields]
) -> Pull:
    """Open a pull request, or add one that is closed already."""
    made = moment(fields.get("created_at"))
    heads = repository.git.branches()
    pull = Pull(
        id=repository.github.next_id(),
        number=_next_number(repository),
        title=title,
        body=fields.get("body"),
        head=head,
        head_commit=heads.get(head) or heads.get(repository.default_branch, "0" * 40),
        base=fields.get("base", repository.default_branch),
        author=fields.get("author", "octocat"),
        draft=fields.get("draft", False),
        state=fields.get("state", "open"),
        created_at=made,
        updated_at=made,
        head_repository=repository.full_name,
        labels=fields.get("labels", []),
    )
    repository.state.pulls.append(pull)
    return pull


def _next_number(repository: Repository) -> int:
    """Issues and pull requests are counted together."""
    numbers = [pull.number for pull in repository.pulls]
    numbers += [issue.number for issue in repository.issues]
    return 1 + max(numbers, default=0)


def add_issue(repository: Repository, title: str, **fields: Unpack[IssueFields]) -> Issue:
    """Open an issue; labels that the repository lacks are made, as on its page."""
    made = moment(fields.get("created_at"))
    issue = Issue(
        id=repository.github.next_id(),
        number=_next_number(repository),
        title=title,
        author=fields.get("author", "octocat"),
        state=fields.get("state", "open"),
        created_at=made,
        updated_at=made,
        labels=fields.get("labels", []),
        body=fields.get("body"),
    )
    repository.state.issues.append(issue)
    return issue


def add_advisory(
    repository: Repository,
    summary: str,
    *,
    state: Literal["triage", "draft", "published", "closed", "withdrawn"],
    severity: Literal["critical", "high", "medium", "low"],
) -> Advisory:
    """Begin a security advisory."""
    number = f"{repository.github.next_id():012}"
    identity = "-".join(["GHSA", number[:4], number[4:8], number[8:]])
    advisory = Advisory(identity, summary, state, severity, now())
    repository.state.advisories.append(advisory)
    return advisory
