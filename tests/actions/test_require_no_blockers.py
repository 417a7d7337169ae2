"""W32: nothing is released while a blocker is open, and what could not be seen is no yes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import Fault, GitHub, Repository
from release_actions.actions.require_no_blockers import Told, action
from release_actions.clients.clock import Clock
from release_actions.errors import UpstreamError, UsageError
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.verdict import Outcome
from release_actions.world import World
from tests.actions.tagging import bad, told

READS_ISSUES = {"issues": "read"}
READS_PULLS = {"issues": "read", "pull_requests": "read"}
READS_ADVISORIES = {"repository_advisories": "read"}


class Still(Clock):
    """Time passes only while somebody sleeps; then something may happen."""

    def __init__(self) -> None:
        self.time = 0.0
        self.then: list[Any] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.then:
            self.then.pop(0)()


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    with GitHub(tmp_path / "github") as github:
        yield github
        assert not github.crashes


@pytest.fixture
def repository(github: GitHub) -> Repository:
    repository = github.repository("acme/app")
    repository.commit({"README": "1"})
    repository.add_label("release-blocker")
    return repository


def look(
    repository: Repository,
    permissions: dict[str, str] | None = None,
    *,
    clock: Clock | None = None,
    wait: float = 0,
    **inputs: str,
) -> Ended:
    github = repository.github
    given = {"repository": repository.full_name} | {
        key.replace("_", "-"): value for key, value in inputs.items()
    }
    problems = Problems()
    parsed = parse(action.inputs, {k: Given(v, "with") for k, v in given.items()}, problems)
    problems.end()
    token = github.token(permissions=permissions, repository="acme/app" if permissions else None)
    world = World(token, {"GITHUB_API_URL": github.api_url}, clock or Still())
    return Loop(action, parsed, world, lambda line: None).run(dry_run=False, wait=wait)


def blockers(ended: Ended) -> list[str]:
    assert ended.verdict is not None
    assert isinstance(ended.verdict.outputs, Told)
    found: list[str] = json.loads(ended.verdict.outputs.blockers)
    return found


def test_no_blocker_is_a_pass_with_the_least_permission(repository: Repository) -> None:
    """`issues: read`, as the page says; other labels and closed issues are nobody's blocker."""
    repository.add_issue("Other", labels=["bug"])
    repository.add_issue("Done", labels=["release-blocker"], state="closed")
    ended = look(repository, READS_ISSUES, labels="release-blocker")
    assert bad(ended) == []
    assert blockers(ended) == []


def test_an_open_blocker_is_named_with_its_address(repository: Repository) -> None:
    issue = repository.add_issue("It leaks\n::error::x", labels=["Release-Blocker"])
    ended = look(repository, READS_ISSUES, labels="release-blocker")
    assert bad(ended) == ["open-blocker"]
    assert f"issue #{issue.number}: It leaks ::error::x: it is open, labelled" in told(ended)
    assert blockers(ended)[0].endswith(f"/acme/app/issues/{issue.number}")


def test_any_of_the_labels_blocks_and_each_issue_is_told_once(repository: Repository) -> None:
    """GitHub lists what has all labels of a request; here any of them is enough."""
    repository.add_issue("One", labels=["security"])
    repository.add_issue("Both", labels=["security", "release-blocker"])
    ended = look(repository, READS_ISSUES, labels="release-blocker\nsecurity")
    assert bad(ended) == ["open-blocker", "open-blocker"]
    assert "labelled release-blocker, security" in told(ended)


def test_every_page_is_read(repository: Repository) -> None:
    for number in range(130):
        repository.add_issue(f"Issue {number}", labels=["release-blocker"])
    assert len(bad(look(repository, READS_ISSUES, labels="release-blocker"))) == 130


def test_the_servers_filters_are_not_trusted(repository: Repository) -> None:
    """PAINS A.11: a filter that is dropped lists everything; only what has the label counts."""
    repository.add_issue("Other", labels=["bug"])
    repository.add_issue("Done", labels=["release-blocker"], state="closed")
    repository.github.faults.add(Fault(route="issues", kind="filter-ignored"))
    repository.github.faults.add(Fault(route="pulls", kind="filter-ignored"))
    repository.add_pull("Old", head="x", labels=["release-blocker"], state="closed")
    ended = look(repository, READS_PULLS, labels="release-blocker", pull_requests="true")
    assert bad(ended) == []


def test_a_pull_request_blocks_only_where_it_is_asked_for(repository: Repository) -> None:
    pull = repository.add_pull("Mend it", head="topic", labels=["release-blocker"])
    repository.add_pull("Other", head="other", labels=["bug"])
    assert bad(look(repository, READS_ISSUES, labels="release-blocker")) == []
    ended = look(repository, READS_PULLS, labels="release-blocker", pull_requests="true")
    assert bad(ended) == ["open-blocker"]
    assert f"pull request #{pull.number}: Mend it" in told(ended)


def test_a_misspelt_label_never_passes(repository: Repository) -> None:
    """Nothing has it, so an empty list would be a yes to the wrong question."""
    repository.add_issue("It leaks", labels=["release-blocker"])
    ended = look(repository, READS_ISSUES, labels="release-bloker")
    assert bad(ended) == ["no-such-label"]
    assert "label release-bloker: acme/app has none" in told(ended)


def test_a_label_may_have_spaces_and_slashes(repository: Repository) -> None:
    repository.add_issue("It leaks", labels=["kind/Release blocker?"])
    assert bad(look(repository, READS_ISSUES, labels="kind/release blocker?")) == ["open-blocker"]


@pytest.mark.parametrize(
    ("permissions", "inputs", "needed"),
    [
        pytest.param({"contents": "read"}, {}, "`issues: read`", id="issues"),
        pytest.param(
            READS_ISSUES, {"pull_requests": "true"}, "`pull-requests: read`", id="pull requests"
        ),
    ],
)
def test_what_may_not_be_read_is_unknown(
    repository: Repository, permissions: dict[str, str], inputs: dict[str, Any], needed: str
) -> None:
    ended = look(repository, permissions, labels="release-blocker", **inputs)
    assert set(bad(ended)) == {"unreadable"}
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.UNKNOWN
    assert needed in told(ended)


def test_issues_that_are_switched_off_are_no_pass(repository: Repository) -> None:
    repository.state.has_issues = False
    ended = look(repository, READS_ISSUES, labels="release-blocker")
    assert bad(ended) == ["issues-off"]
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.UNKNOWN


def test_a_list_that_is_refused_midway_is_unknown_too(repository: Repository) -> None:
    """Switched off between the two requests, as GitHub says it: 410."""
    fault = Fault(route="issues", kind="status", status=410, message="Issues has been disabled")
    repository.github.faults.add(fault)
    ended = look(repository, READS_ISSUES, labels="release-blocker")
    assert bad(ended) == ["unreadable"]


@pytest.mark.parametrize("status", [401, 502])
def test_no_answer_is_no_verdict(repository: Repository, status: int) -> None:
    repository.github.faults.add(Fault(route="issues", kind="status", status=status))
    ended = look(repository, READS_ISSUES, labels="release-blocker")
    assert isinstance(ended.error, UpstreamError)


@pytest.mark.parametrize("answer", ["no", None], ids=["a text", "nothing"])
def test_an_answer_that_is_no_answer_is_no_verdict(
    repository: Repository, monkeypatch: pytest.MonkeyPatch, answer: Any
) -> None:
    monkeypatch.setattr(repository.state, "has_issues", answer)
    assert isinstance(look(repository, READS_ISSUES, labels="x").error, UpstreamError)


def test_waiting_ends_when_the_blocker_is_closed(repository: Repository) -> None:
    issue = repository.add_issue("It leaks", labels=["release-blocker"])
    clock = Still()

    def close() -> None:
        issue.state = "closed"

    clock.then = [lambda: None, close]
    ended = look(repository, READS_ISSUES, labels="release-blocker", clock=clock, wait=600)
    assert bad(ended) == []
    assert clock.time > 0


@pytest.mark.parametrize("state", ["draft", "triage"])
def test_an_unpublished_advisory_blocks_and_its_summary_is_not_told(
    repository: Repository, state: Any
) -> None:
    """A log is public: the id and the severity are enough for those who may see it."""
    advisory = repository.add_advisory("Remote code execution in parse()", state=state)
    ended = look(repository, READS_ADVISORIES, advisories="true")
    assert set(bad(ended)) == {"open-advisory", "advisories-hidden"}
    assert f"advisory {advisory.ghsa_id}: it is in {state}, severity high" in told(ended)
    assert "Remote code" not in told(ended)
    assert blockers(ended)[0].endswith(advisory.ghsa_id)


def test_published_and_closed_advisories_do_not_block(repository: Repository) -> None:
    repository.add_advisory("Old", state="published")
    closed = repository.add_advisory("None", state="closed")
    ended = look(repository, READS_ADVISORIES, advisories="true", seen_advisory=closed.ghsa_id)
    assert bad(ended) == []
    assert f"the token sees {closed.ghsa_id} (closed)" in told(ended)


def test_a_token_that_may_not_see_drafts_never_passes(repository: Repository) -> None:
    """GitHub shows it the published ones of a public repository, and does not say that it is so."""
    repository.add_advisory("It leaks", state="draft")
    repository.add_advisory("Old", state="published")
    ended = look(repository, {"contents": "read"}, advisories="true")
    assert bad(ended) == ["advisories-hidden"]
    assert "1 were shown, no proof" in told(ended)


def test_a_published_advisory_proves_nothing(repository: Repository) -> None:
    for state in ("published", "withdrawn"):
        advisory = repository.add_advisory("Old", state=state)
        ended = look(
            repository, READS_ADVISORIES, advisories="true", seen_advisory=advisory.ghsa_id
        )
        assert bad(ended) == ["advisories-hidden"]
        assert f"{advisory.ghsa_id} is not among them" in told(ended)


def test_an_administrators_token_sees_all(repository: Repository) -> None:
    assert bad(look(repository, None, advisories="true")) == []


def test_advisories_of_a_private_repository_that_may_not_be_read(repository: Repository) -> None:
    repository.state.private = True
    ended = look(repository, {"issues": "read"}, labels="release-blocker", advisories="true")
    assert bad(ended) == ["unreadable"]
    assert "a GitHub App" in told(ended)


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        pytest.param({}, "`labels`", id="nothing to look for"),
        pytest.param(
            {"pull_requests": "true", "advisories": "true"}, "`pull-requests`", id="pulls of what"
        ),
        pytest.param(
            {"labels": "x", "seen_advisory": "GHSA-2fc6-x8vm-gr4q"},
            "`seen-advisory`",
            id="a proof of nothing",
        ),
        pytest.param({"labels": "a,b\nc"}, "`labels`", id="a comma"),
        pytest.param(
            {"advisories": "true", "seen_advisory": "CVE-1"}, "GHSA-2fc6", id="no such id"
        ),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    repository: Repository, inputs: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        look(repository, **inputs)  # type: ignore[arg-type]
    assert said in "\n".join(error.value.lines)
