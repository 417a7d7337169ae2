"""Trusted publishing: which job of which workflow a registry gives a token to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a token says that is made out to one of these; ValueError: it is not to be trusted.
Identify = Callable[[str, Collection[str]], Mapping[str, Any]]


@dataclass(frozen=True)
class Publisher:
    """What the owners of projects or crates have written down at the registry."""

    repository: str
    workflow: str
    """The name of its file below .github/workflows."""
    names: tuple[str, ...]
    """The projects or crates that it may publish."""
    environment: str = ""
    """The environment that the job must name; any if there is none."""

    def suits(self, claims: Mapping[str, Any], where: str) -> bool:
        """Whether a job is meant; `where` is the claim that names its workflow."""
        file = f"{self.repository}/.github/workflows/{self.workflow}@".lower()
        named = str(claims.get("environment", "")).lower()
        return (
            str(claims.get("repository", "")).lower() == self.repository.lower()
            and str(claims.get(where, "")).lower().startswith(file)
            and self.environment.lower() in ("", named)
        )


@dataclass(frozen=True)
class Admitted:
    """A job that was given a token: who it is, and what it may publish."""

    claims: Mapping[str, Any]
    names: frozenset[str]
    environment: str


class UnfitError(Exception):
    """An identity that gets no token: a short code, and why."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass
class Trust:
    """Whom a registry trusts. `where` is the claim it reads the workflow from."""

    identify: Identify
    where: str
    publishers: list[Publisher] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)

    def admit(self, token: str, *audiences: str) -> Admitted:
        """Whoever comes with this token, made out to the registry by one of its names.

        :raises UnfitError: if it is not to be trusted, was used before, or nobody expects it.
        """
        try:
            claims = self.identify(token, audiences)
        except ValueError as error:
            raise UnfitError("invalid-token", f"malformed or invalid token: {error}") from error
        if claims["jti"] in self.spent:
            raise UnfitError("invalid-reuse-token", "invalid token: already used")
        suited = [one for one in self.publishers if one.suits(claims, self.where)]
        if not suited:
            why = "valid token, but no corresponding publisher"
            raise UnfitError(
                "invalid-publisher", f"{why} (Publisher with matching claims was not found)"
            )
        self.spent.add(claims["jti"])
        names = frozenset(name for one in suited for name in one.names)
        return Admitted(claims, names, suited[0].environment)
