"""What binds a branch or a tag: rulesets, here and above, and the old protection."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from release_actions.clients import settings
from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json, Refusal, segment
from release_actions.clients.settings import Unread
from release_actions.formats.guards import (
    Guard,
    Ruleset,
    read_protection,
    read_rules,
    read_ruleset,
)
from release_actions.values import RefName, Repository

MOST = 100  # rules of one branch that one answer shows


@dataclass(frozen=True)
class Protection:
    """The old protection of a branch; None where there is none."""

    there: bool  # whether there is such a branch
    guard: Guard | None


Rulesets = tuple[Ruleset | Unread, ...] | Unread


@dataclass(frozen=True)
class BranchRules:
    """What binds one branch."""

    rules: tuple[Guard, ...] | Unread
    protection: Protection | Unread


def rulesets(github: GitHub, repository: Repository) -> Rulesets:
    """Every ruleset, active or not; a single one may be hidden from the token."""
    path = f"/repos/{repository}/rulesets"
    found = settings.ask(
        lambda: github.rest.pages(path, "", lambda json: int(json["id"])), settings.METADATA
    )
    if isinstance(found, Unread):
        return found
    return tuple(_ruleset(github, path, identity) for identity in found)


def _ruleset(github: GitHub, path: str, identity: int) -> Ruleset | Unread:
    def read(json: Json) -> Ruleset:
        ruleset = read_ruleset(json)
        if ruleset.id != identity:
            raise ValueError("another ruleset was answered")
        return ruleset

    return settings.ask(lambda: github.rest.get(f"{path}/{identity}", read), settings.METADATA)


def branch(github: GitHub, repository: Repository, name: RefName, known: Rulesets) -> BranchRules:
    """What binds a branch; who may pass a ruleset is looked up in those that are known."""
    return BranchRules(
        _branch_rules(github, repository, name, () if isinstance(known, Unread) else known),
        _protection(github, repository, name),
    )


def _branch_rules(
    github: GitHub, repository: Repository, name: RefName, known: Sequence[Ruleset | Unread]
) -> tuple[Guard, ...] | Unread:
    rulesets = {each.id: each for each in known if isinstance(each, Ruleset)}

    def read(json: Json) -> tuple[Guard, ...]:
        if not isinstance(json, list) or len(json) >= MOST:
            raise ValueError(f"no list of less than {MOST} rules")
        rules = sorted(json, key=_identity)
        return tuple(guard(number, each) for number, each in groupby(rules, _identity))

    def guard(number: int, rules: Iterable[Json]) -> Guard:
        ruleset = rulesets.get(number)
        source = ruleset.guard.source if ruleset else f"ruleset {number}"
        return read_rules(source, rules, ruleset.guard.bypass if ruleset else None)

    path = f"/repos/{repository}/rules/branches/{segment(name)}"
    return settings.ask(lambda: github.rest.get(path, read, per_page=MOST), settings.METADATA)


def _identity(rule: Json) -> int:
    return int(rule["ruleset_id"])


def _protection(github: GitHub, repository: Repository, name: RefName) -> Protection | Unread:
    path = f"/repos/{repository}/branches/{segment(name)}/protection"
    try:
        return Protection(True, github.rest.get(path, read_protection))
    except Refusal as refusal:
        unread = settings.hidden(refusal) or settings.proven(github, repository, refusal)
        said = str(refusal.body.get("message")) if isinstance(refusal.body, dict) else ""
        if unread or said not in ("Branch not protected", "Branch not found"):
            # Whatever else a 404 says, it does not say that there is no protection.
            return unread or Unread(str(refusal), settings.ADMINISTRATION)
        return Protection(said == "Branch not protected", None)
