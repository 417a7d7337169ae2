"""Names in a repository are somebody else's words: none becomes YAML, shell or a command."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from tests.init_repositories import CI, CONFIG, CRATES, NODE, PYTHON, Home, clone, git, init

Capsys = pytest.CaptureFixture[str]
WORKFLOWS = ".github/workflows"


def documents(home: Home) -> list[object]:
    return [yaml.safe_load(p.read_text()) for p in (home.folder / WORKFLOWS).glob("*.yml")]


@pytest.mark.parametrize(
    "name",
    ["x: y", "a\\nb", "${{ github.token }}", "-rf", "a b", "é", "a'; curl evil"],
    ids=["yaml", "line", "expression", "flag", "space", "not ascii", "shell"],
)
@pytest.mark.parametrize("kind", ["crate", "project"])
def test_a_name_that_no_registry_takes_is_published_nowhere(
    tmp_path: Path, capsys: Capsys, name: str, kind: str
) -> None:
    if kind == "crate":
        files = {"Cargo.toml": f'[package]\nname = "{name}"\nversion = "1.0.0"\n'}
    else:
        files = {"pyproject.toml": PYTHON["pyproject.toml"].replace("Ord.Vec", name)}
    home = clone(tmp_path / "it", files)

    ran = init(home, capsys, "--json")

    assert ran.code == 0, ran.err
    assert ran.record["templates"] == ["gated-release"]
    text = home.text(f"{WORKFLOWS}/gated-release.yml")
    assert name not in text or name in ("a b",)


@pytest.mark.parametrize(
    "folder",
    [
        "a b",
        "x: y",
        "# c",
        "${{ github.token }}",
        "a'b",
        'a"b',
        "-rf",
        "$(id)",
        "a,b",
        "é",
        "\u202e",
    ],
)
def test_a_folder_stands_as_a_text_or_not_at_all(
    tmp_path: Path, capsys: Capsys, folder: str
) -> None:
    """A gate reads `version-sources` as lines and commas; GitHub reads `${{` as its own."""
    home = clone(tmp_path / "it", {f"{folder}/pyproject.toml": PYTHON["pyproject.toml"]})

    ran = init(home, capsys, "--json")

    if "${{" in folder or folder == "\u202e":
        assert ran.code == 2
        assert "a value cannot stand in a workflow" in ran.err
        assert not (home.folder / CONFIG).exists()
        return
    assert ran.code == 0, ran.err
    written = yaml.safe_load(home.text(f"{WORKFLOWS}/pypi.yml"))
    build = [s for s in written["jobs"]["build"]["steps"] if s.get("name") == "Build"]
    assert build[0]["working-directory"] == folder
    assert folder not in build[0]["run"]


def test_a_folder_that_a_script_would_read_as_more_keeps_one_release_for_all_away(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", {**CRATES, "a;id/pyproject.toml": PYTHON["pyproject.toml"]})

    ran = init(home, capsys, "--json", "--dry-run")
    asked = init(home, capsys, "--template", "rust-python")

    assert ran.record["templates"] == ["crates", "pypi"]
    assert asked.code == 2
    assert "cannot stand in its jobs and scripts" in asked.err


def test_names_of_files_and_packages_are_one_line_in_what_is_told(
    tmp_path: Path, capsys: Capsys
) -> None:
    files = {
        "odd\n::error::x/package.json": "{",
        "web/package.json": '{"name": "x\\u001b[2J\\n::set-output::", "version": "1.0.0"}',
    }
    home = clone(tmp_path / "it", files)

    ran = init(home, capsys)

    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out
    assert not [line for line in ran.out.splitlines() if line.startswith("::")]


def test_a_branch_that_would_be_more_than_a_word_is_no_part_of_an_expression(
    tmp_path: Path, capsys: Capsys
) -> None:
    home = clone(tmp_path / "it", NODE)
    home.write({f"{WORKFLOWS}/ci.yml": CI.replace("[main]", "['**']")}).commit()
    git(home.folder, "branch", "release/x")

    ran = init(home, capsys, "--branch", "x'||true||'")
    plain = init(home, capsys, "--template", "gated-release", "--branch", "x'||true||'")

    assert ran.code == 2
    assert "cannot stand in its expressions" in ran.err
    assert plain.code == 0
    assert tomllib.loads(home.text(CONFIG))["guard-release-tag"]["branch"] == "x'||true||'"
    assert "||true||" not in home.text(f"{WORKFLOWS}/gated-release.yml")


def test_workflows_and_manifests_that_lead_out_of_the_tree_are_not_read(
    tmp_path: Path, capsys: Capsys
) -> None:
    outside = tmp_path / "secret.toml"
    outside.write_text(CRATES["Cargo.toml"])
    home = clone(tmp_path / "it", {"README.md": "x"})
    (home.folder / "Cargo.toml").symlink_to(outside)
    home.commit()

    ran = init(home, capsys, "--json")

    assert ran.record["templates"] == ["gated-release"]
    assert len(documents(home)) == 2
