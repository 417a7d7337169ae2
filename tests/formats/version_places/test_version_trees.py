"""The trees that the benchmarks measure by are such as Cargo takes, and as large as they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.version_trees import VERSION, cargo_workspace, one_line_files, write
from release_actions.formats.version_places import cargo_lock, cargo_toml
from release_actions.formats.version_places.cargo_workspace import members, settled, stated
from release_actions.formats.version_places.place import Manifest
from tests.formats.version_places.cargo_workspaces import CargoWorkspace


@pytest.mark.parametrize(("crates", "stating", "changed"), [(150, 20, 22), (30, 0, 2)])
def test_a_workspace_is_as_large_as_it_says(crates: int, stating: int, changed: int) -> None:
    files = cargo_workspace(crates, stating=stating)
    assert files == cargo_workspace(crates, stating=stating)
    manifests: dict[str, Manifest] = {
        path: cargo_toml.read(path, text.encode())
        for path, text in files.items()
        if path.endswith("Cargo.toml")
    }
    assert len(manifests) == crates + 1
    lock = cargo_lock.read("Cargo.lock", files["Cargo.lock"].encode())
    assert {place.text for place in lock.places} == {VERSION}
    assert len(lock.places) == crates
    assert 5_000 <= files["Cargo.lock"].count("\n") < 5_100
    said = [lock, *manifests.values()]
    own = [each.path for each in said if any(place.text == VERSION for place in each.places)]
    assert len(own) == changed


def test_cargo_takes_it(tmp_path: Path) -> None:
    files = cargo_workspace(20, stating=5)
    write(files, tmp_path)
    asked = CargoWorkspace(tmp_path).cargo("metadata", "--format-version=1", "--no-deps")
    by_cargo = {package["name"]: package["version"] for package in json.loads(asked)["packages"]}
    read = {p: cargo_toml.read(p, t.encode()) for p, t in files.items() if p.endswith("Cargo.toml")}
    manifests = settled(read)
    found = [manifests[path] for path in members(read["Cargo.toml"], manifests)]
    places = {str(each.package): stated(each, manifests) for each in found if each.package}
    assert {name: place.text for name, place in places.items() if place} == by_cargo
    assert len(by_cargo) == 20


def test_one_line_files_hold_a_version_each() -> None:
    files = one_line_files(3)
    assert list(files) == ["part-000/VERSION", "part-001/VERSION", "part-002/VERSION"]
    assert set(files.values()) == {"1.2.3\n"}
