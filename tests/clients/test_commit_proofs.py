"""Who made a commit, as far as GitHub proves it."""

from __future__ import annotations

from typing import Any

import pytest

from release_actions.clients.commit_proofs import Proof, proof
from release_actions.clients.github import GitHub
from release_actions.errors import UpstreamError
from release_actions.values import Repository, Sha
from tests.clients.canned import Answer, serving
from tests.shelf import StillClock

A = Sha("a" * 40)
VALID = {"verified": True, "reason": "valid"}


def told(**more: Any) -> dict[str, Any]:
    person = {"email": "mona@example.com"}
    commit = {"author": person, "committer": person, "verification": VALID}
    return {"sha": A, "author": {"login": "mona"}, "committer": {"login": "mona"}} | {
        "commit": commit | more.pop("commit", {}),
        **more,
    }


def proved(answer: dict[str, Any]) -> Proof:
    with serving(Answer(answer)) as canned:
        return proof(GitHub("", canned.url, StillClock()), Repository("acme/app"), A)


def test_a_verified_commit_is_its_committers() -> None:
    found = proved(told(author={"login": "eve"}))
    assert found == Proof(True, "valid", "mona", "mona@example.com")
    assert str(found) == "verified, of mona <mona@example.com>"


def test_what_the_site_committed_is_the_authors() -> None:
    assert proved(told(author={"login": "eve"}, committer={"login": "web-flow"})).login == "eve"


@pytest.mark.parametrize(
    "verification",
    [
        {"verified": False, "reason": "unsigned"},
        {"verified": False, "reason": "valid"},
        {"verified": True, "reason": "unknown_key"},
        {"verified": "true", "reason": "valid"},
    ],
    ids=str,
)
def test_anything_but_verified_and_valid_proves_nothing(verification: dict[str, Any]) -> None:
    found = proved(told(commit={"verification": verification}))
    assert not found.is_of(["mona", "mona@example.com"])
    assert "not verified" in str(found)


def test_an_account_that_github_does_not_know_is_nobody() -> None:
    found = proved(told(committer=None))
    assert found.login == ""
    assert not found.is_of(["", "mona"])
    assert found.is_of(["MONA@example.com"])
    assert "nobody that GitHub knows" in str(found)


def test_another_commit_is_no_answer() -> None:
    with pytest.raises(UpstreamError, match="another commit"):
        proved(told(sha="b" * 40))
