"""ordvec's lockstep: sixteen files say one version, and move in one run (O5, O6, O8)."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.verdict import Outcome
from tests.actions.bump_lockstep_version.trees import (
    ORDVEC,
    ORDVEC_GROUPS,
    Tree,
    bad,
    findings,
    rules,
    told,
    tree_in,
    versions,
)


@pytest.fixture
def ordvec(tmp_path: Path) -> Tree:
    tree = tree_in(tmp_path / "ordvec", ORDVEC_GROUPS)
    tree.commit(ORDVEC)
    return tree


def test_every_place_moves_in_one_run_and_nothing_else_does(ordvec: Tree) -> None:
    """O5, W7: the decoys (another crate's 0.5.0, prose, a docstring) stay, byte for byte."""
    before = ordvec.files()
    made = ordvec.bump("minor")
    assert versions(made.old) == {"ordvec": "0.5.0"}
    assert versions(made.new) == {"ordvec": "0.6.0"}
    assert set(versions(made.changed_files)["ordvec"]) == {
        "Cargo.toml",
        "ordvec-manifest/Cargo.toml",
        "ordvec-python/Cargo.toml",
        "ordvec-python/pyproject.toml",
        "ordvec-python/python/ordvec/__init__.py",
        "ordvec-manifest-python/Cargo.toml",
        "ordvec-manifest-python/pyproject.toml",
        "ordvec-manifest-python/python/ordvec_manifest/__init__.py",
        "ordvec-ffi/Cargo.toml",
        "Cargo.lock",
        "fuzz/Cargo.lock",
        "THREAT_MODEL.md",
        "README.md",
    }
    lock = 'Cargo.lock: version = "0.5.0" -> version = "0.6.0"'
    assert ordvec.tokens_apart(before) == {
        'Cargo.toml: version = "0.5.0"  # keep in step -> version = "0.6.0"  # keep in step',
        'ordvec-manifest/Cargo.toml: version = "0.5.0"\r -> version = "0.6.0"\r',
        'ordvec-manifest/Cargo.toml: ordvec = { version = "0.5.0", path = ".." }\r'
        ' -> ordvec = { version = "0.6.0", path = ".." }\r',
        'ordvec-python/Cargo.toml: version = "0.5.0" -> version = "0.6.0"',
        'ordvec-python/pyproject.toml: version = "0.5.0" -> version = "0.6.0"',
        'ordvec-python/python/ordvec/__init__.py: __version__ = "0.5.0" -> __version__ = "0.6.0"',
        'ordvec-manifest-python/Cargo.toml: version = "0.5.0" -> version = "0.6.0"',
        'ordvec-manifest-python/pyproject.toml: version = "0.5.0" -> version = "0.6.0"',
        'ordvec-manifest-python/pyproject.toml: dependencies = ["ordvec==0.5.0"]'
        ' -> dependencies = ["ordvec==0.6.0"]',
        "ordvec-manifest-python/python/ordvec_manifest/__init__.py:"
        " __version__ = '0.5.0' -> __version__ = '0.6.0'",
        'ordvec-ffi/Cargo.toml: version = "0.5.0" -> version = "0.6.0"',
        lock,
        f"fuzz/{lock}",
        "THREAT_MODEL.md: > **Status:** v0.5.0 (pre-1.0), of version 0.5.0 or later"
        " -> > **Status:** v0.6.0 (pre-1.0), of version 0.5.0 or later",
        'README.md: ordvec = "0.5" -> ordvec = "0.6"',
    }


def test_a_patch_leaves_a_requirement_of_two_numbers(ordvec: Tree) -> None:
    """O5: README asks for X.Y alone."""
    made = ordvec.bump("patch", expected="0.5.1")
    assert "README.md" not in versions(made.changed_files)["ordvec"]
    assert 'ordvec = "0.5"\n' in ordvec.text("README.md")


def test_check_lists_every_place_with_file_and_line(ordvec: Tree) -> None:
    ended = ordvec.run("check", expected="0.5.0")
    found = findings(ended)
    assert bad(ended) == []
    assert {f.outcome for f in found} == {Outcome.OK}
    shown = {f.subject: f.detail for f in found}
    assert shown["Cargo.toml"] == "says 0.5.0 in line 7"
    assert shown["ordvec-manifest/Cargo.toml"] == "says 0.5.0 in lines 3, 9"
    assert shown["ordvec-python/python/ordvec/__init__.py"] == "says 0.5.0 in line 4"
    assert shown["fuzz/Cargo.lock"] == "says 0.5.0 in line 5"


PLACES = [
    ("ordvec-manifest/Cargo.toml", 'version = "0.5.0"\r', "places-disagree", 3),
    ("ordvec-python/pyproject.toml", 'version = "0.5.0"', "places-disagree", 7),
    ("ordvec-python/python/ordvec/__init__.py", '"0.5.0"', "places-disagree", 4),
    (
        "ordvec-manifest-python/python/ordvec_manifest/__init__.py",
        "'0.5.0'",
        "places-disagree",
        1,
    ),
    ("ordvec-manifest-python/pyproject.toml", "ordvec==0.5.0", "requirement-drift", 4),
    ("ordvec-manifest/Cargo.toml", '{ version = "0.5.0"', "requirement-drift", 9),
    ("Cargo.lock", '"ordvec-ffi"\nversion = "0.5.0"', "lock-disagrees", 12),
    ("fuzz/Cargo.lock", '"ordvec"\nversion = "0.5.0"', "lock-disagrees", 5),
    ("THREAT_MODEL.md", "v0.5.0", "places-disagree", 3),
    ("README.md", 'ordvec = "0.5"', "places-disagree", 5),
]


@pytest.mark.parametrize(
    ("path", "text", "rule", "line"), PLACES, ids=[f"{path} {rule}" for path, _, rule, _ in PLACES]
)
def test_any_one_place_that_is_left_behind_is_told_with_its_line(
    ordvec: Tree, path: str, text: str, rule: str, line: int
) -> None:
    """O6: each place broken in turn; RELEASING.md lists only six of them."""
    ordvec.change(path, text, text.replace("0.5", "0.4"))
    ended = ordvec.run("check")
    assert bad(ended) == [f"{rule} {path}:{line}"], told(ended)
    (found,) = [f for f in findings(ended) if f.outcome.bad]
    assert (found.file, found.line) == (path, line)
    assert "Cargo.toml:7 says 0.5.0" in told(ended)
    before = ordvec.files()
    assert rules(ordvec.run("minor")) == {rule}
    assert ordvec.files() == before


def test_version_is_one_literal(ordvec: Tree) -> None:
    """O6: assigned twice, nobody can say which one counts."""
    path = "ordvec-python/python/ordvec/__init__.py"
    ordvec.commit({path: '__version__ = "0.5.0"\n__version__ = "0.5.0"\n'})
    assert bad(ordvec.run("check")) == [f"unreadable {path}:2:1"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('rust-version = "1.70"', 'rust-version = "1.71"'),
        ('license = "MIT OR Apache-2.0"', 'license = "MIT"'),
        ('rust-version = "1.70"\n', ""),
    ],
)
def test_metadata_is_the_same_in_every_crate(ordvec: Tree, old: str, new: str) -> None:
    """O8: MSRV, licence."""
    ordvec.change("ordvec-ffi/Cargo.toml", old, new)
    assert bad(ordvec.run("check")) == ["parity ordvec-ffi/Cargo.toml"]


def test_a_field_that_no_crate_says_is_no_parity(ordvec: Tree) -> None:
    tree = Tree(ordvec.folder, {"ordvec": {"parity": ["homepage"]}})
    assert bad(tree.run("check")) == ["parity group ordvec"]


def test_a_template_must_stand_there_as_often_as_it_says(ordvec: Tree) -> None:
    ordvec.change("THREAT_MODEL.md", "(pre-1.0)", "(post-1.0)")
    ended = ordvec.run("patch")
    assert bad(ended) == ["hits THREAT_MODEL.md:3"]
    assert "should stand there once" in told(ended)


def test_without_configuration_all_but_the_prose_is_found(ordvec: Tree) -> None:
    made = Tree(ordvec.folder).bump("minor")
    files = versions(made.changed_files)["all"]
    assert len(files) == 11
    assert "fuzz/Cargo.lock" in files
    assert not {"README.md", "THREAT_MODEL.md"} & set(files)
