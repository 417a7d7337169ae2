"""Whatever goes wrong on the way, no yes that the true state does not justify; see survivable."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from rehearsal.faults import Fault
from rehearsal.github import Snapshot
from tests.actions.require_ci_green import survivable
from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.oracle import doubts
from tests.actions.require_ci_green.play import Played, inputs, play
from tests.actions.require_ci_green.scenario import ERROR, FAILED, MISSING, OK
from tests.actions.require_ci_green.scene import (
    Scene,
    Step,
    commits,
    granted,
    jobs,
    moves_on,
    named,
    on_a_runner,
    ran,
    releases,
    tags,
    without_clone,
)
from tests.actions.require_ci_green.survivable import KINDS, Kind
from tests.hanging import HANG

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

PAGE = Path(__file__).parents[3] / "docs" / "faults-require-ci-green.md"
CI = {"workflows": "ci.yml"}
JOBS = CI | {"required-jobs": "ci.yml: test"}
STARTED = {"require-head": "started", "tag": "v1.0.0"}
DRAFTS = granted(actions="read", contents="write")
CONFIG = {".github/release-actions.toml": "[require-ci-green]\nevents = ['push']\n"}
RED = {"conclusion": "failure"}

GREEN: dict[str, tuple[dict[str, str], tuple[Step, ...]]] = {
    "on a laptop": (CI, (ran(),)),
    "with its own run as a witness": (CI, (ran(), on_a_runner())),
    "everything at once": (
        JOBS | STARTED,
        (
            without_clone,
            commits(CONFIG, keep="commit"),
            ran(jobs=named(("lint", "success"), ("test", "success"))),
            tags("v1.0.0", message="One"),
            releases("v1.0.0", draft=True),
            moves_on(),
            DRAFTS,
        ),
    ),
}
NOT_GREEN: dict[str, tuple[dict[str, str], tuple[Step, ...]]] = {
    "a later run is red": (CI, (ran(), ran(**RED))),
    "a later run is red, its own run is a witness": (CI, (ran(), ran(**RED), on_a_runner())),
    "hollow": (JOBS, (ran(jobs=jobs(conclusion="skipped", lint="success")),)),
    "the head moved": (CI, (ran(), moves_on())),
    "the tag was moved": (
        CI | STARTED,
        (
            ran(),
            tags("v1.0.0", message="One"),
            releases("v1.0.0", draft=True),
            moves_on(),
            tags("v1.0.0", of="before", message="Two"),
            DRAFTS,
        ),
    ),
}
#: Each time the same lie, and nobody who knows better: survivable.BEYOND.
NOBODY_KNOWS = {
    ("a later run is red", "stale runs, the newest hidden"),
    ("the tag was moved", "status 404"),
}


@dataclass(frozen=True)
class Place:
    """A scene that no play changes, and what an undisturbed play asked."""

    scene: Scene
    given: dict[str, str]
    quiet: Played
    doubts: list[str]

    @property
    def requests(self) -> Iterator[tuple[str, int, bool]]:
        """Each request: its route, which call of that route it was, and whether a 304 did."""
        calls: Counter[str] = Counter()
        for request in self.quiet.requests:
            calls[request.route] += 1
            yield request.route, calls[request.route], request.unchanged

    def struck(self, *strikes: Fault, **more: str) -> Played:
        """Play it with faults, all of which must take effect."""
        faults = self.scene.github.faults
        faults.add(*strikes)
        before = len(faults.fired)
        played = play(self.scene, self.given | more)
        faults.clear()
        fired = [firing.fault for firing in faults.fired[before:]]
        assert set(strikes) <= set(fired), f"{set(strikes) - set(fired)} struck nothing"
        return played


@pytest.fixture(scope="module")
def places(setting: Setting) -> dict[str, Place]:
    """Every scene of this module, played once without a fault."""
    made = {}
    for name, (given, steps) in (GREEN | NOT_GREEN).items():
        scene = setting(*steps)
        truth = doubts(scene, inputs(scene, given))
        made[name] = Place(scene, given, play(scene, given), truth)
        assert (made[name].quiet.exit == OK) == (name in GREEN) == (not truth), made[name].quiet.log
    return made


def _honest(played: Played, at: Place, what: str) -> None:
    assert played.exit in (OK, ERROR, FAILED, MISSING), f"{what}: {played.log}"
    assert "a bug in release-actions" not in played.log, f"{what}: {played.log}"
    assert played.exit != OK or not at.doubts, f"{what}: a yes against {at.doubts}"


def _pairs(at: Place, kind: Kind) -> list[tuple[str, int]]:
    pairs = [
        (route, call)
        for route, call, unchanged in at.requests
        # A 304 has no body that could end early.
        if kind.on(route) and not (unchanged and kind.id == "truncated")
    ]
    assert pairs, "no request of this scene is of such a route; _applies should have known"
    return pairs


def _applies(name: str, kind: Kind) -> bool:
    """Whether a play of this scene asks what the kind can strike: jobs and releases, if wanted."""
    given = (GREEN | NOT_GREEN)[name][0]
    asked = {"attempt-jobs": "required-jobs" in given, "releases": "require-head" in given}
    return not kind.routes or any(asked.get(route, True) for route in kind.routes)


def _plays(names: Iterable[str], kinds: Iterable[Kind]) -> list[ParameterSet]:
    """Each scene with each kind of fault that applies to it."""
    kinds = tuple(kinds)
    return [
        pytest.param(name, kind, id=f"{name}-{kind.id}")
        for name in names
        for kind in kinds
        if _applies(name, kind)
    ]


def _each(at: Place, kind: Kind) -> list[Fault]:
    """A fault for each request, once; a request that is asked again shifts the later ones."""
    shift: Counter[str] = Counter()
    faults = []
    for route, call in _pairs(at, kind):
        faults.append(kind.strike(route, call + shift[route]))
        shift[route] += kind.again
    return faults


@pytest.mark.parametrize(
    ("name", "kind"), _plays(GREEN | NOT_GREEN, (k for k in KINDS if k.once == "yes"))
)
def test_each_request_struck_once_is_survived(
    name: str, kind: Kind, places: dict[str, Place]
) -> None:
    at = places[name]
    played = at.struck(*_each(at, kind))
    _honest(played, at, kind.id)
    assert played.exit == at.quiet.exit, played.log
    assert played.bad == at.quiet.bad, played.log


@pytest.mark.parametrize(("name", "kind"), _plays(GREEN, (k for k in KINDS if k.once != "yes")))
def test_green_is_never_called_red_by_what_only_takes_time(
    name: str, kind: Kind, places: dict[str, Place]
) -> None:
    at = places[name]
    for route, call in _pairs(at, kind):
        what = f"{kind.id} at {route} {call}"
        played = at.struck(kind.strike(route, call))
        _honest(played, at, what)
        if kind.once == "wait":
            assert played.exit in (OK, MISSING), f"{what}: {played.log}"
            played = at.struck(kind.strike(route, call), wait="10m")
            assert played.exit == OK, f"{what}: {played.log}"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
def test_green_ends_where_a_fault_does_not(kind: Kind, places: dict[str, Place]) -> None:
    at = places["everything at once" if kind.routes else "on a laptop"]
    for route, call in _pairs(at, kind):
        played = at.struck(kind.strike(route, call, always=True))
        _honest(played, at, f"{kind.id} at {route} {call}, each time")
        assert (played.exit == OK) == (kind.always == "yes"), played.log


@pytest.mark.parametrize(("name", "kind"), _plays(NOT_GREEN, KINDS))
def test_no_fault_makes_it_green(name: str, kind: Kind, places: dict[str, Place]) -> None:
    at = places[name]
    for route, call in _pairs(at, kind):
        what = f"{kind.id} at {route} {call}"
        if kind.once != "yes":
            _honest(at.struck(kind.strike(route, call)), at, what)
        # What can be read and is a lie; the rest is an error each time, as it is for green.
        lies = kind.routes or kind.id in ("status 404", "nonsense: list", "nonsense: object")
        if lies and (name, kind.id) not in NOBODY_KNOWS:
            _honest(at.struck(kind.strike(route, call, always=True)), at, f"{what}, each time")


@pytest.mark.parametrize("call", [1, 2])
def test_a_head_from_before_it_moved_is_found_out(call: int, setting: Setting) -> None:
    before: list[Snapshot] = []
    scene = setting(ran(), lambda scene: before.append(scene.repository.snapshot()), moves_on())
    scene.github.faults.add(Fault(route="ref", call=call, kind="stale", snapshot=before[0]))
    played = play(scene, CI)
    scene.github.faults.clear()
    assert played.exit == FAILED, played.log


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_reads_that_lag_behind_a_push_are_found_out(reads: int, setting: Setting) -> None:
    import requests

    scene = setting(ran())
    commits({"b": "2"}, of="commit", branch="next")(scene)
    scene.github.faults.add(Fault(kind="lag", reads=reads))
    requests.patch(
        f"{scene.github.api_url}/repos/{scene.repository.full_name}/git/refs/heads/main",
        json={"sha": scene.names["next"]},
        headers={"Authorization": f"Bearer {scene.github.token()}"},
        timeout=HANG,
    ).raise_for_status()
    played = play(scene, CI)
    fired = [firing.fault.kind for firing in scene.github.faults.fired]
    scene.github.faults.clear()
    assert "lag" in fired
    assert played.exit == FAILED, played.log


def test_the_table_is_what_the_docs_say() -> None:
    again = "python -m tests.actions.require_ci_green.survivable > docs/faults-require-ci-green.md"
    assert PAGE.read_text(encoding="utf-8") == survivable.page(), f"make it again: {again}"
