"""Which rulesets bind all tags of a pattern, and what an unusual answer comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release_actions.formats.guards import Guard, Ruleset, read_protection, read_ruleset, uncovered

TAGS = Ruleset(
    1, "Tags", "tag", "active", ("refs/tags/v*",), (), Guard("ruleset Tags", frozenset())
)


def including(*patterns: str) -> Ruleset:
    return replace(TAGS, include=patterns)


@pytest.mark.parametrize(
    ("ruleset", "pattern"),
    [
        pytest.param(TAGS, "v*", id="the same string"),
        pytest.param(including("~ALL"), "v*", id="all"),
        pytest.param(including("refs/tags/**/*"), "r/**", id="all, as a pattern"),
        pytest.param(including("refs/tags/*"), "v*", id="all without a slash"),
        pytest.param(including("refs/tags/x", "refs/tags/v*"), "v*", id="one of several"),
        pytest.param(including("refs/tags/r/*"), "r/*", id="the same string with a slash"),
    ],
)
def test_it_binds_every_tag_of_the_pattern(ruleset: Ruleset, pattern: str) -> None:
    assert uncovered(ruleset, pattern) == ""


@pytest.mark.parametrize(
    ("ruleset", "pattern", "why"),
    [
        pytest.param(including("refs/tags/v1*"), "v*", "it is for refs/tags/v1*", id="narrower"),
        pytest.param(including("refs/tags/V*"), "v*", "it is for refs/tags/V*", id="other case"),
        pytest.param(including(), "v*", "it is for no tag", id="nothing"),
        pytest.param(including("refs/tags/*"), "r/*", "it is for refs/tags/*", id="no slashes"),
        pytest.param(including("refs/tags/*"), "v**", "it is for refs/tags/*", id="maybe slashes"),
        pytest.param(replace(TAGS, exclude=("x",)), "v*", "it leaves out x", id="exclusion"),
        pytest.param(
            replace(TAGS, enforcement="evaluate"), "v*", "its enforcement is evaluate", id="trial"
        ),
        pytest.param(replace(TAGS, target="branch"), "v*", "it is for branches", id="branches"),
        pytest.param(replace(TAGS, target="push"), "v*", "it is for pushes", id="pushes"),
    ],
)
def test_it_may_leave_a_tag_of_the_pattern_unbound(
    ruleset: Ruleset, pattern: str, why: str
) -> None:
    """Two globs are never compared: what is not the same string is not proved."""
    assert uncovered(ruleset, pattern) == why


def test_rules_without_parameters_demand_no_more_than_their_type() -> None:
    json = {
        "id": 7,
        "name": "N",
        "enforcement": "active",
        "rules": [{"type": "pull_request"}, {"type": "required_status_checks"}, {"type": "new"}],
    }
    found = read_ruleset(json)
    assert (found.target, found.include, found.guard.bypass) == ("branch", (), None)
    assert (found.guard.demands, found.guard.reviews) == (frozenset({"pull-request"}), 0)


def test_a_flag_that_is_not_true_is_none() -> None:
    """`1` and `"true"` are not what GitHub says, so they demand nothing."""
    reviews = {"require_code_owner_reviews": 1, "dismiss_stale_reviews": "true"}
    json = {"url": "u", "required_pull_request_reviews": reviews, "allow_deletions": {"enabled": 0}}
    found = read_protection(json)
    assert found.demands == {"pull-request"}
    assert found.bypass == ("admins",)


def test_a_protection_has_an_address() -> None:
    with pytest.raises(KeyError):
        read_protection({"hello": "world"})


def test_a_check_of_any_app_has_no_app() -> None:
    checks = [{"context": "a", "app_id": -1}, {"context": "b", "app_id": None}, {"context": "c"}]
    status = {"checks": checks, "contexts": ["a", "b", "c"], "strict": False}
    found = read_protection({"url": "u", "required_status_checks": status})
    assert found.checks == {"a", "b", "c"}
