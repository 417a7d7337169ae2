"""Who made a commit, as far as GitHub proves it: a commit's own words prove nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from release_actions.clients.github import GitHub
from release_actions.clients.rest import Json
from release_actions.values import Repository, Sha

GITHUB_ITSELF = "web-flow"  # commits for somebody who is signed in, and signs for them


@dataclass(frozen=True)
class Proof:
    """Whether GitHub verified the signature, why not, and whose it is: login and address."""

    verified: bool
    reason: str
    login: str
    email: str

    def is_of(self, people: Iterable[str]) -> bool:
        """Whether it is proved that one of these made the commit."""
        known = {self.login.lower(), self.email.lower()} - {""}
        return self.verified and not known.isdisjoint(one.lower() for one in people)

    def __str__(self) -> str:
        who = f"{self.login or 'nobody that GitHub knows'} <{self.email}>"
        return f"verified, of {who}" if self.verified else f"not verified ({self.reason}), of {who}"


def proof(github: GitHub, repository: Repository, commit: Sha) -> Proof:
    """What GitHub verified of this commit.

    A signature is the committer's. Where GitHub committed itself (a merge by its site) it signs
    for the author, whom it knows.
    """

    def read(json: Json) -> Proof:
        if json["sha"] != commit:
            raise ValueError("another commit was answered")
        inner, told = json["commit"], json["commit"]["verification"]
        by = "author" if _login(json["committer"]) == GITHUB_ITSELF else "committer"
        verified = told["verified"] is True and told["reason"] == "valid"
        email = str(inner[by]["email"])
        return Proof(verified, str(told["reason"]), _login(json[by]), email)

    return github.rest.get(f"/repos/{repository}/commits/{commit}", read, per_page=1)


def _login(account: Json) -> str:
    return str(account["login"]) if account else ""
