"""Celo's cycle: released by one commit, developed by the next, and siblings that ask by ~ and ^."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.bump_lockstep_version.trees import CELO, Tree, bad, tree_in, versions


@pytest.fixture
def celo(tmp_path: Path) -> Tree:
    tree = tree_in(tmp_path / "celo")
    tree.commit(CELO)
    return tree


def test_a_cycle_on_main_and_one_on_a_patch_branch(celo: Tree) -> None:
    """C1: x.(y+1).0-dev after a release, x.y.z by the next; x.y.(z+1)-dev on a patch branch."""
    assert versions(celo.bump("dev").new) == {"all": "1.3.0-dev"}
    assert versions(celo.bump("release").new) == {"all": "1.3.0"}
    branch = Tree(celo.folder, {"all": {"adds-development": ["patch"]}})
    assert versions(branch.bump("patch").new) == {"all": "1.3.1-dev"}
    assert versions(branch.bump("release").new) == {"all": "1.3.1"}


def test_siblings_ask_for_the_version_that_is_there_in_their_own_form(celo: Tree) -> None:
    """C2: -dev siblings are asked for as -dev, released ones as released; ~ and ^ stay."""
    before = celo.files()
    celo.bump("dev")
    changed = celo.tokens_apart(before)
    assert {line for line in changed if "cli/" in line and line.startswith("packages")} == {
        'packages/cli/package.json:   "version": "1.2.3",\r ->   "version": "1.3.0-dev",\r',
        'packages/cli/package.json:     "@celo/identity": "1.2.3"\r'
        ' ->     "@celo/identity": "1.3.0-dev"\r',
        'packages/cli/package.json:     "@celo/utils": "^1.2.3"\r'
        ' ->     "@celo/utils": "^1.3.0-dev"\r',
    }
    assert '"@celo/utils": "~1.3.0-dev"' in celo.text("packages/identity/package.json")
    assert '"left-pad": "^1.2.3"' in celo.text("packages/identity/package.json")
    lock = celo.text("package-lock.json")
    assert lock.count("1.3.0-dev") == 6
    assert '"node_modules/left-pad": {\n      "version": "1.2.3"' in lock


@pytest.mark.parametrize(
    ("path", "old", "new", "broken"),
    [
        ("packages/identity/package.json", "~1.2.3", "~1.2.2", "requirement-drift {path}:5"),
        ("packages/cli/package.json", '"1.2.3",', '"1.2.4",', "places-disagree {path}:3"),
        (
            "package-lock.json",
            '"@celo/utils",\n      "version": "1.2.3"',
            '"@celo/utils",\n      "version": "1.2.2"',
            "lock-disagrees {path}:37",
        ),
    ],
    ids=["C2", "sibling", "lock"],
)
def test_a_sibling_left_behind_is_told(
    celo: Tree, path: str, old: str, new: str, broken: str
) -> None:
    """C2, PAINS F.49: check-packages.js, and a lock file that drifted."""
    celo.change(path, old, new)
    assert broken.format(path=path) in bad(celo.run("check"))


def test_a_suffix_of_ones_own(celo: Tree) -> None:
    """C1: the history has -unstable as well."""
    tree = Tree(celo.folder, {"sdk": {"development": "unstable"}})
    assert versions(tree.bump("dev").new) == {"sdk": "1.3.0-unstable"}
    assert bad(tree.run("dev")) == ["no-step packages/cli/package.json:3"]
    assert versions(tree.bump("release").new) == {"sdk": "1.3.0"}


def test_a_pointer_and_a_crate_are_one_version(tmp_path: Path) -> None:
    """M4, M5: mero-kms/Cargo.toml, versions.json and the single entry of Cargo.lock."""
    tree = tree_in(
        tmp_path / "mero",
        {
            "kms": {
                "manifests": ["mero-kms/Cargo.toml"],
                "pointers": ["versions.json:/imageVersion"],
            }
        },
    )
    entry = '[[package]]\nname = "mero-kms"\nversion = "2.3.6"\n'
    tree.commit(
        {
            "mero-kms/Cargo.toml": '[package]\nname = "mero-kms"\nversion = "2.3.6"\n',
            "mero-kms/Cargo.lock": f"version = 4\n\n{entry}",
            "versions.json": '{"imageVersion": "2.3.6", "merodVersion": "0.10.1"}\n',
        }
    )
    tree.bump("minor")
    assert tree.text("versions.json") == '{"imageVersion": "2.4.0", "merodVersion": "0.10.1"}\n'
    twice = tree.text("mero-kms/Cargo.lock") + entry.replace("2.3.6", "2.4.0")
    for path, content, broken in [
        ("mero-kms/Cargo.lock", "version = 4\n", "lock-disagrees mero-kms/Cargo.lock"),
        ("mero-kms/Cargo.lock", twice, "lock-disagrees mero-kms/Cargo.lock"),
        ("versions.json", '{"merodVersion": "1"}', "hits versions.json"),
        ("versions.json", '{"imageVersion": ', "hits versions.json:1"),
        ("versions.json", '{"imageVersion": "2.3.6"}', "places-disagree versions.json:1"),
    ]:
        kept = tree.text(path)
        tree.commit({path: content})
        assert bad(tree.run("check")) == [broken]
        tree.commit({path: kept})


def test_keys_of_a_file_can_be_versions_of_their_own(tmp_path: Path) -> None:
    """M5: versions.json must have each of its keys, and each is moved alone."""
    keys = ["imageVersion", "merodVersion", "traefikVersion"]
    groups = {key: {"manifests": [], "pointers": [f"versions.json:/{key}"]} for key in keys}
    tree = tree_in(tmp_path / "keys", groups)
    text = '{"imageVersion": "2.3.6", "merodVersion": "0.10.1", "traefikVersion": "3.0.0"}\n'
    tree.commit({"versions.json": text, "package.json": '{"version": "9.9.9"}\n'})
    assert versions(tree.bump("set:merodVersion=0.10.2").new)["traefikVersion"] == "3.0.0"
    assert tree.text("versions.json") == text.replace("0.10.1", "0.10.2")
    tree.commit({"versions.json": text.replace("traefikVersion", "traefik")})
    assert bad(tree.run("check")) == [
        "hits versions.json",
        "nothing-found group traefikVersion",
    ]
    tree.commit({"versions.json": text.replace("0.10.1", "edge")})
    assert "no-version versions.json:1" in bad(tree.run("check"))
