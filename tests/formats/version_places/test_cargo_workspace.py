"""Who belongs to a Cargo workspace, and what it has from there, is what Cargo itself says."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from release_actions.formats.version_places import cargo_toml
from release_actions.formats.version_places.cargo_manifest import INHERITED, CargoManifest
from release_actions.formats.version_places.cargo_workspace import (
    members,
    root,
    settled,
    stated,
)
from release_actions.formats.version_places.place import Manifest, Package
from tests.formats.version_places.cargo_workspaces import CargoWorkspace

SHARED = '[workspace.package]\nversion = "1.2.3"\npublish = false\nlicense = "MIT"\n'
VIRTUAL = '[workspace]\nresolver = "2"\n'
OWN = 'version = "0.1.0"\nlicense = "Apache-2.0"\n'
INHERITS = "version.workspace = true\npublish.workspace = true\nlicense.workspace = true\n"


def crate(name: str, says: str = OWN, asks: str = "") -> str:
    return f'[package]\nname = "{name}"\nedition = "2021"\n{says}[dependencies]\n{asks}'


@dataclass(frozen=True)
class Told:
    """What is told of a crate: by us, and by Cargo."""

    version: str
    published: bool
    license: str


def by_cargo(folder: Path) -> dict[str, Told]:
    asked = CargoWorkspace(folder).cargo("metadata", "--format-version=1", "--no-deps")
    return {
        str(Path(package["manifest_path"]).relative_to(folder)): Told(
            package["version"], package["publish"] != [], package["license"]
        )
        for package in json.loads(asked)["packages"]
    }


def by_us(files: dict[str, str]) -> dict[str, Told]:
    manifests = read(files)
    top = manifests["Cargo.toml"]
    assert isinstance(top, CargoManifest)
    told = {}
    for path in members(top, manifests):
        manifest, place = manifests[path], stated(manifests[path], manifests)
        if manifest.package is not None:
            assert isinstance(manifest, CargoManifest)
            version = place.text if place else "0.0.0"
            told[path] = Told(version, manifest.published, str(manifest.metadata["license"]))
    return told


def read(files: dict[str, str]) -> dict[str, Manifest]:
    return settled({path: cargo_toml.read(path, text.encode()) for path, text in files.items()})


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"Cargo.toml": crate("a"), "b/Cargo.toml": crate("b")}, id="one crate"),
        pytest.param(
            {
                "Cargo.toml": VIRTUAL + 'members = ["crates/*", "x/**/y"]',
                "crates/a/Cargo.toml": crate("a"),
                "crates/b/Cargo.toml": crate("b"),
                "crates/b/deeper/Cargo.toml": crate("deeper"),
                "x/1/2/y/Cargo.toml": crate("y"),
                "x/1/z/Cargo.toml": crate("z"),
                "other/Cargo.toml": crate("other"),
            },
            id="globs stay within their folder",
        ),
        pytest.param(
            {
                "Cargo.toml": f"{VIRTUAL}members = ['crates/*']\n"
                f"exclude = ['crates/old']\n{SHARED}",
                "crates/a/Cargo.toml": crate("a", INHERITS),
                "crates/b/Cargo.toml": crate("b", f"{OWN}publish = []\n"),
                "crates/c/Cargo.toml": crate("c", 'license = "MIT"\n'),
                "crates/d/Cargo.toml": crate("d", f'{OWN}publish = ["other"]\n'),
                "crates/old/Cargo.toml": crate("old"),
            },
            id="inherited, forbidden, excluded",
        ),
        pytest.param(
            {
                "Cargo.toml": crate("top", INHERITS, "a = { path = 'a' }\n")
                + f"{SHARED}{VIRTUAL}exclude = ['out']\n",
                "a/Cargo.toml": crate("a", asks="b = { path = '../lib/b' }\n"),
                "lib/b/Cargo.toml": crate("b", asks="out = { path = '../../out' }\n"),
                "out/Cargo.toml": crate("out", asks="c = { path = '../c' }\n") + "[workspace]\n",
                "c/Cargo.toml": crate("c"),
            },
            id="what is asked for by its path is a member, but for what is excluded",
        ),
        pytest.param(
            {
                "Cargo.toml": f"{VIRTUAL}members = ['a']\n[workspace.dependencies]\n"
                "b = { path = 'x/b', package = 'real-b' }\nidle = { path = 'idle' }\nserde = '1'\n",
                "a/Cargo.toml": crate("a", asks="b.workspace = true\n"),
                "x/b/Cargo.toml": crate("real-b"),
                "idle/Cargo.toml": crate("idle"),
            },
            id="what is lent is a member once it is borrowed",
        ),
        pytest.param(
            {
                "Cargo.toml": crate("top", asks="old = { path = 'x/old' }\n")
                + "[workspace]\nmembers = ['x/a', 'x/b*']\nexclude = ['x']\n",
                "x/a/Cargo.toml": crate("a"),
                "x/b/Cargo.toml": crate("b"),
                "x/old/Cargo.toml": crate("old"),
            },
            id="listed by name wins over excluded, by a glob does not",
        ),
        pytest.param(
            {
                "Cargo.toml": f"{VIRTUAL}members = ['a']\n{SHARED}",
                "a/Cargo.toml": crate("a", INHERITS + 'workspace = ".."\n'),
                "fuzz/Cargo.toml": crate("fuzz") + "[workspace]\n",
            },
            id="a root that is named",
        ),
    ],
)
def test_members_and_what_they_inherit_are_as_cargo_says(
    files: dict[str, str], tmp_path: Path
) -> None:
    """W3."""
    on_disk = CargoWorkspace(tmp_path)
    for path, text in files.items():
        on_disk.write(path, text)
        if "[package]" in text:
            on_disk.write(path.replace("Cargo.toml", "src/lib.rs"), "")
    assert by_us(files) == by_cargo(tmp_path)


def test_a_version_that_is_inherited_stands_in_the_nearest_root() -> None:
    files = {
        "Cargo.toml": f"{VIRTUAL}exclude = ['nested']\n{SHARED}",
        "a/b/Cargo.toml": crate("b", INHERITS),
        "nested/Cargo.toml": VIRTUAL + SHARED.replace("1.2.3", "4.5.6"),
        "nested/c/Cargo.toml": crate("c", INHERITS),
    }
    manifests = read(files)
    found = {path: stated(manifests[path], manifests) for path in files}
    assert {path: place and (place.path, place.text) for path, place in found.items()} == {
        "Cargo.toml": None,
        "a/b/Cargo.toml": ("Cargo.toml", "1.2.3"),
        "nested/Cargo.toml": None,
        "nested/c/Cargo.toml": ("nested/Cargo.toml", "4.5.6"),
    }


def test_nothing_is_inherited_from_nowhere() -> None:
    """No workspace, one that excludes it, one that says nothing: the value stays open."""
    for above in ({}, {"Cargo.toml": f"{VIRTUAL}exclude = ['a']\n"}, {"Cargo.toml": crate("top")}):
        manifests = read({**above, "a/Cargo.toml": crate("a", INHERITS)})
        manifest = manifests["a/Cargo.toml"]
        assert isinstance(manifest, CargoManifest)
        assert stated(manifest, manifests) is None
        assert root(manifest, manifests) is None
        assert (manifest.metadata["license"], manifest.published) == (INHERITED, True)
    silent = read({"Cargo.toml": VIRTUAL, "a/Cargo.toml": crate("a", INHERITS)})
    assert stated(silent["a/Cargo.toml"], silent) is None
    assert silent["a/Cargo.toml"].published


def test_manifests_of_others_are_passed_over() -> None:
    other = Manifest("package.json", Package("npm", "x"))
    assert settled({"package.json": other}) == {"package.json": other}
    assert root(other, {}) is None
    assert stated(other, {}) is None
