"""Whatever goes wrong on the way: no yes without every byte there, and a re-run ends the same."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from rehearsal.faults import Fault
from tests.actions.publishing import FAILED, MISSING, OK, Place, kill
from tests.hanging import HANG

#: What is played here over and over, other tests show line by line: traced, it takes twice as long.
pytestmark = pytest.mark.untraced

ROUTES = ("index-config", "index", "publish", "version", "download", "static")
FAULTS = {
    "502": Fault(kind="status", status=502),
    "reset before": Fault(kind="reset"),
    "reset after": Fault(kind="reset", when="after"),
    "truncated": Fault(kind="truncated"),
    "web page": Fault(kind="nonsense", body="html"),
    "other JSON": Fault(kind="nonsense", body="object"),
    "lag": Fault(kind="lag"),
    "rate limit": Fault(kind="secondary-rate-limit", retry_after=7),
    "delay": Fault(kind="delay", seconds=0.2),
    "wrong bytes": Fault(kind="wrong-bytes"),
}


def matrix() -> Iterator[object]:
    for route in ROUTES:
        for name, fault in FAULTS.items():
            yield pytest.param(route, fault, id=f"{route}: {name}")


@pytest.mark.parametrize(("route", "fault"), list(matrix()))
def test_no_fault_makes_a_yes_that_is_none(here: Place, route: str, fault: Fault) -> None:
    """W20: each request and each fault, from its second call to its fourth: it passes within the
    wait, and yes is said once all is there."""
    here.registry.faults.add(replace(fault, route=route, call=(2, 4)))
    ended = here.step(wait="2m")
    assert (ended.code, here.served) == (OK, here.ours), ended.log
    assert here.token not in ended.log


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ("index-config", "502"),
        ("index", "web page"),
        ("publish", "502"),
        ("publish", "reset after"),
        ("version", "502"),
        ("download", "reset before"),
        ("static", "wrong bytes"),
    ],
)
def test_what_does_not_pass_is_no_yes_that_is_none(here: Place, route: str, name: str) -> None:
    here.registry.faults.add(replace(FAULTS[name], route=route))
    ended = here.step(wait="1m")
    assert (ended.code == OK) <= (here.served == here.ours)
    assert (ended.code == OK) == (name == "reset after"), ended.log  # it was carried out
    here.registry.faults.clear()
    again = here.step()
    assert (again.code, here.served) == (OK, here.ours)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_killed_at_any_upload_a_second_run_ends_the_same(
    here: Place, number: int, when: Literal["before", "after"]
) -> None:
    """Resume from what the registry says: no state file, nothing published twice."""
    children: list[subprocess.Popen[str]] = []

    def stop() -> None:
        kill(children[0])

    here.registry.faults.add(
        Fault(kind="stop-at", route="publish", call=number, when=when, callback=stop)
    )
    children.append(here.start())
    assert children[0].wait(HANG) == -9
    here.registry.faults.clear()
    assert len(here.registry.crates) in (number - 1, number)
    again = here.step()
    assert (again.code, here.served) == (OK, here.ours), again.log
    assert here.token not in again.log


def test_the_child_that_uploads_is_killed_and_its_upload_is_looked_for(here: Place) -> None:
    """SIGKILL of cargo in the middle: whether the registry took it is asked, not guessed."""

    def stop() -> None:
        for process in Path("/proc").iterdir():
            if process.name.isdigit() and _is_upload(process, here.token):
                os.kill(int(process.name), 9)

    here.registry.faults.add(
        Fault(kind="stop-at", route="publish", call=1, when="before", callback=stop)
    )
    ended = here.step()
    assert ended.code == OK, ended.log
    assert here.served == here.ours


def _is_upload(process: object, token: str) -> bool:
    try:
        return token.encode() in Path(str(process), "environ").read_bytes()
    except OSError:
        return False


@pytest.mark.parametrize("layer", ["index", "api", "download", "static"])
def test_each_layer_that_lags_is_waited_for_and_named(here: Place, layer: str) -> None:
    """PAINS 35: served is served by every layer."""
    here.registry.lag = {layer: 40.0}
    ended = here.step(wait="10s")
    assert ended.code == MISSING
    assert ended.bad == (["not-served"] if layer == "index" else ["layer-lags"])
    again = here.step(wait="2m")
    assert (again.code, here.served) == (OK, here.ours), again.log
    assert here.uploads() == 3 or layer == "index"


def test_an_upload_that_the_index_hides_is_not_taken_for_another_s(here: Place) -> None:
    """Uploaded by a run that was killed: "already uploaded" is neither yes nor no."""
    here.serve("zz-a")
    here.registry.lag = {"index": 30.0}
    ended = here.step(wait="2m")
    assert ended.code == OK, ended.log
    assert "the registry has this version, and its index does not show it" in ended.log
    assert here.served == here.ours
    assert [change.split()[1] for change in ended.changes["made"]] == ["zz-c", "zz-b"]


def test_an_upload_by_another_that_the_index_hides_is_refused_when_it_shows(here: Place) -> None:
    here.serve("zz-a", content=(here.attested / "zz-c-0.1.0.crate").read_bytes())
    here.registry.lag = {"index": 30.0}
    ended = here.step(wait="2m")
    assert (ended.code, ended.bad) == (FAILED, ["not-ours"])


def test_rate_limits_are_waited_out_and_crates_that_are_not_limited_go_on(here: Place) -> None:
    """429 with Retry-After, told by cargo's record of the request."""
    here.registry.new_crates, here.registry.retry_after = 1, 600
    ended = here.step(wait="30m", token_expires="2h")
    assert ended.code == OK, ended.log
    assert here.served == here.ours
    assert ended.slept >= 600
    assert "the registry limits its rate: 429: the remote server" in ended.log
    assert "again in 10 min" in ended.log


def test_a_rate_limit_beyond_the_wait_ends_at_once_with_what_is_left(here: Place) -> None:
    here.registry.new_crates, here.registry.retry_after = 2, 3600
    ended = here.step(wait="5m")
    assert ended.code == MISSING
    assert ended.outputs["left"] == '["zz-b@0.1.0"]'
    assert ended.changes["not made"] == ["publish zz-b 0.1.0 (3 of 3), after zz-a is served"]
    assert ended.slept < 300


def test_waiting_is_at_most_what_the_longest_chain_forces(here: Place) -> None:
    """Two crates in a chain, one beside it: two lags at most, whatever the third."""
    here.registry.lag = {"index": 60.0}
    ended = here.step(wait="10m")
    assert ended.code == OK, ended.log
    assert here.came == ["zz-a", "zz-c", "zz-b"]
    assert 60.0 < ended.slept < 2 * 60.0 * 1.5
