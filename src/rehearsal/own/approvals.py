"""Environments: what GitHub would ask before each job that names one.

Nobody can ask GitHub from here how an environment is protected. What the repository itself
declares, `[audit-release-settings.environment.NAME]` of `.github/release-actions.toml`, is taken
for that; another environment is told to be unknown.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from rehearsal.casting import Cast
from rehearsal.errors import UnplayableError
from rehearsal.github import Repository
from rehearsal.github.state import Environment
from rehearsal.own.checkout import Checkout

CONFIG = ".github/release-actions.toml"


@dataclass(frozen=True)
class Approval:
    """One job, the environment that it names, and what that would ask."""

    job: str
    environment: str
    asks: tuple[str, ...]
    known: bool
    refused: str = ""
    """Why this ref may not deploy there."""

    @property
    def told(self) -> str:
        """In words."""
        head = f"{self.job}: environment {self.environment}"
        if self.refused:
            return f"{head}: GitHub would refuse it: {self.refused}"
        if not self.known:
            return (
                f"{head}: not declared in {CONFIG}, so what it asks is not known here"
                " (one that is not there is made by GitHub, and asks nobody)"
            )
        return f"{head}: " + ("; ".join(self.asks) or "asks nobody")


def declare(checkout: Checkout, repository: Repository) -> None:
    """Make the environments that the config file declares.

    :raises UnplayableError: where it is no TOML.
    """
    content = checkout.read(CONFIG)
    if content is None:
        return
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise UnplayableError([f"{CONFIG}: this is no TOML: {error}"]) from error
    tables = document.get("audit-release-settings", {}).get("environment", {})
    for name, table in tables.items() if isinstance(tables, dict) else ():
        _make(name, table if isinstance(table, dict) else {}, repository)


def _make(name: str, table: Mapping[str, Any], repository: Repository) -> None:
    policies = _lines(table.get("deployment-policies"))
    pairs = [(pattern, kind) for kind, _, pattern in (line.partition(":") for line in policies)]
    reviewers = [line.removeprefix("User:") for line in _lines(table.get("reviewers"))]
    made = repository.add_environment(
        name,
        reviewers=reviewers,
        wait_timer=int(table.get("wait-timer") or 0),
        prevent_self_review=bool(table.get("prevent-self-review")),
        can_admins_bypass=table.get("admin-bypass") is not False,
        policies=pairs,
        apps=_lines(table.get("deployment-apps")),
    )
    deployment: Literal["all", "protected", "custom"] | None = table.get("deployment")
    if deployment in ("all", "protected", "custom"):
        made.branch_policy = deployment


def _lines(value: object) -> list[str]:
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return [str(item) for item in value] if isinstance(value, list) else []


def asked(cast: Cast, repository: Repository, ref: str) -> tuple[Approval, ...]:
    """What each job with an environment would wait for."""
    known = {environment.name.lower(): environment for environment in repository.environments}
    found = []
    for part in cast.parts:
        name = part.job.environment
        if name and not part.job.uses:
            job = "/".join(part.path)
            if environment := known.get(name.lower()):
                refused = _refused(environment, ref, repository)
                found.append(Approval(job, name, tuple(_asks(environment)), True, refused))
            else:
                found.append(Approval(job, name, (), False))
    return tuple(found)


def _asks(environment: Environment) -> Iterator[str]:
    if environment.reviewers:
        self_review = ", not whoever started it" if environment.prevent_self_review else ""
        yield f"an approval by one of {', '.join(environment.reviewers)}{self_review}"
    if environment.wait_timer:
        yield f"a wait of {environment.wait_timer} minutes"
    for app in environment.apps:
        yield f"the app {app} agrees"
    if environment.policies:
        patterns = ", ".join(f"{kind} {pattern}" for _, pattern, kind in environment.policies)
        yield f"only {patterns} may deploy to it, and this ref may"


def _refused(environment: Environment, ref: str, repository: Repository) -> str:
    """Why a ref may not deploy to an environment; "" if it may."""
    kind = "tag" if ref.startswith("refs/tags/") else "branch"
    name = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    if environment.branch_policy == "protected" and name not in repository.state.protections:
        return f"only protected branches may deploy to it, and {kind} {name} is none"
    if environment.branch_policy == "custom":
        patterns = [pattern for _, pattern, of in environment.policies if of == kind]
        if not any(_matches(pattern, name) for pattern in patterns):
            told = ", ".join(f"{of} {pattern}" for _, pattern, of in environment.policies)
            return f"only {told or 'nothing'} may deploy to it, and {kind} {name} does not match"
    return ""


def _matches(pattern: str, name: str) -> bool:
    """A deployment policy's pattern: a `*` stops at a slash."""
    wanted, parts = pattern.split("/"), name.split("/")
    return len(wanted) == len(parts) and all(map(fnmatchcase, parts, wanted))
