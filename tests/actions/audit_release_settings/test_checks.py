"""O28, PAINS E45: each check passes, fails where what it guards is broken, and is never a yes
where the token may not read it; then the permission is named."""

from __future__ import annotations

import pytest

from rehearsal.github import Fault
from tests.actions.audit_release_settings.checks import CHECKS, Check
from tests.actions.audit_release_settings.scene import Scene, judged

CONTENTS = {"contents": "read"}
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)


def test_there_are_at_least_twenty_checks() -> None:
    assert len({check.rule for check in CHECKS}) == 43


@every_check
def test_it_passes_with_the_least_permission(scene: Scene, check: Check) -> None:
    """`least` is what the page tells; a ruleset's demand is for every reader to see."""
    played = scene.audit(check.declared, CONTENTS | check.least)
    assert played.exit == 0, played.log
    rule = "wait-timer" if check.rule == "environment-missing" else check.rule
    rule = "deployment-policies" if "deployment-policies" in check.declared else rule
    assert judged(played) == [(rule, "ok")], played.log


@every_check
def test_it_fails_where_what_it_guards_is_broken(scene: Scene, check: Check) -> None:
    check.broken(scene.repository)
    everything = (
        None if check.rule == "visibility" else {"administration": "write", "actions": "read"}
    )
    if check.rule in ("selected-actions", "github-owned-actions", "verified-actions"):
        scene.repository.state.actions_policy.allowed_actions = "selected"
    played = scene.audit(check.declared, everything)
    assert (check.rule, "failed") in judged(played), played.log
    assert played.exit == 10
    assert played.record["outputs"]["failed"] == "1"


@every_check
def test_it_is_unknown_where_it_may_not_be_read(scene: Scene, check: Check) -> None:
    """By the permission that lacks; what every reader may see, by a 403 of its own."""
    of_rulesets = check.needs == "administration=write"
    granted = CONTENTS | ({"administration": "read"} if of_rulesets else {})
    if not check.least:
        scene.github.faults.add(Fault(route=check.route, kind="status", status=403, call=(1, 99)))
    played = scene.audit(check.declared, granted)
    assert played.exit == 1, played.log
    (finding,) = played.record["findings"]
    assert finding["outcome"] == "unknown"
    assert check.needs in finding["fix"], finding
    assert played.record["outputs"]["unknown"] == "1"


@every_check
def test_a_404_that_hides_a_setting_is_no_answer(scene: Scene, check: Check) -> None:
    """GitHub says 404 to a token that may not see; with every setting hidden so, nothing passes."""
    for route in (check.route, "actions-permissions", "branch-protection", "immutable-releases"):
        scene.github.faults.add(Fault(route=route, kind="status", status=404, call=(1, 99)))
    played = scene.audit(check.declared)
    assert played.exit == 1, played.log
    assert {outcome for _, outcome in judged(played)} == {"unknown"}
