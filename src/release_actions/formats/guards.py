"""What rulesets and branch protection demand of a branch or a tag: GitHub's JSON, in one shape.

A demand counts where any guard makes it: rulesets and the old protection bind side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any  # what json.loads gives

# A rule of a ruleset, and what it comes to.
RULES = {
    "deletion": "no-deletion",
    "non_fast_forward": "no-force-push",
    "update": "no-update",
    "creation": "no-creation",
    "required_linear_history": "linear-history",
    "required_signatures": "signed-commits",
}
# A parameter of the rule `pull_request`, the same in the old protection, and what it comes to.
REVIEWS = (
    ("require_code_owner_review", "require_code_owner_reviews", "code-owners"),
    ("dismiss_stale_reviews_on_push", "dismiss_stale_reviews", "dismiss-stale"),
    ("require_last_push_approval", "require_last_push_approval", "last-push-approval"),
)


@dataclass(frozen=True)
class Guard:
    """What one ruleset, or the old protection, demands, and who may pass it.

    `checks` are names, with `@APP` where the check must come from that app (its id). `bypass`
    is None where GitHub does not tell it to this token.
    """

    source: str
    demands: frozenset[str]
    reviews: int = 0
    checks: frozenset[str] = frozenset()
    bypass: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Ruleset:
    """A ruleset with its conditions; only an active one binds."""

    id: int
    name: str
    target: str  # branch, tag, push
    enforcement: str  # active, evaluate, disabled
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    guard: Guard


def read_ruleset(json: Json) -> Ruleset:
    """A ruleset as `GET …/rulesets/ID` tells it."""
    refs = (json.get("conditions") or {}).get("ref_name") or {}
    identity, name = int(json["id"]), str(json["name"])
    told = json.get("bypass_actors")
    bypass = None if told is None else tuple(sorted(_actor(actor) for actor in told))
    return Ruleset(
        id=identity,
        name=name,
        target=str(json.get("target") or "branch"),
        enforcement=str(json["enforcement"]),
        include=tuple(map(str, refs.get("include") or ())),
        exclude=tuple(map(str, refs.get("exclude") or ())),
        guard=read_rules(f"ruleset {name}", json["rules"], bypass),
    )


def read_rules(source: str, rules: Iterable[Json], bypass: tuple[str, ...] | None) -> Guard:
    """The rules of one ruleset."""
    demands: set[str] = set()
    checks: set[str] = set()
    reviews = 0
    for rule in rules:
        kind, parameters = rule["type"], rule.get("parameters") or {}
        if kind in RULES:
            demands.add(RULES[kind])
        elif kind == "pull_request":
            demands |= {"pull-request"} | {to for own, _, to in REVIEWS if _yes(parameters, own)}
            if _yes(parameters, "required_review_thread_resolution"):
                demands.add("resolved-conversations")
            reviews = max(reviews, int(parameters.get("required_approving_review_count") or 0))
        elif kind == "required_status_checks":
            entries = parameters.get("required_status_checks") or ()
            checks |= set(_checks(entries, "integration_id"))
            if _yes(parameters, "strict_required_status_checks_policy"):
                demands.add("up-to-date")
    return Guard(source, frozenset(demands), reviews, frozenset(checks), bypass)


def read_protection(json: Json) -> Guard:
    """The old protection of a branch, as `GET …/branches/NAME/protection` tells it."""
    json["url"]  # whatever has none is no such answer
    wanted = {
        "required_linear_history": "linear-history",
        "required_signatures": "signed-commits",
        "required_conversation_resolution": "resolved-conversations",
    }
    demands = {to for name, to in wanted.items() if _on(json, name)}
    barred = {"allow_force_pushes": "no-force-push", "allow_deletions": "no-deletion"}
    demands |= {to for name, to in barred.items() if (json.get(name) or {}).get("enabled") is False}
    pulls = json.get("required_pull_request_reviews")
    if pulls is not None:
        demands |= {"pull-request"} | {to for _, old, to in REVIEWS if _yes(pulls, old)}
    status = json.get("required_status_checks") or {}
    if _yes(status, "strict"):
        demands.add("up-to-date")
    return Guard(
        "branch protection",
        frozenset(demands),
        int((pulls or {}).get("required_approving_review_count") or 0),
        frozenset(_checks(status.get("checks") or (), "app_id")),
        tuple(sorted(_passing(json, pulls or {}))),
    )


def _passing(json: Json, pulls: Json) -> Iterator[str]:
    if not _on(json, "enforce_admins"):
        yield "admins"
    allowed = pulls.get("bypass_pull_request_allowances") or {}
    yield from (f"User:{user['login']}" for user in allowed.get("users") or ())
    yield from (f"Team:{team['slug']}" for team in allowed.get("teams") or ())
    yield from (f"App:{app['slug']}" for app in allowed.get("apps") or () if app)


def _actor(json: Json) -> str:
    """`Integration:7`, `RepositoryRole:5`; with the mode behind it unless that is always."""
    kind, number, mode = str(json["actor_type"]), json.get("actor_id"), json.get("bypass_mode")
    alone = number is None or kind in ("OrganizationAdmin", "DeployKey")
    actor = kind if alone else f"{kind}:{number}"
    return actor if mode in ("always", None) else f"{actor}:{mode}"


def _checks(entries: Iterable[Json], app: str) -> Iterator[str]:
    for entry in entries:
        number = entry.get(app)
        anybody = number is None or number == -1
        yield str(entry["context"]) if anybody else f"{entry['context']}@{number}"


def _on(json: Json, name: str) -> bool:
    return (json.get(name) or {}).get("enabled") is True


def _yes(json: Mapping[str, Json], name: str) -> bool:
    return json.get(name) is True


def uncovered(ruleset: Ruleset, pattern: str) -> str:
    """Why a ruleset does not bind every tag of a pattern; empty where it does.

    Patterns are compared as text (O34: the same string everywhere), so that nothing has to be
    proved about two globs; an exclusion may always let one of the tags out.
    """
    if ruleset.target != "tag":
        return f"it is for {ruleset.target}es"
    if ruleset.enforcement != "active":
        return f"its enforcement is {ruleset.enforcement}"
    if ruleset.exclude:
        return f"it leaves out {', '.join(ruleset.exclude)}"
    plain = "/" not in pattern and "**" not in pattern
    whole = {"~ALL", "refs/tags/**/*", f"refs/tags/{pattern}"}
    whole |= {"refs/tags/*", "refs/tags/**"} if plain else set()
    if whole.isdisjoint(ruleset.include):
        return f"it is for {', '.join(ruleset.include) or 'no tag'}"
    return ""
