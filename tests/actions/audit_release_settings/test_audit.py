"""What counts as protection, what is refused at the door, and what is told."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions import house
from tests.actions.audit_release_settings.checks import CHECKS
from tests.actions.audit_release_settings.scene import (
    CONFIG,
    PROTECTION,
    READER,
    TEAM,
    WRITER,
    Scene,
    judged,
    on,
)

OF_A_BRANCH = [c for c in CHECKS if "branch.main" in c.declared]
ALL = "[audit-release-settings.branch.main]\n" + "\n".join(
    check.declared.splitlines()[-1] for check in OF_A_BRANCH
)
NO_FORCE = "[audit-release-settings.branch.main]\nno-force-push = true"
NO_MOVE = '[audit-release-settings.tag."v*"]\nno-update = true'


def found(scene: Scene, config: str, permissions: dict[str, str] | None = None) -> Any:
    """The one finding of an audit."""
    (finding,) = scene.audit(config, permissions or WRITER).record["findings"]
    return finding


def protect(scene: Scene, **other: Any) -> None:
    """The old protection alone, as strict as the rulesets were, but for this."""
    scene.repository.state.rulesets = [r for r in scene.repository.rulesets if r.target == "tag"]
    protection = copy.deepcopy(PROTECTION)
    for name, value in other.items():
        whole = isinstance(value, dict) and name in ("required_pull_request_reviews",)
        whole |= name == "required_status_checks"
        protection[name] = protection[name] | value if whole else value
    scene.repository.protect("main", **protection)


# Branch protection and rulesets


def test_the_old_protection_is_as_good_as_a_ruleset(scene: Scene) -> None:
    """And administrators read it: `administration: read` is enough, who may pass it too."""
    protect(scene)
    played = scene.audit(ALL, READER)
    assert played.exit == 0, played.log
    assert len(judged(played)) == len(OF_A_BRANCH)
    assert "by branch protection (nobody may pass it)" in played.log


WEAKENED: dict[str, dict[str, Any]] = {
    "reviews": {"required_pull_request_reviews": {"required_approving_review_count": 1}},
    "code-owners": {"required_pull_request_reviews": {"require_code_owner_reviews": False}},
    "dismiss-stale": {"required_pull_request_reviews": {"dismiss_stale_reviews": False}},
    "last-push-approval": {"required_pull_request_reviews": {"require_last_push_approval": False}},
    "resolved-conversations": {"required_conversation_resolution": {"enabled": False}},
    "no-force-push": {"allow_force_pushes": on()},
    "no-deletion": {"allow_deletions": on()},
    "linear-history": {"required_linear_history": {"enabled": False}},
    "signed-commits": {"required_signatures": {"enabled": False, "url": "u"}},
    "up-to-date": {"required_status_checks": {"strict": False}},
    "status-checks": {
        "required_status_checks": {"checks": [{"context": "ci", "app_id": 1}], "contexts": ["ci"]}
    },
}


@pytest.mark.parametrize("rule", WEAKENED)
def test_the_old_protection_must_demand_it(scene: Scene, rule: str) -> None:
    protect(scene, **WEAKENED[rule])
    played = scene.audit(ALL)
    assert [r for r, outcome in judged(played) if outcome == "failed"] == [rule], played.log


def test_a_protection_without_reviews_or_checks_demands_none(scene: Scene) -> None:
    scene.repository.state.rulesets = []
    scene.repository.protect("main", enforce_admins=on("u"))
    played = scene.audit(ALL)
    outcomes = dict(judged(played))
    assert {rule for rule, outcome in outcomes.items() if outcome == "ok"} == {
        "enforce-admins",
        "branch-bypass",
    }


def test_who_may_pass_the_old_protection_is_told(scene: Scene) -> None:
    app = {"id": 1, "slug": "bot", "node_id": "A", "owner": {"login": "acme"}, "name": "Bot"}
    allowances = {"users": [{"login": "mona"}], "teams": [{"slug": "release"}], "apps": [app]}
    scene.github.judges.clear()  # whole users and teams are beside the point
    protect(
        scene,
        enforce_admins={"enabled": False, "url": "u"},
        required_pull_request_reviews={"bypass_pull_request_allowances": allowances},
    )
    who = "[audit-release-settings.branch.main]\nbypass = "
    assert found(scene, f"{who}[]")["detail"] == (
        "found App:bot, Team:release, User:mona, admins, declared none"
    )
    finding = found(scene, f'{who}["App:bot", "Team:release", "User:mona", "admins"]')
    assert finding["outcome"] == "ok"
    finding = found(scene, "[audit-release-settings.branch.main]\nenforce-admins = true")
    assert (finding["outcome"], finding["detail"]) == ("failed", "admins may pass")


def test_either_of_both_may_demand_it(scene: Scene) -> None:
    """A ruleset for a part, branch protection for the rest."""
    protect(scene, required_linear_history={"enabled": False})
    scene.repository.add_ruleset(
        "Linear", target="branch", include=["refs/heads/main"], rules=["required_linear_history"]
    )
    played = scene.audit(ALL)
    assert played.exit == 0, played.log
    assert "linear history: by ruleset Linear (nobody may pass it)" in played.log


@pytest.mark.parametrize("enforcement", ["evaluate", "disabled"])
@pytest.mark.parametrize("config", [NO_FORCE, NO_MOVE], ids=["branch", "tag"])
def test_a_ruleset_that_is_not_enforced_binds_nobody(
    scene: Scene, enforcement: Any, config: str
) -> None:
    for ruleset in scene.repository.rulesets:
        ruleset.enforcement = enforcement
    finding = found(scene, config)
    assert finding["outcome"] == "failed"
    assert f"its enforcement is {enforcement}" in finding["detail"]


def test_without_the_permission_a_demand_that_no_ruleset_makes_is_unknown(scene: Scene) -> None:
    """Branch protection may make it; who has only GITHUB_TOKEN's permissions cannot tell."""
    scene.repository.state.rulesets = []
    for check in OF_A_BRANCH:
        finding = found(scene, check.declared, {"contents": "read", "actions": "read"})
        assert finding["outcome"] == "unknown", finding
        assert "administration=read" in finding["fix"]
        assert "GITHUB_TOKEN cannot have it" in finding["fix"]


def test_who_may_pass_is_told_beside_what_is_demanded(scene: Scene) -> None:
    assert found(scene, NO_MOVE)["detail"] == "by ruleset Tags (Team:7 may pass it)"
    untold = "by ruleset Tags (who may pass it is not told to this token)"
    assert found(scene, NO_MOVE, READER)["detail"] == untold


@pytest.mark.parametrize(
    ("kind", "number", "mode", "name"),
    [
        ("RepositoryRole", 5, "always", "RepositoryRole:5"),
        ("OrganizationAdmin", 1, "always", "OrganizationAdmin"),
        ("DeployKey", None, "always", "DeployKey"),
        ("Integration", 9, "pull_request", "Integration:9:pull_request"),
        ("User", 3, "exempt", "User:3:exempt"),
    ],
)
def test_each_kind_of_actor_has_a_name(
    scene: Scene, kind: str, number: int | None, mode: str, name: str
) -> None:
    actor = {"actor_id": number, "actor_type": kind, "bypass_mode": mode}
    scene.repository.rulesets[1].bypass = [actor]
    config = f'[audit-release-settings.tag."v*"]\nbypass = ["{name}"]'
    assert found(scene, config)["outcome"] == "ok"
    assert found(scene, config.replace(f'"{name}"', ""))["outcome"] == "failed"
    assert found(scene, config.replace(name, "Team:7"))["outcome"] == "failed"


def test_a_rule_of_a_ruleset_that_is_not_listed_may_be_passed_by_nobody_knows_whom(
    scene: Scene,
) -> None:
    """Such as one of the organization that this token may not read."""
    scene.github.faults.add(Fault(route="ruleset", kind="status", status=404, call=(1, 99)))
    assert found(scene, NO_FORCE)["outcome"] == "ok"
    config = "[audit-release-settings.branch.main]\nbypass = []"
    assert found(scene, config)["outcome"] == "unknown"
    assert found(scene, NO_MOVE)["outcome"] == "unknown"


def test_a_check_without_an_app_may_be_any_apps_and_one_with_an_app_only_its(scene: Scene) -> None:
    config = "[audit-release-settings.branch.main]\nstatus-checks = "
    for names, outcome in (
        (["ci", "lint"], "ok"),
        (["ci@15368"], "ok"),
        (["ci@1"], "failed"),
        (["lint@15368"], "failed"),
        (["c"], "failed"),
    ):
        played = scene.audit(f"{config}{names}")
        assert {o for _, o in judged(played)} == {outcome}, played.log


def test_there_may_be_more_approvals_and_not_less(scene: Scene) -> None:
    config = "[audit-release-settings.branch.main]\nreviews = "
    assert found(scene, f"{config}1")["outcome"] == "ok"
    assert found(scene, f"{config}3")["outcome"] == "failed"


def test_a_branch_that_is_not_there_is_no_protected_one(scene: Scene) -> None:
    """Though a ruleset for all branches would bind it."""
    scene.repository.rulesets[0].include = ["~ALL"]
    finding = found(scene, NO_FORCE.replace("main", "mian"))
    assert finding["rule"] == "audit-release-settings/branch-missing"
    assert finding["outcome"] == "failed"


def test_a_404_that_does_not_say_that_there_is_no_protection_is_no_fact(scene: Scene) -> None:
    scene.repository.state.rulesets = []
    fault = Fault(route="branch-protection", kind="status", status=404, call=(1, 99))
    scene.github.faults.add(fault)
    assert found(scene, NO_FORCE)["outcome"] == "unknown"


def test_more_rules_than_one_answer_shows_are_an_error(scene: Scene) -> None:
    for number in range(100):
        scene.repository.add_ruleset(
            f"More {number}", target="branch", include=["~ALL"], rules=["deletion"]
        )
    played = scene.audit(NO_FORCE)
    assert played.exit == 1
    assert "no list of less than 100 rules" in played.log


def test_nothing_binds_a_bare_repository(bare: Scene) -> None:
    for check in CHECKS:
        if check.rule in ("enforce-admins", "branch-bypass", "tag-bypass"):
            finding = found(bare, check.declared)
            assert finding["outcome"] == "failed"
            assert "everybody passes" in finding["detail"]


# Environments


def test_an_environment_that_two_names_differ_by_case_is_one(scene: Scene) -> None:
    config = "[audit-release-settings.environment.PyPI]\nwait-timer = 5"
    assert found(scene, config)["outcome"] == "ok"


def test_the_type_of_a_policy_counts(scene: Scene) -> None:
    """O28, O34: a branch that is called as the tags are lets a push of the branch deploy."""
    config = "[audit-release-settings.environment.pypi]\ndeployment-policies = "
    assert found(scene, f'{config}["branch:v*"]')["outcome"] == "failed"
    assert found(scene, f'{config}["tag:V*"]')["outcome"] == "failed"
    finding = found(scene, f'{config}["tag:v*", "branch:main"]')
    assert finding["detail"] == "found tag:v*, declared tag:v*, branch:main; lacking: branch:main"
    scene.repository.environments[0].policies.append((9, "main", "branch"))
    assert found(scene, f'{config}["tag:v*", "branch:main"]')["outcome"] == "ok"
    assert "beyond it: branch:main" in found(scene, f'{config}["tag:v*"]')["detail"]


def test_an_environment_as_a_job_makes_it_has_no_rules(scene: Scene) -> None:
    """PAINS E45: whoever may push may publish."""
    scene.repository.add_environment("testpypi")
    config = '[audit-release-settings.environment.testpypi]\nreviewers = ["User:mona"]'
    assert found(scene, config)["detail"] == "found none, declared User:mona"
    assert found(scene, config.replace('"User:mona"', ""))["outcome"] == "ok"


def test_every_page_of_environments_and_policies_is_read(scene: Scene) -> None:
    for number in range(130):
        scene.repository.add_environment(f"preview-{number}")
        scene.repository.environments[0].policies.append((100_000 + number, f"x{number}", "tag"))
    config = '[audit-release-settings.environment.preview-129]\ndeployment = "all"'
    assert found(scene, config)["outcome"] == "ok"
    config = '[audit-release-settings.environment.pypi]\ndeployment-policies = ["tag:v*"]'
    assert "beyond it: tag:x0, tag:x1" in found(scene, config)["detail"]


# The door


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ("", "", "nothing was declared"),
        (".branch.main", "", "`branch.main`: an empty table"),
        (".environment.pypi", "", "`environment.pypi`: an empty table"),
        (".tag.x", "no-update = false", "`no-update` was false; allowed: true"),
        (".branch.main", "reviews = 0", "`reviews` was empty"),
        (".branch.main", "status-checks = []", "`status-checks` was empty"),
        (".branch.'a..b'", "reviews = 1", "`a..b` was given; allowed: a branch"),
        ("", "immutable-releases = false", "`immutable-releases`: `false`"),
        ("", "immutable-release = true", "did you mean `immutable-releases`"),
        ("", "branch = 'main'", "allowed: tables"),
        (".environment.a", "reviewers = ['mona']", "allowed: User:LOGIN"),
        (".environment.a", "reviewer = ['User:mona']", "did you mean `reviewers`"),
        (".environment.a", "deployment-policies = ['v*']", "allowed: tag:PATTERN"),
        (
            ".environment.a",
            "deployment = 'all'\ndeployment-policies = ['tag:v']",
            "`deployment` was all; allowed: custom",
        ),
        (".tag.a", "bypass = ['root']", "allowed: Who may pass"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_asked(
    scene: Scene, table: str, line: str, words: str
) -> None:
    """A misspelt or empty declaration would be a gate that looks at nothing."""
    played = scene.audit(f"[audit-release-settings{table}]\n{line}")
    assert played.exit == 2, played.log
    assert words in played.log
    assert not played.requests


def test_the_simple_settings_may_come_from_with(scene: Scene) -> None:
    played = scene.audit("", immutable_releases="true", selected_actions="pypa/*")
    assert dict(judged(played)) == {"immutable-releases": "ok", "selected-actions": "failed"}


def test_the_tables_come_from_the_file_alone(scene: Scene) -> None:
    played = scene.audit(NO_FORCE, environment="pypi")
    assert played.exit == 2
    assert "`environment` was given" in played.log


def test_only_what_was_declared_is_asked_for(scene: Scene) -> None:
    """One setting, one request: a token needs no more than its declarations do."""
    for declared, routes in (
        ("immutable-releases = true", ["immutable-releases"]),
        ("verified-actions = false", ["selected-actions"]),
        ('default-branch = "main"', ["repository"]),
    ):
        played = scene.audit(f"[audit-release-settings]\n{declared}")
        assert [request.route for request in played.requests] == routes


def test_our_own_declarations_make_sense(scene: Scene) -> None:
    """What audit.yml reads each week."""
    text = (house.root() / ".github" / "audit.toml").read_text(encoding="utf-8")
    assert scene.audit(text).exit == 0


def test_the_example_of_the_page_makes_sense(scene: Scene) -> None:
    """Every name in it is one; a few of the settings are those of the scene."""
    page = (house.root() / "docs" / "audit-release-settings.md").read_text(encoding="utf-8")
    played = scene.audit(page.split("```toml\n")[1].split("```")[0])
    assert played.exit == 10, played.log
    assert len(judged(played)) == 22


def test_a_hostile_name_is_told_as_text(scene: Scene) -> None:
    scene.repository.rulesets[1].name = "x\n::error::y\u202e"
    scene.repository.rulesets[1].enforcement = "disabled"
    played = scene.audit(NO_MOVE)
    assert "ruleset x ::error::y" in played.log
    assert "\n::error" not in played.log
    assert "\u202e" not in played.log


def test_an_unknown_check_does_not_hide_a_failed_one(scene: Scene) -> None:
    scene.repository.environments[0].wait_timer = 0
    config = (
        "[audit-release-settings]\nimmutable-releases = true\n"
        "[audit-release-settings.environment.pypi]\nwait-timer = 5"
    )
    played = scene.audit(config, {"contents": "read", "actions": "read"})
    assert played.exit == 10
    outputs = played.record["outputs"]
    assert (outputs["judged"], outputs["failed"], outputs["unknown"]) == ("2", "1", "1")


def test_a_wrong_token_is_an_error_and_no_finding(scene: Scene) -> None:
    scene.github.faults.add(Fault(route="environments", kind="status", status=401, call=(1, 99)))
    played = scene.audit("[audit-release-settings.environment.pypi]\nwait-timer = 5")
    assert played.exit == 1
    assert "the token is absent, wrong or expired" in played.log


def test_an_older_server_that_does_not_tell_is_unknown(scene: Scene) -> None:
    """PAINS F52: GitHub Enterprise Server lacks some of the fields."""
    scene.github.judges.clear()
    scene.repository.state.actions_policy.sha_pinning_required = None  # type: ignore[assignment]
    scene.repository.environments[0].can_admins_bypass = None  # type: ignore[assignment]
    finding = found(scene, "[audit-release-settings]\nsha-pinning = true")
    assert finding["outcome"] == "unknown"
    assert "the server is too old" in finding["detail"]
    finding = found(scene, "[audit-release-settings.environment.pypi]\nadmin-bypass = false")
    assert finding["outcome"] == "unknown"


def test_a_prefix_below_the_host_is_no_hindrance(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PAINS F52: a GitHub Enterprise Server answers below /api/v3."""
    url = f"{scene.github.api_url}/api/v3"
    monkeypatch.setattr(type(scene.github), "api_url", property(lambda self: url))
    assert scene.audit(ALL).exit == 0


# Suggestions


def test_the_suggested_config_passes_on_the_same_repository(scene: Scene) -> None:
    scene.audit("", suggest="true")
    played = scene.audit(scene.suggested)
    assert played.exit == 0, played.log
    assert len(judged(played)) > 40


@pytest.mark.parametrize("permissions", [WRITER, READER, {"contents": "read"}, None])
@pytest.mark.parametrize("world", ["bare", "protected", "off", "odd"])
def test_it_passes_whatever_the_repository_is_and_the_token_sees(
    bare: Scene, world: str, permissions: dict[str, str] | None
) -> None:
    scene, state = bare, bare.repository.state
    if world == "protected":
        protect(scene)
        scene.repository.add_environment("a b/ü", branch_policy="protected")
    elif world == "off":
        state.actions_policy.enabled = False
        scene.repository.add_ruleset("All", include=["~ALL"], rules=["deletion"], bypass=[TEAM])
    elif world == "odd":
        scene.repository.add_environment('x"]\n[y\x7f', reviewers=["Team:release"], apps=["a-b"])
        scene.repository.add_ruleset("Some", include=["refs/tags/r/*"], rules=[], exclude=["x"])
        scene.repository.add_ruleset(
            "Idle", include=["~ALL"], rules=["update"], enforcement="evaluate"
        )
    played = scene.audit("", permissions, suggest="true")
    assert played.exit == 0, played.log
    again = scene.audit(scene.suggested, permissions)
    assert again.exit == 0, f"{scene.suggested}\n{again.log}"
    assert not any(f["advisory"] for f in again.record["findings"])


def test_a_suggestion_says_what_is_open_and_what_was_not_read(scene: Scene) -> None:
    scene.repository.state.rulesets = []
    scene.audit("", suggest="true")
    assert "# no-force-push = true  # not so today" in scene.suggested
    assert "# [audit-release-settings.branch.main]" in scene.suggested
    (scene.workspace / "release-actions.suggested.toml").unlink()
    played = scene.audit("", {"contents": "read"}, suggest="true")
    assert "# sha-pinning  # not readable without `administration=read`" in scene.suggested
    told = [f for f in played.record["findings"] if f["rule"].endswith("/not-described")]
    assert [f["advisory"] for f in told] == [True, True]
    assert "actions=read" in told[0]["fix"]


def test_a_suggestion_judges_nothing_and_stands_in_log_and_outputs(scene: Scene) -> None:
    scene.repository.environments[0].wait_timer = 0
    config = "[audit-release-settings.environment.pypi]\nwait-timer = 5"
    played = scene.audit(config, suggest="true")
    assert played.exit == 0
    assert "[INFO] | wait-timer = 0" in played.log
    assert "none judged" in played.log
    assert played.record["outputs"]["suggested-file"] == "release-actions.suggested.toml"
    assert (scene.workspace / CONFIG).read_text() == config, "the declarations stay as they are"


def test_a_dry_run_writes_no_file(scene: Scene) -> None:
    played = scene.audit("", suggest="true", dry_run="true")
    assert played.exit == 0
    assert "would be made: write release-actions.suggested.toml" in played.log
    assert not (scene.workspace / "release-actions.suggested.toml").exists()


def test_a_suggestion_of_nothing_is_unknown(scene: Scene) -> None:
    """A private repository that the token does not belong to."""
    scene.repository.state.private = True
    scene.declare("")
    other = scene.github.repository("acme/other")
    token = scene.github.token(permissions=WRITER, repository=other.full_name)
    scene.github.token = lambda **more: token  # type: ignore[method-assign]
    played = scene.audit(None, suggest="true")
    assert played.exit == 1
    assert ("nothing-readable", "unknown") in judged(played)


def test_a_suggestion_overwrites_nothing_of_the_repository(scene: Scene, tmp_path: Path) -> None:
    (scene.workspace / "mine.toml").write_text("x")
    played = scene.audit("", suggest="true", output_file="mine.toml")
    assert ("output-tracked", "failed") in judged(played)
    assert (scene.workspace / "mine.toml").read_text() == "x"
    (scene.workspace / "out").symlink_to(tmp_path)
    played = scene.audit(None, suggest="true", output_file="out/x.toml")
    assert ("output-outside", "failed") in judged(played)
    assert scene.audit(None, suggest="true", output_file="../x.toml").exit == 2
    played = scene.audit(None, suggest="true", output_file="new/x.toml")
    assert ("not-written", "ok") in judged(played)
    (scene.workspace / "new" / "x.toml").write_text("old")
    assert scene.audit(None, suggest="true", output_file="new/x.toml").exit == 0
    assert "[audit-release-settings]" in (scene.workspace / "new" / "x.toml").read_text()
