"""Environments: who must agree to a deployment, and from which branches and tags it may come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote

from release_actions.clients import settings
from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json
from release_actions.clients.settings import Unread
from release_actions.values import Repository

ACTIONS = "actions=read"


@dataclass(frozen=True)
class Environment:
    """An environment. `deployment` is from where: all, protected branches, custom policies."""

    name: str
    reviewers: tuple[str, ...]  # User:login, Team:slug
    prevents_self_review: bool
    wait_timer: int  # minutes
    admins_bypass: bool | None  # None: this server does not tell
    deployment: str
    policies: tuple[str, ...] | Unread = ()  # tag:PATTERN, branch:PATTERN
    apps: tuple[str, ...] | Unread = ()  # slugs of the apps that must agree


def environments(
    github: GitHub, repository: Repository, names: Collection[str] | None
) -> tuple[Environment, ...] | Unread:
    """Those of these names (None: every one) that are there, with their policies and apps."""
    path = f"/repos/{repository}/environments"
    found = settings.ask(lambda: github.rest.pages(path, "environments", _environment), ACTIONS)
    if isinstance(found, Unread):
        return found
    wanted = None if names is None else {name.casefold() for name in names}
    return tuple(
        _whole(github, f"{path}/{quote(each.name, safe='')}", each)
        for each in found
        if wanted is None or each.name.casefold() in wanted
    )


def _whole(github: GitHub, path: str, found: Environment) -> Environment:
    policies = _policies(github, path) if found.deployment == "custom" else ()
    return replace(found, policies=policies, apps=_apps(github, path))


def _policies(github: GitHub, path: str) -> tuple[str, ...] | Unread:
    def read(json: Json) -> str:
        return f"{json['type']}:{json['name']}"

    where = f"{path}/deployment-branch-policies"
    return settings.ask(lambda: github.rest.pages(where, "branch_policies", read), ACTIONS)


def _apps(github: GitHub, path: str) -> tuple[str, ...] | Unread:
    def read(json: Json) -> str | None:
        return str(json["app"]["slug"]) if settings.true(json["enabled"]) else None

    key, where = "custom_deployment_protection_rules", f"{path}/deployment_protection_rules"
    found = settings.ask(lambda: github.rest.pages(where, key, read), ACTIONS)
    return found if isinstance(found, Unread) else tuple(slug for slug in found if slug)


def _environment(json: Json) -> Environment:
    rules = json["protection_rules"]
    review = _only(rules, "required_reviewers")
    wait = _only(rules, "wait_timer")
    bypass = json.get("can_admins_bypass")
    policy = json["deployment_branch_policy"]
    return Environment(
        name=str(json["name"]),
        reviewers=tuple(_reviewers(review.get("reviewers") or ())),
        prevents_self_review=review.get("prevent_self_review") is True,
        wait_timer=int(wait.get("wait_timer") or 0),
        admins_bypass=None if bypass is None else settings.true(bypass),
        deployment=_deployment(policy),
    )


def _only(rules: Iterable[Json], kind: str) -> Json:
    """The one rule of a type, or an empty one; two could not both be what was declared."""
    found = [rule for rule in rules if rule["type"] == kind]
    if len(found) > 1:
        raise ValueError(f"{len(found)} rules of the type {kind}")
    return found[0] if found else {}


def _reviewers(entries: Iterable[Json]) -> Iterator[str]:
    for entry in entries:
        who = entry["reviewer"]
        yield f"{entry['type']}:{who['slug'] if entry['type'] == 'Team' else who['login']}"


def _deployment(policy: Json) -> str:
    if policy is None:
        return "all"
    if policy["protected_branches"] == policy["custom_branch_policies"]:
        raise ValueError("neither protected branches nor custom policies, or both")
    return "protected" if policy["protected_branches"] else "custom"
