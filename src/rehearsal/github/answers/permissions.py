"""What Actions may do in a repository, and what GitHub watches for in it."""

from __future__ import annotations

from rehearsal.github.answer import Answer, Refusal
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, repository_url

_DOCS = "actions/permissions"


@route(
    "actions-permissions",
    "GET ~/actions/permissions",
    needs="administration:read",
    public=False,
    docs=f"{_DOCS}#get-github-actions-permissions-for-a-repository",
)
def permissions(call: Call) -> Answer:
    """Whether Actions runs, which actions may be used, and whether each must be pinned."""
    policy = call.repository.state.actions_policy
    if not policy.enabled:
        return Answer.json({"enabled": False, "sha_pinning_required": policy.sha_pinning_required})
    told: JSON = {
        "enabled": True,
        "allowed_actions": policy.allowed_actions,
        "sha_pinning_required": policy.sha_pinning_required,
    }
    if policy.allowed_actions == "selected":
        api = repository_url(call.addresses, call.repository)
        told["selected_actions_url"] = f"{api}/actions/permissions/selected-actions"
    return Answer.json(told)


@route(
    "selected-actions",
    "GET ~/actions/permissions/selected-actions",
    needs="administration:read",
    public=False,
    docs=f"{_DOCS}#get-allowed-actions-and-reusable-workflows-for-a-repository",
)
def selected(call: Call) -> Answer:
    """Which actions may be used, where they are selected."""
    policy = call.repository.state.actions_policy
    if policy.allowed_actions != "selected":
        raise Refusal(409, "Conflict")
    return Answer.json(
        {
            "github_owned_allowed": policy.github_owned_allowed,
            "verified_allowed": policy.verified_allowed,
            "patterns_allowed": policy.patterns_allowed,
        }
    )


@route(
    "workflow-permissions",
    "GET ~/actions/permissions/workflow",
    needs="administration:read",
    public=False,
    docs=f"{_DOCS}#get-default-workflow-permissions-for-a-repository",
)
def workflow(call: Call) -> Answer:
    """What a job's token may do where the workflow does not say."""
    state = call.repository.state
    return Answer.json(
        {
            "default_workflow_permissions": state.actions_policy.default_workflow_permissions,
            "can_approve_pull_request_reviews": state.actions_may_open_pulls,
        }
    )


@route(
    "fork-approval",
    "GET ~/actions/permissions/fork-pr-contributor-approval",
    needs="administration:read",
    public=False,
    docs=f"{_DOCS}#get-fork-pr-contributor-approval-permissions-for-a-repository",
)
def fork_approval(call: Call) -> Answer:
    """Whose pull requests run workflows only once somebody allowed it."""
    return Answer.json({"approval_policy": call.repository.state.actions_policy.fork_approval})


@route(
    "private-vulnerability-reporting",
    "GET ~/private-vulnerability-reporting",
    needs="administration:read",
    public=False,
    docs="repos/repos#check-if-private-vulnerability-reporting-is-enabled-for-a-repository",
)
def private_reporting(call: Call) -> Answer:
    """Whether anybody may report a vulnerability in private."""
    return Answer.json({"enabled": call.repository.state.private_reporting})
