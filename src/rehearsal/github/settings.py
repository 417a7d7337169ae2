"""How settings come to be: environments, rulesets, variables; and pull requests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

from rehearsal.github.state import Environment, Pull, Ruleset, Variable, moment, now

if TYPE_CHECKING:
    from rehearsal.github.repository import Repository


class EnvironmentFields(TypedDict, total=False):
    """What can be said of an environment; `policies` are (pattern, "branch" or "tag")."""

    reviewers: list[str]
    wait_timer: int
    prevent_self_review: bool
    can_admins_bypass: bool
    branch_policy: Literal["all", "protected", "custom"]
    policies: Sequence[tuple[str, str]]


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
        number=1 + max((pull.number for pull in repository.pulls), default=0),
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
