"""Whatever goes wrong on the way, no yes that the registry's true state does not justify.

Every request of recover and post-publish x every kind of fault, once and each time, in every
true state. What passes is survived; and once nothing goes wrong any more, the answer is that of
an undisturbed run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rehearsal.faults import Fault, Kind
from rehearsal.registries import Crates
from tests.actions.verify_crate_identity.registry import FAILED, MISSING, OK, Ended, Place
from tests.formats.crate_bytes import crate

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

MODES = ("recover", "post-publish")
BODIES = ("html", "empty", "object")  # all of them: tests/clients/test_crates.py


def absent(registry: Crates) -> None:
    """Nothing is published."""


def ours(registry: Crates) -> None:
    registry.add({"name": "zz-a", "vers": "0.1.0"}, crate())


def others(registry: Crates) -> None:
    registry.add({"name": "zz-a", "vers": "0.1.0"}, crate({"src/lib.rs": "// evil\n"}))


def yanked(registry: Crates) -> None:
    ours(registry)
    registry.yank("zz-a", "0.1.0")


def after_another(registry: Crates) -> None:
    registry.add({"name": "zz-a", "vers": "0.0.9"}, crate({"src/lib.rs": "// older\n"}))
    ours(registry)


#: The true state, and what an undisturbed recover and post-publish say of it.
STATES: dict[str, tuple[Callable[[Crates], None], tuple[int, int], str]] = {
    "nothing is published": (absent, (OK, MISSING), "false"),
    "ours is published": (ours, (OK, OK), "true"),
    "ours is the second version": (after_another, (OK, OK), "true"),
    "another's is published": (others, (FAILED, FAILED), ""),
    "ours was yanked": (yanked, (FAILED, FAILED), ""),
}
#: Each kind of fault, and whether one of it is survived.
KINDS: dict[str, tuple[dict[str, object], bool]] = {
    "delay": ({"kind": "delay", "seconds": 0.01}, True),
    "status 500": ({"kind": "status", "status": 500}, True),
    "status 502, carried out": ({"kind": "status", "status": 502, "when": "after"}, True),
    "status 429": ({"kind": "secondary-rate-limit", "status": 429}, True),
    "status 401": ({"kind": "status", "status": 401}, False),
    "status 403": ({"kind": "status", "status": 403}, False),
    "status 404": ({"kind": "status", "status": 404}, False),
    "status 410": ({"kind": "status", "status": 410}, False),
    "status 301 without a place": ({"kind": "status", "status": 301}, True),
    "reset before": ({"kind": "reset", "when": "before"}, True),
    "reset after": ({"kind": "reset", "when": "after"}, True),
    "truncated": ({"kind": "truncated"}, True),
    "truncated at once": ({"kind": "truncated", "keep": 0.0}, True),
    "wrong bytes": ({"kind": "wrong-bytes"}, False),
    "lag": ({"kind": "lag"}, False),
    **{f"nonsense {body}": ({"kind": "nonsense", "body": body}, False) for body in BODIES},
}


@pytest.fixture
def here(tmp_path: Path, registry: Crates) -> Place:
    """A place without a checkout: these modes read none."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }
    place = Place(tmp_path, registry, tmp_path, environ)
    place.attested.mkdir(parents=True)
    (place.attested / "zz-a-0.1.0.crate").write_bytes(crate())
    return place


def requests(here: Place, mode: str) -> Iterator[tuple[str, int]]:
    """Each request of an undisturbed step: its route, and which call of that route it is."""
    here.registry.requests.clear()
    here.step(mode)
    calls: Counter[str] = Counter()
    for record in list(here.registry.requests):
        calls[record.route] += 1
        yield record.route, calls[record.route]


def fault(what: dict[str, object], route: str, call: int | None) -> Fault:
    kind: Kind = what["kind"]  # type: ignore[assignment]  # a literal of the table
    more = {key: value for key, value in what.items() if key != "kind"}
    return Fault(kind=kind, route=route, call=call, **more)  # type: ignore[arg-type]  # the same


def honest(ended: Ended, truth: str, codes: tuple[int, int], what: str) -> None:
    """A yes says what is so, and nothing ends in a bug."""
    assert "a bug in release-actions" not in ended.log, f"{what}: {ended.log}"
    assert ended.code in (0, 1, 10, 11), f"{what}: {ended.log}"
    if ended.code == OK:
        assert OK in codes, f"{what}: a yes to what is {codes}: {ended.log}"
        assert ended.outputs["published"] == truth, f"{what}: {ended.log}"
    else:
        assert ended.outputs.get("published", "") == "", what


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("state", STATES)
def test_no_fault_makes_a_yes_and_what_passes_is_survived(
    here: Place, state: str, kind: str
) -> None:
    make, codes, truth = STATES[state]
    make(here.registry)
    what, survivable = KINDS[kind]
    faults = here.registry.faults
    for mode, code in zip(MODES, codes, strict=True):
        for route, call in list(requests(here, mode)):
            said = f"{mode}, {kind} of {route} {call}"
            once = fault(what, route, call)
            faults.add(once)
            ended = here.step(mode)
            struck = once in {firing.fault for firing in faults.fired}
            faults.clear()
            honest(ended, truth, codes, said)
            if survivable or not struck:  # a redirection has no body to cut
                assert ended.code == code, f"{said}: {ended.log}"
            if call == 1:
                faults.add(fault(what, route, None))
                honest(here.step(mode), truth, codes, f"{said}, each time")
                faults.clear()
        assert here.step(mode).code == code, "it is as if nothing had happened"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("route", ["index", "version", "download", "static"])
def test_what_hides_once_is_there_after_a_wait(here: Place, route: str, mode: str) -> None:
    """A cache that is behind, a 404 that passes: survived with `wait`."""
    ours(here.registry)
    hiding: tuple[dict[str, object], ...] = ({"kind": "lag"}, {"kind": "status", "status": 404})
    for what in hiding:
        here.registry.faults.add(fault(what, route, 1))
        ended = here.step(mode, wait="5m")
        assert ended.code == OK, ended.log
        assert ended.outputs["published"] == "true"
        here.registry.faults.clear()
