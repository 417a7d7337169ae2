"""Answers that GitHub should never give: read as no answer, never as a setting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from release_actions.clients import environments, rules, settings
from release_actions.clients.github import GitHub
from release_actions.errors import UpstreamError
from release_actions.values import RefName, Repository
from tests.clients.canned import Answer, serving
from tests.shelf import StillClock

APP = Repository("acme/app")
REVIEW = {"type": "required_reviewers", "reviewers": [], "prevent_self_review": True}
GONE = {"type": "User", "reviewer": None}
BOTH = {"protected_branches": True, "custom_branch_policies": True}


def environment(**fields: Any) -> Any:
    plain = {"id": 1, "name": "pypi", "protection_rules": [], "deployment_branch_policy": None}
    return {"total_count": 1, "environments": [plain | fields]}


@pytest.mark.parametrize(
    ("answers", "question", "words"),
    [
        pytest.param(
            [environment(protection_rules=[REVIEW, REVIEW])],
            lambda github: environments.environments(github, APP, None),
            "2 rules of the type required_reviewers",
            id="O28: two rules of one type",
        ),
        pytest.param(
            [environment(deployment_branch_policy=BOTH)],
            lambda github: environments.environments(github, APP, None),
            "neither protected branches nor custom policies, or both",
            id="two policies at once",
        ),
        pytest.param(
            [environment(can_admins_bypass="no")],
            lambda github: environments.environments(github, APP, None),
            "not true or false",
            id="a word for a flag",
        ),
        pytest.param(
            [environment(protection_rules=[REVIEW | {"reviewers": [GONE]}])],
            lambda github: environments.environments(github, APP, None),
            "cannot be read",
            id="a reviewer who is gone",
        ),
        pytest.param(
            [[{"id": 7}], {"id": 8, "name": "N", "enforcement": "active", "rules": []}],
            lambda github: rules.rulesets(github, APP),
            "another ruleset was answered",
            id="another ruleset",
        ),
        pytest.param(
            [{"enabled": "false"}],
            lambda github: settings.immutable_releases(github, APP),
            "not true or false",
            id="text for a flag",
        ),
    ],
)
def test_what_cannot_be_read_is_an_error(
    answers: list[Any], question: Callable[[GitHub], object], words: str
) -> None:
    with serving(*map(Answer, answers)) as canned:
        github = GitHub("t", canned.url, StillClock())
        with pytest.raises(UpstreamError, match=words):
            question(github)


def test_an_app_that_is_switched_off_need_not_agree() -> None:
    apps = [{"id": n, "enabled": n == 1, "app": {"slug": f"app-{n}"}} for n in (1, 2)]
    told = {"total_count": 2, "custom_deployment_protection_rules": apps}
    with serving(Answer(environment()), Answer(told)) as canned:
        found = environments.environments(GitHub("t", canned.url, StillClock()), APP, None)
    assert isinstance(found, tuple)
    assert found[0].apps == ("app-1",)
    assert found[0].admins_bypass is None


def test_the_permission_is_the_one_that_github_names_before_ours() -> None:
    header = {"X-Accepted-GitHub-Permissions": "environments=read; actions=read"}
    with serving(Answer({"message": "no"}, 403, header)) as canned:
        found = environments.environments(GitHub("t", canned.url, StillClock()), APP, None)
    assert isinstance(found, settings.Unread)
    assert found.needs == "environments=read; actions=read"


@pytest.mark.parametrize("status", [409, 422])
def test_any_other_refusal_is_an_error(status: int) -> None:
    with serving(Answer({"message": "no"}, status)) as canned:
        github = GitHub("t", canned.url, StillClock())
        for question in (settings.workflow_permissions, settings.immutable_releases):
            with pytest.raises(UpstreamError):
                question(github, APP)
        with pytest.raises(UpstreamError):
            rules.branch(github, APP, RefName("main"), ())


def test_selected_actions_that_are_not_selected_are_none() -> None:
    with serving(Answer({"message": "Conflict"}, 409)) as canned:
        github = GitHub("t", canned.url, StillClock())
        assert settings.selected_actions(github, APP) is None
    with serving(Answer({"message": "no"}, 422)) as canned, pytest.raises(UpstreamError):
        settings.selected_actions(GitHub("t", canned.url, StillClock()), APP)
