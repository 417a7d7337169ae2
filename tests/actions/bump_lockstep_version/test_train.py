"""Wasmtime's train: two version lines in one run, and a tree that the real cargo accepts after."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.actions.bump_lockstep_version.trees import (
    WASMTIME,
    WASMTIME_GROUPS,
    Tree,
    bad,
    cargo,
    told,
    tree_in,
    versions,
)


@pytest.fixture
def wasmtime(tmp_path: Path) -> Tree:
    tree = tree_in(tmp_path / "wasmtime", copy.deepcopy(WASMTIME_GROUPS))
    tree.write(WASMTIME)
    cargo(tree.folder, "generate-lockfile")
    tree.commit()
    return tree


def new(tree: Tree, operation: str, **inputs: Any) -> dict[str, Any]:
    return versions(tree.bump(operation, **inputs).new)


def test_a_month_of_the_train(wasmtime: Tree) -> None:
    """W1, W2, W6, W8: main goes on, the branch goes rc, rc, release, patch; cargo accepts each."""
    assert new(wasmtime, "rc") == {"wasmtime": "49.0.0-rc.1", "cranelift": "0.136.0-rc.1"}
    assert '#define WASMTIME_VERSION "49.0.0-rc.1"' in wasmtime.text(
        "crates/c-api/include/wasmtime.h"
    )
    assert new(wasmtime, "rc") == {"wasmtime": "49.0.0-rc.2", "cranelift": "0.136.0-rc.2"}
    assert new(wasmtime, "drop-rc") == {"wasmtime": "49.0.0", "cranelift": "0.136.0"}
    assert new(wasmtime, "patch") == {"wasmtime": "49.0.1", "cranelift": "0.136.1"}
    assert new(wasmtime, "major") == {"wasmtime": "50.0.0-dev", "cranelift": "0.137.0-dev"}
    header = wasmtime.text("crates/c-api/include/wasmtime.h")
    assert header.count("50") == 2
    assert "WASMTIME_VERSION_PATCH 0\n" in header
    said = cargo(wasmtime.folder, "metadata", "--format-version=1", "--locked")
    assert {p["name"]: p["version"] for p in said["packages"]} == {
        "wasmtime-cli": "50.0.0-dev",
        "wasmtime": "50.0.0-dev",
        "wasmtime-environ": "50.0.0-dev",
        "wasmtime-internal": "50.0.0-dev",
        "wasmtime-c-api": "50.0.0-dev",
        "cranelift-codegen": "0.137.0-dev",
        "tool": "0.1.0",
    }


def test_only_versions_change_and_each_line_keeps_its_form(wasmtime: Tree) -> None:
    """W3, W5, W7: tables, renames, targets; what is not published keeps its own version alone."""
    before = wasmtime.files()
    wasmtime.bump("major")
    changed = wasmtime.tokens_apart(before)
    assert "Cargo.toml: version = '49.0.0-dev' -> version = '50.0.0-dev'" in changed
    assert (
        "crates/environ/Cargo.toml:"
        " cranelift-codegen = { path = '../../cranelift/codegen', version = '^0.136.0-dev' }"
        " -> cranelift-codegen = { path = '../../cranelift/codegen', version = '^0.137.0-dev' }"
    ) in changed
    assert (
        "crates/tool/Cargo.toml: old = { package = 'wasmtime', path = '../wasmtime', version ="
        " '49.0.0-dev' } -> old = { package = 'wasmtime', path = '../wasmtime', version ="
        " '50.0.0-dev' }"
    ) in changed
    assert len([line for line in changed if line.startswith("crates/tool/")]) == 1
    assert len([line for line in changed if line.startswith("Cargo.lock: ")]) == 2
    assert not [line for line in changed if " = " not in line and "#define" not in line]


def test_each_line_can_be_set_alone(wasmtime: Tree) -> None:
    """W2: a security release of one line; the other line's asks for it move along."""
    made = wasmtime.bump("set:cranelift=0.136.0")
    assert versions(made.new) == {"wasmtime": "49.0.0-dev", "cranelift": "0.136.0"}
    assert versions(made.changed_files)["wasmtime"] == []
    assert "version = '^0.136.0'" in wasmtime.text("crates/environ/Cargo.toml")
    assert bad(wasmtime.run("check")) == []
    cargo(wasmtime.folder, "metadata", "--format-version=1", "--locked")


def test_entries_that_a_lock_tells_apart_by_version_move_too(wasmtime: Tree) -> None:
    """W9: `name version` in dependencies, where a registry has a package of that name as well."""
    lock = wasmtime.text("Cargo.lock").replace(
        '"cranelift-codegen"', '"cranelift-codegen 0.136.0-dev"'
    )
    lock = lock.replace('name = "cranelift-codegen 0.136.0-dev"', 'name = "cranelift-codegen"')
    published = (
        '[[package]]\nname = "cranelift-codegen"\nversion = "0.130.0"\n'
        'source = "registry+https://github.com/rust-lang/crates.io-index"\n'
        f'checksum = "{"0" * 64}"\n\n[[package]]\nname = "cranelift-codegen"\n'
    )
    lock = lock.replace('[[package]]\nname = "cranelift-codegen"\n', published)
    wasmtime.commit({"Cargo.lock": lock})
    wasmtime.bump("major")
    after = wasmtime.text("Cargo.lock")
    assert after.count("cranelift-codegen 0.137.0-dev") == lock.count(
        "cranelift-codegen 0.136.0-dev"
    )
    assert after == lock.replace("0.136.0-dev", "0.137.0-dev").replace("49.0.0-dev", "50.0.0-dev")


@pytest.mark.parametrize(
    ("path", "old", "text", "broken"),
    [
        ("crates/environ/Cargo.toml", "^0.136.0-dev", "^0.135.0", "requirement-drift {path}:7"),
        ("crates/tool/Cargo.toml", "'49.0.0-dev'", "'48.0.0'", "requirement-drift {path}:8"),
        ("Cargo.toml", '"49.0.0-dev", def', '"=49.0.0-dev", def', "pinned-exactly {path}:19"),
        ("Cargo.toml", '"=49.0.0-dev"', '"49.0.0-dev"', "not-pinned {path}:20"),
        ("crates/internal/Cargo.toml", "publish = []\n", "", "unlisted-public {path}"),
        ("crates/c-api/include/wasmtime.h", "MAJOR 49", "MAJOR 48", "places-disagree {path}:4"),
        (
            "crates/c-api/include/wasmtime.h",
            "#endif\n",
            "#define WASMTIME_VERSION_PATCH 0\n#endif\n",
            "hits {path}:6",
        ),
        ("cranelift/codegen/Cargo.toml", "codegen", "codegene", "lock-disagrees Cargo.lock"),
    ],
    ids=lambda value: str(value)[:24],
)
def test_what_a_train_must_not_carry_is_told(
    wasmtime: Tree, path: str, old: str, text: str, broken: str
) -> None:
    """W4, W6, W8, D-W15: each broken in turn; nothing is written."""
    wasmtime.commit({path: wasmtime.text(path).replace(old, text, 1)})
    ended = wasmtime.run("major")
    assert broken.format(path=path) in bad(ended), told(ended)
    assert wasmtime.run("major").effects.made == []


def test_drift_names_both(wasmtime: Tree) -> None:
    wasmtime.change("crates/environ/Cargo.toml", "^0.136.0-dev", "^0.135.0")
    said = told(wasmtime.run("check"))
    assert "asks for ^0.135.0 of `cranelift-codegen`" in said
    assert "cranelift/codegen/Cargo.toml:3 says 0.136.0-dev" in said


def test_a_name_that_means_nothing_is_told(wasmtime: Tree) -> None:
    table = WASMTIME_GROUPS["wasmtime"] | {"public": ["wasmtime*", "wasmtim"]}
    groups = WASMTIME_GROUPS | {"wasmtime": table}
    assert "not-there wasmtim" in bad(Tree(wasmtime.folder, groups).run("check"))


def test_one_version_that_crates_of_two_groups_inherit_is_told(wasmtime: Tree) -> None:
    wasmtime.change(
        "cranelift/codegen/Cargo.toml", 'version = "0.136.0-dev"', "version.workspace = true"
    )
    assert "two-groups Cargo.toml" in bad(wasmtime.run("check"))


def test_a_package_that_two_groups_name_is_told(wasmtime: Tree) -> None:
    assert wasmtime.groups is not None
    groups = {**wasmtime.groups, "more": {"manifests": ["Cargo.toml"], "packages": ["*codegen"]}}
    assert "two-groups cranelift/codegen/Cargo.toml" in bad(
        Tree(wasmtime.folder, groups).run("check")
    )


def test_a_group_that_stays_is_judged_before_anything_is_written(wasmtime: Tree) -> None:
    ended = wasmtime.run("set:cranelift=0.136.0", expected="wasmtime=49.0.0\ncranelift=0.136.0")
    assert bad(ended) == ["not-expected Cargo.toml:15"]
    wasmtime.change("crates/c-api/include/wasmtime.h", "MAJOR 49", "MAJOR 48")
    ended = wasmtime.run("set:cranelift=0.136.0")
    assert bad(ended) == ["places-disagree crates/c-api/include/wasmtime.h:4"]
    assert ended.effects.made == []
