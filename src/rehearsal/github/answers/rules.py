"""Rulesets, and the rules that bind a branch."""

from __future__ import annotations

from typing import Any

from rehearsal.github import ref_rules
from rehearsal.github.answer import Answer, not_found
from rehearsal.github.call import Call
from rehearsal.github.routing import route
from rehearsal.github.shapes import JSON, html_url, node_id, repository_url, stamp
from rehearsal.github.state import Ruleset

_DOCS = "repos/rules"


@route(
    "rulesets",
    "GET ~/rulesets",
    needs="metadata:read",
    docs=f"{_DOCS}#get-all-repository-rulesets",
)
def rulesets(call: Call) -> Answer:
    """Every ruleset, without its rules."""
    found = call.repository.rulesets
    if target := call.filter("targets"):
        found = [ruleset for ruleset in found if ruleset.target in target.split(",")]
    return call.page(found, shape=lambda ruleset: _shape(call, ruleset), newest_first=False)


@route(
    "ruleset",
    "GET ~/rulesets/<int:ruleset_id>",
    needs="metadata:read",
    docs=f"{_DOCS}#get-a-repository-ruleset",
)
def ruleset(call: Call, ruleset_id: int) -> Answer:
    """One ruleset with its rules; who may pass it, those alone see who may change it."""
    for found in call.repository.rulesets:
        if found.id == ruleset_id:
            value = _shape(call, found) | {
                "conditions": {"ref_name": {"include": found.include, "exclude": found.exclude}},
                "rules": found.rules,
            }
            if call.may("administration:write"):
                value["bypass_actors"] = found.bypass
            return Answer.json(value)
    raise not_found()


@route(
    "branch-rules",
    "GET ~/rules/branches/<path:branch>",
    needs="metadata:read",
    docs=f"{_DOCS}#get-rules-for-a-branch",
)
def branch_rules(call: Call, branch: str) -> Answer:
    """Every active rule that binds a branch, there or not."""
    found: list[dict[str, Any]] = []
    for ruleset in call.repository.rulesets:
        about = {
            "target": ruleset.target,
            "include": ruleset.include,
            "exclude": ruleset.exclude,
            "default_branch": call.repository.default_branch,
        }
        if ruleset.enforcement == "active" and ref_rules.is_meant(about, f"refs/heads/{branch}"):
            source = {
                "ruleset_source_type": "Repository",
                "ruleset_source": call.repository.full_name,
                "ruleset_id": ruleset.id,
            }
            found += [rule | source for rule in ruleset.rules]
    return call.page(found, newest_first=False)


def _shape(call: Call, ruleset: Ruleset) -> JSON:
    api = repository_url(call.addresses, call.repository)
    html = html_url(call.addresses, call.repository)
    return {
        "id": ruleset.id,
        "name": ruleset.name,
        "target": ruleset.target,
        "source_type": "Repository",
        "source": call.repository.full_name,
        "enforcement": ruleset.enforcement,
        "node_id": node_id("RRS", ruleset.id),
        "_links": {
            "self": {"href": f"{api}/rulesets/{ruleset.id}"},
            "html": {"href": f"{html}/rules/{ruleset.id}"},
        },
        "created_at": stamp(ruleset.created_at),
        "updated_at": stamp(ruleset.created_at),
    }
