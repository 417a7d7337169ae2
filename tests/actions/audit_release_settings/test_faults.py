"""Whatever goes wrong on the way, nothing that is not as declared is told to be so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.faults import Fault
from rehearsal.github import GitHub
from tests.actions.audit_release_settings.checks import CHECKS
from tests.actions.audit_release_settings.scene import Scene, judged, settle
from tests.actions.require_ci_green.play import Played
from tests.actions.require_ci_green.survivable import KINDS, Kind

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

OK, ERROR, FAILED = 0, 1, 10
GENERAL = [kind for kind in KINDS if not kind.routes]
COUNTED = ("environments", "deployment-branch-policies", "deployment-protection-rules")
LISTS = (*COUNTED, "rulesets", "branch-rules")
OF_LISTS = [
    Kind("list in reversed order", {"kind": "wrong-order"}, "yes", "yes", "", LISTS[:4]),
    Kind("dropped page", {"kind": "dropped-page"}, "yes", "no", "", COUNTED),
    Kind("wrong count", {"kind": "total-count", "total": 7}, "yes", "no", "", COUNTED),
]
UNCOUNTED = Kind("dropped page, uncounted", {"kind": "dropped-page"}, "no", "no", "", ("rulesets",))
SURVIVED = [kind for kind in (*GENERAL, *OF_LISTS) if kind.once == "yes"]
FINAL = [kind for kind in GENERAL if kind.once != "yes"]
LIES = [
    *FINAL,
    *OF_LISTS,
    UNCOUNTED,
    *(kind for kind in GENERAL if kind.id.startswith("nonsense") or kind.id == "truncated"),
]
ROUTES = (
    "actions-permissions",
    "branch-protection",
    "branch-rules",
    "deployment-branch-policies",
    "deployment-protection-rules",
    "environments",
    "fork-approval",
    "immutable-releases",
    "private-vulnerability-reporting",
    "repository",
    "ruleset",
    "rulesets",
    "selected-actions",
    "workflow-permissions",
)


def everything() -> str:
    """All declarations as one file."""
    tables: dict[str, dict[str, str]] = {}
    for check in CHECKS:
        table, line = check.declared.splitlines()
        key, _, value = line.partition(" = ")
        tables.setdefault(table, {})[key] = value
    return "\n".join(
        "\n".join([table, *(f"{key} = {value}" for key, value in lines.items())])
        for table, lines in tables.items()
    )


def made(github: GitHub, folder: Path, name: str) -> Scene:
    repository = github.repository(name)
    repository.commit({"README.md": "# App\n"})
    folder.mkdir()
    scene = Scene(github, repository, folder)
    settle(repository)
    scene.declare(everything())
    return scene


@pytest.fixture(scope="module")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHub]:
    with GitHub(tmp_path_factory.mktemp("github")) as github:
        yield github
        assert not github.crashes


@pytest.fixture(scope="module")
def right(github: GitHub, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Everything is as declared."""
    return made(github, tmp_path_factory.mktemp("right") / "work", "acme/right")


@pytest.fixture(scope="module")
def wrong(github: GitHub, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Nothing that can be wrong beside the rest is as declared."""
    scene = made(github, tmp_path_factory.mktemp("wrong") / "work", "acme/wrong")
    apart = {"environment-missing", "actions-enabled", "allowed-actions", "visibility"}
    apart |= {"deployment", "default-branch"}
    for check in CHECKS:
        if check.rule not in apart:
            check.broken(scene.repository)
    return scene


def struck(scene: Scene, *faults: Fault) -> Played:
    """An audit with faults, all of which must take effect."""
    known = scene.github.faults
    known.add(*faults)
    before = len(known.fired)
    played = scene.audit()
    known.clear()
    fired = {id(firing.fault) for firing in known.fired[before:]}
    assert [fault for fault in faults if id(fault) not in fired] == []
    assert "a bug in release-actions" not in played.log, played.log
    return played


def rules(played: Played, outcome: str) -> set[str]:
    return {rule for rule, found in judged(played) if found == outcome}


def test_an_undisturbed_audit_asks_all_routes_and_knows_right_from_wrong(
    right: Scene, wrong: Scene
) -> None:
    played = right.audit()
    assert played.exit == OK, played.log
    assert {request.route for request in played.requests} == set(ROUTES)
    assert not any(request.mutating for request in played.requests)
    assert rules(wrong.audit(), "ok") == {
        "actions-enabled",
        "allowed-actions",
        "visibility",
        "deployment",
        "default-branch",
    }


@pytest.mark.parametrize("kind", SURVIVED, ids=lambda kind: kind.id)
def test_each_request_struck_once_is_survived(right: Scene, kind: Kind) -> None:
    calls: Counter[str] = Counter()
    faults = []
    for request in right.audit().requests:
        bodiless = request.unchanged and kind.id == "truncated"
        if kind.on(request.route) and not bodiless:
            calls[request.route] += 1
            faults.append(kind.strike(request.route, calls[request.route]))
            calls[request.route] += kind.again  # the same one is asked again
    played = struck(right, *faults)
    assert played.exit == OK, played.log


@pytest.mark.parametrize("kind", [*FINAL, UNCOUNTED], ids=lambda kind: kind.id)
def test_a_final_answer_is_never_a_yes(right: Scene, kind: Kind) -> None:
    """To one of the requests; what depends on it is failed, unknown, or an error."""
    for route in (route for route in ROUTES if kind.on(route)):
        played = struck(right, kind.strike(route, 1))
        unchanged = route in ("branch-protection", "rulesets")  # the other source still demands it
        assert played.exit in ((ERROR, FAILED, OK) if unchanged else (ERROR, FAILED)), played.log
        if kind.id == "status 404" and route not in ("immutable-releases", "ruleset"):
            assert not rules(played, "failed") - {"environment-missing"}, played.log


@pytest.mark.parametrize("always", [False, True], ids=["once", "each time"])
@pytest.mark.parametrize("kind", LIES, ids=lambda kind: kind.id)
def test_no_fault_makes_a_wrong_setting_right(wrong: Scene, kind: Kind, always: bool) -> None:
    justified = rules(wrong.audit(), "ok")
    for route in (route for route in ROUTES if kind.on(route)):
        played = struck(wrong, kind.strike(route, 1, always=always))
        assert played.exit in (ERROR, FAILED), f"{kind.id} at {route}: {played.log}"
        assert rules(played, "ok") <= justified, f"{kind.id} at {route}: {played.log}"
