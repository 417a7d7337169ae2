"""Open issues, pull requests with labels, and security advisories, as far as a token may see them.

What may not be read comes back as the reason why: a list that is empty because nobody let us look
must never be taken for an empty list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json, Refusal
from release_actions.values import Repository

T = TypeVar("T")


@dataclass(frozen=True)
class Issue:
    """An open issue or pull request."""

    number: int
    title: str
    labels: frozenset[str]  # in lower case: GitHub does not mind it
    url: str
    pull_request: bool = False


@dataclass(frozen=True)
class Advisory:
    """A security advisory: triage, draft, published, closed or withdrawn."""

    id: str
    state: str
    severity: str
    url: str  # no summary: what is not published yet must not be told in a public log


@dataclass(frozen=True)
class Unseen:
    """A list that could not be read, and why."""

    why: str


@dataclass(frozen=True)
class About:
    """What GitHub says of the repository: whether it has issues, and whether the token rules it."""

    has_issues: bool
    administered: bool


def about(github: GitHub, repository: Repository) -> About:
    """The repository's own settings, as far as they matter here."""

    def read(json: Json) -> About:
        held = json.get("permissions") or {}
        return About(_flag(json["has_issues"]), held.get("admin") is True)

    return github.rest.get(f"/repos/{repository}", read)


def labels_there(
    github: GitHub, repository: Repository, names: Iterable[str]
) -> frozenset[str] | Unseen:
    """Those of the names that the repository has as a label."""

    def ask() -> frozenset[str]:
        found = (
            name
            for name in names
            if github.rest.get_or_none(
                f"/repos/{repository}/labels/{quote(name, safe='')}", lambda json: str(json["name"])
            )
            is not None
        )
        return frozenset(found)

    return _seen(ask)


def open_issues(
    github: GitHub, repository: Repository, labels: Iterable[str]
) -> tuple[Issue, ...] | Unseen:
    """Every open issue with any of the labels, pull requests apart."""

    def ask() -> tuple[Issue, ...]:
        path, found = f"/repos/{repository}/issues", dict[int, Issue]()
        for label in labels:
            # One label a request: GitHub lists what has all that are named together.
            query = {"state": "open", "labels": label, "sort": "created", "direction": "asc"}
            for issue, state in github.rest.pages(path, "", _issue, identity="number", **query):
                # The server's filters are not trusted.
                if not issue.pull_request and state == "open" and label.lower() in issue.labels:
                    found[issue.number] = issue
        return tuple(found.values())

    return _seen(ask)


def open_pulls(
    github: GitHub, repository: Repository, labels: Iterable[str]
) -> tuple[Issue, ...] | Unseen:
    """Every open pull request with any of the labels."""
    wanted = {label.lower() for label in labels}

    def ask() -> tuple[Issue, ...]:
        query = {"state": "open", "sort": "created", "direction": "asc"}
        path = f"/repos/{repository}/pulls"
        entries = github.rest.pages(path, "", _issue, identity="number", **query)
        return tuple(pull for pull, state in entries if state == "open" and wanted & pull.labels)

    return _seen(ask)


def advisories(github: GitHub, repository: Repository) -> tuple[Advisory, ...] | Unseen:
    """Every security advisory that the token sees; it is not told of those that it does not."""

    def read(json: Json) -> Advisory:
        return Advisory(
            str(json["ghsa_id"]),
            str(json["state"]),
            str(json["severity"] or "unrated"),
            str(json["html_url"]),
        )

    path = f"/repos/{repository}/security-advisories"
    return _seen(lambda: github.rest.pages(path, "", read, identity="ghsa_id"))


def _issue(json: Json) -> tuple[Issue, str]:
    """The issue and its state."""
    issue = Issue(
        number=int(json["number"]),
        title=str(json["title"]),
        labels=frozenset(str(label["name"]).lower() for label in json["labels"]),
        url=str(json["html_url"]),
        pull_request="pull_request" in json,
    )
    return issue, str(json["state"])


def _flag(json: Json) -> bool:
    if not isinstance(json, bool):
        raise TypeError("not true or false")
    return json


def _seen(ask: Callable[[], T]) -> T | Unseen:
    """What GitHub lets us see, or its refusal; what was no answer stays an error."""
    try:
        return ask()
    except Refusal as refusal:
        # 410: issues are switched off. 401 is the token's own fault, and nobody's answer.
        if refusal.passing or refusal.status not in (403, 404, 410):
            raise
        return Unseen(str(refusal))
