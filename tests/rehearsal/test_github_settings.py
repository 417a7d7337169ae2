"""Settings: environments, rulesets, variables; and pull requests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rehearsal.github import Repository
from tests.rehearsal.conftest import Client

Make = Callable[..., Client]


def test_an_environment_shows_what_protects_it(repository: Repository, client: Client) -> None:
    """Reviewers, a wait, and the branches and tags that may deploy."""
    repository.add_environment(
        "pypi", reviewers=["mona"], wait_timer=5, policies=[("main", "branch"), ("v*", "tag")]
    )
    repository.add_environment("bare")
    found = client.get("~/environments")
    assert [e["name"] for e in found["environments"]] == ["pypi", "bare"]
    pypi, bare = found["environments"]
    assert [rule["type"] for rule in pypi["protection_rules"]] == [
        "wait_timer",
        "required_reviewers",
        "branch_policy",
    ]
    assert (bare["protection_rules"], bare["deployment_branch_policy"]) == ([], None)
    policies = client.get("~/environments/pypi/deployment-branch-policies")["branch_policies"]
    assert [(p["name"], p["type"]) for p in policies] == [("main", "branch"), ("v*", "tag")]
    assert client("GET ~/environments/bare/deployment-branch-policies").status_code == 404
    assert client("GET ~/environments/none").status_code == 404


def test_a_ruleset_is_listed_told_and_enforced(
    repository: Repository, client: Client, client_with: Make
) -> None:
    """A tag that may not move does not move; who may pass is told to administrators alone."""
    head = repository.git.branches()["main"]
    ruleset = repository.add_ruleset(
        "Release tags",
        include=["refs/tags/v*"],
        rules=["update", "deletion"],
        bypass=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}],
    )
    assert [r["name"] for r in client.get("~/rulesets")] == ["Release tags"]
    told = client.get(f"~/rulesets/{ruleset.id}")
    assert told["conditions"] == {"ref_name": {"include": ["refs/tags/v*"], "exclude": []}}
    assert [actor["actor_type"] for actor in told["bypass_actors"]] == ["RepositoryRole"]
    job = client_with(contents="write")
    assert "bypass_actors" not in job.get(f"~/rulesets/{ruleset.id}")
    made = job("POST ~/git/refs", json={"ref": "refs/tags/v1", "sha": head})
    assert made.status_code == 201
    refused = job("DELETE ~/git/refs/tags/v1")
    assert refused.status_code == 422
    assert "Repository rule violations found" in refused.json()["message"]
    assert "v1" in repository.git.tags()
    assert client("DELETE ~/git/refs/tags/v1").status_code == 204, "its role may pass"


def test_a_tag_that_rules_forbid_is_made_by_no_release_either(
    repository: Repository, client: Client, client_with: Make
) -> None:
    """Publishing makes the tag, so the rules are asked."""
    repository.add_ruleset("No tags", include=["~ALL"], rules=["creation"])
    job = client_with(contents="write")
    assert job("POST ~/releases", json={"tag_name": "v1"}).status_code == 422
    draft = job("POST ~/releases", json={"tag_name": "v1", "draft": True}).json()
    published = job(f"PATCH ~/releases/{draft['id']}", json={"draft": False})
    assert published.status_code == 422
    assert repository.git.tags() == {}


def test_the_rules_of_a_branch_are_those_of_active_rulesets_that_mean_it(
    repository: Repository, client: Client
) -> None:
    """By the conditions, and only while they are enforced."""
    repository.add_ruleset(
        "Main",
        target="branch",
        include=["~DEFAULT_BRANCH"],
        rules=["non_fast_forward", {"type": "required_signatures"}],
    )
    repository.add_ruleset(
        "Trial", target="branch", include=["~ALL"], rules=["deletion"], enforcement="evaluate"
    )
    found = client.get("~/rules/branches/main")
    assert [rule["type"] for rule in found] == ["non_fast_forward", "required_signatures"]
    assert client.get("~/rules/branches/topic") == []


def test_variables_are_kept_in_capitals(repository: Repository, client: Client) -> None:
    """Set by a test, or by the API."""
    repository.set_variable("VERSION", "1.2.3")
    assert client.get("~/actions/variables/version")["value"] == "1.2.3"
    made = client("POST ~/actions/variables", json={"name": "other", "value": "x"})
    assert made.status_code == 201
    again = client("POST ~/actions/variables", json={"name": "OTHER", "value": "x"})
    assert again.status_code == 409
    client("PATCH ~/actions/variables/OTHER", json={"value": "y"})
    assert repository.variables["OTHER"].value == "y"
    assert client("DELETE ~/actions/variables/OTHER").status_code == 204
    assert client.get("~/actions/variables")["total_count"] == 1


def test_immutable_releases_are_404_until_they_are_enabled(
    repository: Repository, client: Client, client_with: Make
) -> None:
    """And no token of a job can ask."""
    assert client("GET ~/immutable-releases").status_code == 404
    client("PUT ~/immutable-releases")
    assert client.get("~/immutable-releases")["enabled"]
    assert client_with(contents="write")("GET ~/immutable-releases").status_code == 403
    client("DELETE ~/immutable-releases")
    assert not repository.state.immutable_releases


def test_what_actions_may_do_is_told_to_administrators_alone(
    repository: Repository, client: Client, client_with: Make
) -> None:
    """As it is: selected actions only where they are selected, no policy where Actions is off."""
    policy = repository.state.actions_policy
    assert client.get("~/actions/permissions")["allowed_actions"] == "all"
    assert client("GET ~/actions/permissions/selected-actions").status_code == 409
    policy.allowed_actions = "selected"
    assert "selected_actions_url" in client.get("~/actions/permissions")
    assert client.get("~/actions/permissions/selected-actions")["patterns_allowed"] == []
    policy.enabled = False
    assert "allowed_actions" not in client.get("~/actions/permissions")
    repository.state.actions_may_open_pulls = False
    told = client.get("~/actions/permissions/workflow")
    assert told["can_approve_pull_request_reviews"] is False
    job = client_with(contents="write", actions="write")
    for path in ("", "/workflow", "/selected-actions", "/fork-pr-contributor-approval"):
        answer = job(f"GET ~/actions/permissions{path}")
        assert answer.status_code == 403
        assert answer.headers["X-Accepted-GitHub-Permissions"] == "administration=read"
    assert job("GET ~/private-vulnerability-reporting").status_code == 403


def test_what_github_watches_for_is_told_to_administrators_alone(
    repository: Repository, client: Client, client_with: Make
) -> None:
    repository.state.security["secret_scanning"] = "enabled"
    told = client.get("/repos/acme/app")["security_and_analysis"]
    assert told["secret_scanning"] == {"status": "enabled"}
    assert "security_and_analysis" not in client_with(contents="write").get("/repos/acme/app")


def test_teams_and_apps_may_have_to_agree_to_a_deployment(
    repository: Repository, client: Client
) -> None:
    repository.add_environment("pypi", reviewers=["mona", "Team:release"], apps=["gatekeeper"])
    (environment,) = client.get("~/environments")["environments"]
    (rule,) = environment["protection_rules"]
    assert [entry["type"] for entry in rule["reviewers"]] == ["User", "Team"]
    assert rule["reviewers"][1]["reviewer"]["slug"] == "release"
    rules = client.get("~/environments/pypi/deployment_protection_rules")
    assert rules["custom_deployment_protection_rules"][0]["app"]["slug"] == "gatekeeper"


@pytest.fixture
def topic(repository: Repository) -> str:
    """A branch with one commit more than main."""
    repository.commit({"a": "1"}, branch="topic", parent=repository.git.branches()["main"])
    return "topic"


def test_a_pull_request_is_opened_once(repository: Repository, client: Client, topic: str) -> None:
    """422 for a second one, for no commits, and for a branch that is not there."""
    body = {"title": "Topic", "head": topic, "base": "main", "body": "Why."}
    opened = client("POST ~/pulls", json=body)
    assert opened.status_code == 201
    assert (opened.json()["commits"], opened.json()["changed_files"]) == (1, 1)
    again = client("POST ~/pulls", json=body).json()
    assert again["errors"][0]["message"] == "A pull request already exists for acme:topic."
    repository.git.create_ref("refs/heads/same", repository.git.branches()["main"])
    same = client("POST ~/pulls", json=body | {"head": "same"}).json()
    assert same["errors"][0]["message"] == "No commits between main and same"
    gone = client("POST ~/pulls", json=body | {"head": "gone"}).json()
    assert gone["errors"][0]["field"] == "head"


def test_pull_requests_are_found_by_head_base_and_state(
    repository: Repository, client: Client, topic: str
) -> None:
    """`head` is OWNER:BRANCH; closed ones must be asked for."""
    pull = repository.add_pull("Topic", head=topic, labels=["release"])
    assert [p["number"] for p in client.get("~/pulls", head="acme:topic", base="main")] == [1]
    assert client.get("~/pulls", head="acme:other") == []
    assert client.get("~/pulls/1")["labels"][0]["name"] == "release"
    client("PATCH ~/pulls/1", json={"state": "closed", "title": "Done"})
    assert (pull.state, pull.title) == ("closed", "Done")
    assert client.get("~/pulls") == []
    assert [p["number"] for p in client.get("~/pulls", state="all")] == [1]


def test_actions_may_be_forbidden_to_open_pull_requests(
    repository: Repository, client_with: Make, topic: str
) -> None:
    """A setting of its own, beside the permission."""
    repository.state.actions_may_open_pulls = False
    job = client_with(**{"pull-requests": "write"})
    refused = job("POST ~/pulls", json={"title": "T", "head": topic, "base": "main"})
    assert refused.status_code == 403
    assert "not permitted to create" in refused.json()["message"]


def test_a_pull_request_that_is_over_keeps_its_head(
    repository: Repository, client: Client, topic: str
) -> None:
    """Whatever is pushed to its branch later; while it is open, it follows."""
    pull = repository.add_pull("Topic", head=topic)
    second = repository.commit({"more": "1"}, branch=topic)
    assert client.get("~/pulls/1")["head"]["sha"] == second
    pull.state = "closed"
    repository.commit({"more": "2"}, branch=topic)
    assert client.get("~/pulls/1")["head"]["sha"] == second


def test_the_pull_requests_of_a_commit(repository: Repository, client: Client) -> None:
    """Those that were merged with it; else those that are open and hold it."""
    first = repository.git.branches()["main"]
    topic = repository.commit({"t": "1"}, branch="topic", parent=first)
    pull = repository.add_pull("Topic", head="topic")
    repository.add_pull("Declined", head="topic", state="closed")
    assert [p["number"] for p in client.get(f"~/commits/{topic}/pulls")] == [pull.number]
    merged = repository.merge(pull)
    repository.add_pull("Again", head="topic", base="topic")
    for commit in (topic, merged):
        assert [p["number"] for p in client.get(f"~/commits/{commit}/pulls")] == [pull.number]
    assert client.get(f"~/commits/{first}/pulls") == []
    assert client(f"GET ~/commits/{'0' * 40}/pulls").status_code == 422
