"""Several jobs stage one release: each its part, its manifest first, and nobody another's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.actions.releasing import Make, Scene, end_state, manifest_of

LINUX = {"app-linux.zip": b"linux", "linux.sha256": b"l"}
MACOS = {"app-macos.zip": b"macos", "macos.sha256": b"m"}
PARTS = {"parts": "linux\nmacos"}


@pytest.fixture
def parts(make: Make) -> tuple[Scene, Scene]:
    """Two jobs of one run, each with what it built."""
    linux = make()
    macos = replace(linux, workspace=linux.workspace.with_name(f"{linux.workspace.name}-macos"))
    for scene, files in ((linux, LINUX), (macos, MACOS)):
        scene.workspace.mkdir(exist_ok=True)
        scene.build(files)
    return linux, macos


def assets(scene: Scene) -> dict[str, int]:
    return {asset.name: asset.size for asset in scene.release.assets}


def test_each_job_brings_its_part_and_its_manifest(parts: tuple[Scene, Scene]) -> None:
    """One draft, in which both parts and both manifests are; a part that lacks is told."""
    linux, macos = parts
    first = linux.stage(part="linux", **PARTS)
    assert first.exit == 0, first.log
    assert "part macos: its manifest is not there yet" in first.log
    second = macos.stage(part="macos", **PARTS)
    assert second.exit == 0, second.log
    assert "part linux: its manifest names 2 assets" in second.log
    sizes = {name: len(content) for name, content in (LINUX | MACOS).items()}
    sizes |= {
        "linux.manifest.json": len(manifest_of(LINUX)),
        "macos.manifest.json": len(manifest_of(MACOS)),
    }
    assert assets(linux) == sizes
    assert second.record["outputs"]["release-id"] == first.record["outputs"]["release-id"]


def test_a_parts_manifest_is_there_before_its_assets_are(parts: tuple[Scene, Scene]) -> None:
    """So that no other job ever sees a file that no manifest names."""
    linux, _ = parts
    played = linux.stage(part="linux", **PARTS)
    uploads = [r.query["name"] for r in played.requests if r.route == "upload-asset"]
    assert uploads[0] == "linux.manifest.json"
    assert sorted(uploads[1:]) == sorted(LINUX)
    dry = linux.stage(part="linux", **PARTS, dry_run="true")
    assert dry.exit == 0


def test_a_dry_run_with_the_draft_tells_what_waits_for_the_manifest(
    parts: tuple[Scene, Scene],
) -> None:
    linux, _ = parts
    linux.draft({})
    dry = linux.stage(part="linux", **PARTS, dry_run="true")
    assert "upload app-linux.zip (5 B) (after linux.manifest.json is there)" in dry.log
    assert "upload linux.manifest.json" in dry.log


def test_a_job_that_runs_again_replaces_its_part_alone(parts: tuple[Scene, Scene]) -> None:
    linux, macos = parts
    linux.stage(part="linux", **PARTS)
    macos.stage(part="macos", **PARTS)
    kept = {a.name: a.id for a in linux.release.assets if "macos" in a.name}
    linux.build(LINUX | {"app-linux.zip": b"built again"})
    again = linux.stage(part="linux", **PARTS)
    assert again.exit == 0, again.log
    assert assets(linux)["app-linux.zip"] == len(b"built again")
    assert kept.items() <= {a.name: a.id for a in linux.release.assets}.items()


def test_two_parts_never_bring_one_name(parts: tuple[Scene, Scene]) -> None:
    linux, macos = parts
    linux.stage(part="linux", **PARTS)
    before = end_state(linux)
    macos.build(MACOS | {"APP-linux.zip": b"macos too"})
    played = macos.stage(part="macos", **PARTS)
    assert (played.exit, set(played.bad)) == (10, {"name-in-two-parts"})
    macos.build({"linux.manifest.json": b"x"})
    played = macos.stage(part="macos", **PARTS)
    assert (played.exit, played.bad) == (10, ["name-in-two-parts"])
    assert end_state(linux) == before


@pytest.mark.parametrize(
    ("files", "exit", "rule"),
    [
        ({"linux.manifest.json": b"{}"}, 10, "part-unreadable"),
        ({"linux.manifest.json": manifest_of(LINUX), "stray.zip": b"?"}, 10, "extra"),
        # While the other part's manifest is replaced, its files stand there without one.
        ({"stray.zip": b"?"}, 11, "extra"),
    ],
    ids=["another part's manifest is none", "a stray file", "a file without a manifest yet"],
)
def test_what_no_manifest_names_is_told(
    parts: tuple[Scene, Scene], files: dict[str, bytes], exit: int, rule: str
) -> None:
    _, macos = parts
    macos.draft(files)
    played = macos.stage(part="macos", **PARTS)
    assert (played.exit, rule in played.bad) == (exit, True), played.log
    assert not any(request.mutating for request in played.requests)


def test_a_published_release_of_parts_is_compared_and_kept(parts: tuple[Scene, Scene]) -> None:
    linux, macos = parts
    linux.stage(part="linux", **PARTS)
    macos.stage(part="macos", **PARTS)
    assert linux.publish(**PARTS).exit == 0
    before: Any = end_state(linux)
    assert linux.stage(part="linux", **PARTS).exit == 0
    linux.build({"app-linux.zip": b"built again"})
    assert linux.stage(part="linux", **PARTS).exit == 10
    assert end_state(linux) == before
