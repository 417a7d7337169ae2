"""recover and post-publish: what the registry serves is ours by its bytes, in every layer."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from rehearsal.faults import Fault
from tests.actions.verify_crate_identity.registry import ERROR, FAILED, MISSING, OK, Place
from tests.formats.crate_bytes import crate, vcs

FILE = "zz-a-0.1.0.crate"
LAYERS = {
    "index": "index",
    "api": "API",
    "download": "API download",
    "static": "host of the files",
}


@pytest.fixture
def attested(here: Place) -> Place:
    """A place where a .crate is attested, and nothing is published."""
    here.attested.mkdir()
    (here.attested / FILE).write_bytes(crate())
    return here


def serve(here: Place, content: bytes | None = None) -> None:
    here.registry.add({"name": "zz-a", "vers": "0.1.0"}, crate() if content is None else content)


def test_a_version_that_is_nowhere_is_to_be_published(attested: Place) -> None:
    """O22: absent by every layer, and so the answer is a plain no."""
    ended = attested.step("recover")
    assert ended.code == OK, ended.log
    assert ended.outputs["published"] == "false"
    assert ended.crates[0]["published"] is False
    after = attested.step("post-publish")
    assert (after.code, after.rules("missing")) == (MISSING, ["not-served"])


@pytest.mark.parametrize("mode", ["recover", "post-publish"])
def test_our_own_bytes_in_every_layer_are_published(attested: Place, mode: str) -> None:
    """O22, O25: index checksum, API, its download, and the host of the files."""
    serve(attested)
    ended = attested.step(mode)
    assert ended.code == OK, ended.log
    assert ended.outputs["published"] == "true"
    asked = {r.route for r in attested.registry.requests}
    assert asked == {"index-config", "index", "version", "download", "static"}
    assert all("release-actions/" in r.agent for r in attested.registry.requests), "O23"
    assert [p.name for p in (attested.folder / "temp").iterdir() if "actions-" in p.name] == [
        "release-actions-records"
    ], "a download stayed"


def test_some_of_several_are_published(attested: Place) -> None:
    """PAINS 36: what is left of an interrupted publication."""
    manifest = '[package]\nname = "zz-b"\nversion = "0.1.0"\n'
    content = crate({"Cargo.toml": manifest}, stem="zz-b-0.1.0")
    (attested.attested / "zz-b-0.1.0.crate").write_bytes(content)
    serve(attested)
    ended = attested.step("recover", "zz-a\nzz-b")
    assert ended.code == OK, ended.log
    assert ended.outputs["published"] == "false"
    assert {c["name"]: c["published"] for c in ended.crates} == {"zz-a": True, "zz-b": False}


@pytest.mark.parametrize("mode", ["recover", "post-publish"])
@pytest.mark.parametrize(("layer", "name"), LAYERS.items(), ids=LAYERS)
def test_a_layer_that_lags_is_named_and_waited_for(
    attested: Place, layer: str, name: str, mode: str
) -> None:
    """PAINS 35: the index, the API and the files become right one after the other."""
    serve(attested)
    attested.registry.lag = {layer: 3600.0}
    ended = attested.step(mode)
    assert (ended.code, ended.rules("missing")) == (MISSING, ["layer-lags"])
    late = {"static": "API download, host of the files"}.get(layer, name)
    assert f"not there yet: {late}; there, and ours:" in ended.details
    attested.registry.lag = {layer: 60.0}
    waited = attested.step(mode, wait="5m")
    assert waited.code == OK, waited.log
    assert f"waiting: {FILE}: not there yet: {late}" in waited.log
    assert waited.outputs["published"] == "true"


def test_everything_lags_after_publishing(attested: Place) -> None:
    serve(attested)
    attested.registry.lag = dict.fromkeys(LAYERS, 60.0)
    assert attested.step("post-publish", wait="5m").code == OK


def test_five_minutes_are_waited_where_nothing_is_said(attested: Place) -> None:
    ended = attested.step("post-publish", wait="")
    assert ended.code == MISSING
    assert 300 <= sum(ended.clock.slept) < 400


def test_it_comes_while_it_is_waited_for(attested: Place) -> None:
    attested.meanwhile.append(lambda: serve(attested))
    assert attested.step("post-publish", wait="5m").code == OK


# Not ours


@pytest.mark.parametrize("mode", ["recover", "post-publish"])
def test_other_bytes_under_our_version_are_refused_with_an_account(
    attested: Place, mode: str
) -> None:
    serve(attested, crate({"src/lib.rs": "// evil\n", ".cargo_vcs_info.json": vcs("b" * 40)}))
    ended = attested.step(mode)
    assert (ended.code, ended.rules("failed")) == (FAILED, ["not-ours"])
    assert "src/lib.rs: attested 8 bytes" in ended.details
    assert ended.outputs["crates"] == ""
    assert ended.outputs.get("published", "") == ""


def test_only_the_commit_of_a_served_crate_is_told_apart(attested: Place) -> None:
    serve(attested, crate({".cargo_vcs_info.json": vcs("b" * 40)}))
    ended = attested.step("recover")
    assert ended.code == FAILED
    assert "only the commit differs" in ended.details


def test_what_is_served_may_be_no_crate_at_all(attested: Place) -> None:
    serve(attested, b"<!DOCTYPE html>")
    ended = attested.step("recover")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["not-ours"])
    assert "the served one cannot be opened" in ended.details


def index_lies(here: Place) -> None:
    found = here.registry.find("zz-a", "0.1.0")
    assert found is not None
    found.index["cksum"] = "0" * 64


def api_lies(here: Place) -> None:
    found = here.registry.find("zz-a", "0.1.0")
    assert found is not None
    found.checksum = "0" * 64


def files_lie(here: Place) -> None:
    found = here.registry.find("zz-a", "0.1.0")
    assert found is not None
    content = bytearray(found.file.read_bytes())
    content[100] ^= 1
    found.file.write_bytes(content)


LIES = {"index": (index_lies, "index: 0000"), "API": (api_lies, "API: 0000"), "files": (
    files_lie, "API download: ")}  # fmt: skip


@pytest.mark.parametrize("mode", ["recover", "post-publish"])
@pytest.mark.parametrize(("lie", "said"), LIES.values(), ids=LIES)
def test_layers_that_contradict_each_other_are_no_yes(
    attested: Place, lie: Callable[[Place], None], said: str, mode: str
) -> None:
    serve(attested)
    lie(attested)
    ended = attested.step(mode)
    assert (ended.code, ended.rules("failed")) == (FAILED, ["not-ours"])
    assert said in ended.details


@pytest.mark.parametrize("mode", ["recover", "post-publish"])
def test_a_yanked_version_is_not_published(attested: Place, mode: str) -> None:
    """D-O11: a 200 is no proof; nobody gets it, and nobody can publish it again."""
    serve(attested)
    attested.registry.yank("zz-a", "0.1.0")
    ended = attested.step(mode)
    assert (ended.code, ended.rules("failed")) == (FAILED, ["yanked"])
    attested.registry.yank("zz-a", "0.1.0", yanked=False)
    assert attested.step(mode).code == OK


def test_one_layer_that_says_yanked_is_enough(attested: Place) -> None:
    """A yank reaches the index later than the API."""
    serve(attested)
    found = attested.registry.find("zz-a", "0.1.0")
    assert found is not None

    def yank() -> None:
        found.yanked = True

    def undo() -> None:
        found.yanked = False

    attested.registry.faults.add(
        Fault(kind="meanwhile", route="index", callback=undo),
        Fault(kind="meanwhile", route="version", callback=yank),
    )
    assert attested.step("recover").rules("failed") == ["yanked"]


def test_a_version_whose_build_metadata_alone_differs_is_taken(attested: Place) -> None:
    attested.registry.add({"name": "zz-a", "vers": "0.1.0+other"}, crate())
    ended = attested.step("recover")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["version-taken"])


def test_a_name_that_differs_in_its_dash_alone_is_taken(attested: Place) -> None:
    """crates.io answers for zz_a where zz-a is asked for."""
    attested.registry.add({"name": "zz_a", "vers": "0.1.0"}, crate())
    ended = attested.step("recover")
    assert (ended.code, ended.rules("failed")) == (FAILED, ["name-taken"])


def test_a_registry_that_does_not_answer_is_could_not_tell(attested: Place) -> None:
    """Unknown is never yes, and never `false` either: what is there would be published twice."""
    serve(attested)
    attested.registry.faults.add(Fault(kind="status", route="static", status=503))
    ended = attested.step("recover")
    assert ended.code == ERROR
    assert "answered 503" in ended.log
    assert f"{attested.registry.url}/static/crates/zz-a/" in ended.log
    assert ended.outputs.get("published", "") == ""


def test_a_wait_outlasts_what_passes(attested: Place) -> None:
    serve(attested)
    attested.registry.faults.add(Fault(kind="status", route="index", call=(1, 6), status=503))
    assert attested.step("post-publish", wait="10m").code == OK


def test_the_command_line_is_the_same_thing(attested: Place) -> None:
    serve(attested)
    environ = attested.environ | {"PYTHONPATH": "src", "GH_TOKEN": ""}
    words = ["verify-crate-identity", "--mode", "post-publish", "--package", "zz-a"]
    more = ["--registry-url", attested.registry.index_url, "--repository", "acme/app", "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "release_actions", *words, *more],
        env=environ, capture_output=True, text=True, check=False, 
    )  # fmt: skip
    assert done.returncode == OK, done.stdout + done.stderr
    assert json.loads(done.stdout)["outputs"]["published"] == "true"
