"""Environments and what may deploy to them; whether releases are immutable."""

from __future__ import annotations

from rehearsal.github.answer import Answer, not_found
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import (
    JSON,
    html_url,
    node_id,
    number_of,
    repository_url,
    stamp,
    team,
    user,
)
from rehearsal.github.state import Environment

_DOCS = "deployments/environments"
_SETTING = "repos/repos#check-if-immutable-releases-are-enabled-for-a-repository"


@route(
    "environments",
    "GET ~/environments",
    needs="actions:read",
    docs=f"{_DOCS}#list-environments",
)
def environments(call: Call) -> Answer:
    """Every environment with its protection rules."""
    found = call.repository.environments
    return call.page(
        found, "environments", shape=lambda item: _shape(call, item), newest_first=False
    )


@route(
    "environment",
    "GET ~/environments/<name>",
    needs="actions:read",
    docs=f"{_DOCS}#get-an-environment",
)
def get(call: Call, name: str) -> Answer:
    """One environment."""
    return Answer.json(_shape(call, _find(call, name)))


@route(
    "deployment-branch-policies",
    "GET ~/environments/<name>/deployment-branch-policies",
    needs="actions:read",
    docs="deployments/branch-policies#list-deployment-branch-policies",
)
def policies(call: Call, name: str) -> Answer:
    """The branches and tags that may deploy to an environment, by pattern."""
    environment = _find(call, name)
    if environment.branch_policy != "custom":
        raise not_found()
    return call.page(
        environment.policies,
        "branch_policies",
        shape=lambda policy: {
            "id": policy[0],
            "node_id": node_id("GP", policy[0]),
            "name": policy[1],
            "type": policy[2],
        },
        newest_first=False,
    )


@route(
    "deployment-protection-rules",
    "GET ~/environments/<name>/deployment_protection_rules",
    needs="actions:read",
    docs="deployments/protection-rules#get-all-deployment-protection-rules-for-an-environment",
)
def protection_rules(call: Call, name: str) -> Answer:
    """The apps that must agree to a deployment."""
    found = [
        {
            "id": number_of(f"{name}:{slug}"),
            "node_id": node_id("DPR", f"{name}:{slug}"),
            "enabled": True,
            "app": {
                "id": number_of(slug),
                "slug": slug,
                "integration_url": f"{call.addresses.api}/apps/{slug}",
                "node_id": node_id("A", slug),
            },
        }
        for slug in _find(call, name).apps
    ]
    return call.page(found, "custom_deployment_protection_rules", newest_first=False)


@route(
    "immutable-releases",
    "GET ~/immutable-releases",
    needs="administration:read",
    public=False,
    docs=_SETTING,
)
def immutable(call: Call) -> Answer:
    """Whether releases of this repository cannot be changed; 404 if they can."""
    if not call.repository.state.immutable_releases:
        raise not_found()
    return Answer.json({"enabled": True, "enforced_by_owner": False})


@route(
    "enable-immutable-releases",
    "PUT ~/immutable-releases",
    needs="administration:write",
    docs=_SETTING,
)
def enable_immutable(call: Call) -> Answer:
    """From now on, what is published cannot be changed."""
    call.repository.state.immutable_releases = True
    return Answer.empty()


@route(
    "disable-immutable-releases",
    "DELETE ~/immutable-releases",
    needs="administration:write",
    docs=_SETTING,
)
def disable_immutable(call: Call) -> Answer:
    """From now on, what is published can be changed."""
    call.repository.state.immutable_releases = False
    return Answer.empty()


def _find(call: Call, name: str) -> Environment:
    for environment in call.repository.environments:
        if environment.name.lower() == name.lower():
            return environment
    raise not_found()


def _rules(call: Call, environment: Environment) -> list[JSON]:
    rules: list[JSON] = []
    if environment.wait_timer:
        rules.append({"type": "wait_timer", "wait_timer": environment.wait_timer})
    if environment.reviewers:
        reviewers = [_reviewer(call, name) for name in environment.reviewers]
        itself = environment.prevent_self_review
        rules.append(
            {"type": "required_reviewers", "prevent_self_review": itself, "reviewers": reviewers}
        )
    if environment.branch_policy != "all":
        rules.append({"type": "branch_policy"})
    for place, rule in enumerate(rules):
        identity = environment.id * 10 + place
        rule |= {"id": identity, "node_id": node_id("GA", identity)}
    return rules


def _reviewer(call: Call, name: str) -> JSON:
    """A user by the login, or a team as `Team:slug`."""
    kind, _, slug = name.rpartition(":")
    if kind != "Team":
        return {"type": "User", "reviewer": user(call.addresses, slug)}
    owner = call.repository.full_name.partition("/")[0]
    return {"type": "Team", "reviewer": team(call.addresses, owner, slug)}


def _shape(call: Call, environment: Environment) -> JSON:
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    kind = environment.branch_policy
    policy = {"protected_branches": kind == "protected", "custom_branch_policies": kind == "custom"}
    return {
        "id": environment.id,
        "node_id": node_id("EN", environment.id),
        "name": environment.name,
        "url": f"{api}/environments/{environment.name}",
        "html_url": f"{html}/deployments/activity_log?environments_filter={environment.name}",
        "created_at": stamp(environment.created_at),
        "updated_at": stamp(environment.created_at),
        "can_admins_bypass": environment.can_admins_bypass,
        "protection_rules": _rules(call, environment),
        "deployment_branch_policy": None if kind == "all" else policy,
    }
