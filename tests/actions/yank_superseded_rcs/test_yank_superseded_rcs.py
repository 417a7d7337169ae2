"""Each crate on its own line: candidates of the same version that are older, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.faults import Fault
from rehearsal.registries import Crates
from release_actions.actions.yank_superseded_rcs import superseded
from release_actions.formats.checksums import Sha256
from release_actions.formats.crate_index import CrateName, IndexVersion
from release_actions.formats.versions import Version
from tests.actions.publishing import FAILED, MISSING, OK, Place
from tests.actions.verify_crate_identity.registry import place as made
from tests.registries.dists import commit

NAME = "yank-superseded-rcs"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Place]:
    """Two lines of versions: the application's 49.0.0, and its compiler's 0.136.0."""
    with Crates(tmp_path / "registry") as registry:
        found = made(tmp_path, registry, {"zz-app": (), "zz-lift": ()})
        here = Place(tmp_path, registry, found.work, found.environ, registry.token())
        release(here, "49.0.0-rc.2", "0.136.0-rc.2")
        for number in ("48.0.0-rc.1", "48.0.0", "49.0.0-alpha.1", "49.0.0-rc.1", "49.0.0-rc.2"):
            registry.add({"name": "zz-app", "vers": number}, number.encode())
        for number in ("0.136.0-rc.1", "0.136.0-rc.2"):
            registry.add({"name": "zz-lift", "vers": number}, number.encode())
        yield here
        assert not registry.crashes


def release(here: Place, app: str, lift: str) -> None:
    for name, version in (("zz-app", app), ("zz-lift", lift)):
        manifest = here.work / f"crates/{name}/Cargo.toml"
        lines = manifest.read_text().splitlines()
        lines[2] = f'version = "{version}"'
        manifest.write_text("\n".join(lines) + "\n")
    commit(here.work)


def yanked(here: Place) -> list[str]:
    return [name for name, state in here.served.items() if state.endswith(" yanked")]


def test_nothing_is_yanked_where_that_is_not_asked_for(here: Place) -> None:
    ended = here.step(NAME)
    assert ended.code == OK, ended.log
    assert json.loads(ended.outputs["superseded"]) == ["zz-app@49.0.0-rc.1", "zz-lift@0.136.0-rc.1"]
    assert yanked(here) == []
    assert "49.0.0-rc.2 supersedes it; `yank: true` yanks it" in ended.details


def test_a_dry_run_yanks_nothing_whatever_was_asked_for(here: Place) -> None:
    ended = here.step(NAME, yank="true", dry_run="true")
    assert (ended.code, yanked(here)) == (OK, [])
    assert ended.changes["would be made"] == [
        "yank zz-app 49.0.0-rc.1 (now)",
        "yank zz-lift 0.136.0-rc.1 (now)",
    ]


def test_older_candidates_go_and_never_the_current_one(here: Place) -> None:
    """W21 without D-W1 (it yanked what it had just published) and D-W2 (one version for all)."""
    ended = here.step(NAME, yank="true")
    assert ended.code == OK, ended.log
    assert yanked(here) == ["zz-app@49.0.0-rc.1", "zz-lift@0.136.0-rc.1"]
    assert ended.outputs["superseded"] == "[]"
    assert json.loads(ended.outputs["yanked"]) == yanked(here)
    routes = [r.route for r in here.registry.requests]
    again = here.step(NAME, yank="true", token="")
    assert again.code == OK
    assert [r.route for r in here.registry.requests].count("yank") == routes.count("yank") == 2


def test_the_release_itself_supersedes_all_its_candidates(here: Place) -> None:
    release(here, "49.0.0", "0.136.0-rc.2")
    here.registry.add({"name": "zz-app", "vers": "49.0.0"}, b"x")
    assert here.step(NAME, yank="true", packages="zz-app").code == OK
    assert yanked(here) == ["zz-app@49.0.0-rc.1", "zz-app@49.0.0-rc.2"]


def test_what_supersedes_must_stand_itself(here: Place) -> None:
    release(here, "49.0.0", "0.136.0-rc.2")
    ended = here.step(NAME, yank="true", wait="0s")
    assert (ended.code, ended.bad) == (MISSING, ["current-missing"])
    here.registry.add({"name": "zz-app", "vers": "49.0.0"}, b"x")
    here.registry.yank("zz-app", "49.0.0")
    ended = here.step(NAME, yank="true")
    assert (ended.code, ended.bad) == (FAILED, ["current-yanked"])
    assert yanked(here) == ["zz-app@49.0.0"]


def test_a_crate_that_is_none_is_refused(here: Place) -> None:
    assert "no-such-package" in here.step(NAME, packages="zz-no\nzz-app").bad
    assert set(here.step(NAME, packages="zz-no").bad) == {"no-such-package", "nothing-to-yank"}


def test_a_token_that_may_not_is_refused_with_the_reason(here: Place) -> None:
    ended = here.step(NAME, yank="true", token=here.registry.token("mallory"))
    assert (ended.code, ended.bad[-1]) == (FAILED, "refused")
    assert "owner" in ended.details
    assert here.step(NAME, yank="true", token="").bad[-1] == "no-token"


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault(kind="status", status=502, route="yank", call=1), id="502"),
        pytest.param(Fault(kind="reset", when="after", route="yank", call=1), id="reset after"),
        pytest.param(
            Fault(kind="secondary-rate-limit", retry_after=7, route="yank", call=1), id="429"
        ),
        pytest.param(Fault(kind="nonsense", route="yank", call=1), id="web page"),
        pytest.param(Fault(kind="status", status=502, route="index", call=1), id="index 502"),
    ],
)
def test_what_passes_is_waited_out(here: Place, fault: Fault) -> None:
    here.registry.faults.add(fault)
    ended = here.step(NAME, yank="true", packages="zz-app")
    assert (ended.code, yanked(here)) == (OK, ["zz-app@49.0.0-rc.1"]), ended.log
    assert here.token not in ended.log


def test_what_does_not_pass_is_could_not_tell(here: Place) -> None:
    here.registry.faults.add(Fault(kind="status", status=502, route="yank"))
    ended = here.step(NAME, yank="true", packages="zz-app", wait="30s")
    assert ended.code == 1
    assert ended.changes["not known"] == ["yank zz-app 49.0.0-rc.1"]


@pytest.mark.parametrize(
    ("current", "others", "old"),
    [
        ("1.2.3", ["1.2.3-rc.1", "1.2.3-rc.10", "1.2.3"], ["1.2.3-rc.1", "1.2.3-rc.10"]),
        ("1.2.3-rc.10", ["1.2.3-rc.9", "1.2.3-rc.10", "1.2.3-rc.11"], ["1.2.3-rc.9"]),
        ("1.2.3-rc.2", ["1.2.2-rc.1", "1.3.0-rc.1", "1.2.3-beta.1", "1.2.3"], []),
        ("1.2.3-dev", ["1.2.3-rc.1"], []),
    ],
    ids=["release", "by number, not by text", "other lines and kinds", "development"],
)
def test_what_is_superseded(current: str, others: list[str], old: list[str]) -> None:
    lines = tuple(IndexVersion(CrateName("a"), Version(v), Sha256("0" * 64), False) for v in others)
    assert [line.version for line in superseded(Version(current), lines)] == old
