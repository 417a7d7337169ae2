"""What a package holds is told from the tree, by git and by its manifest (O30)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.actions.lint_release_workflow.flows import CLIFF, GOOD, RELEASE, Lint, lay, lint, without
from tests.probe import git

CRATE = {
    "Cargo.toml": '[workspace]\nmembers = ["core"]\n',
    "core/Cargo.toml": '[package]\nname = "ordvec"\nversion = "0.1.0"\n',
    "core/README.md": "# ordvec\n\nSee [the source](src/lib.rs#L3) and [docs](https://docs.rs/ordvec).\n",
    "core/LICENSE": "MIT\n",
    "core/src/lib.rs": "",
    "core/tests/data/big.bin": "x",
    "core/fuzz/Cargo.toml": "[package]\n",
    "core/fuzz/src/main.rs": "",
    ".gitignore": "*.cdx.json\n/target\n",
}


def tree(folder: Path, **files: str | None) -> None:
    """A repository of it, with some files otherwise or not there."""
    named = {
        key.replace("__", "/").replace("_toml", ".toml").replace("_md", ".md"): v
        for key, v in files.items()
    }
    texts = {RELEASE: GOOD, "cliff.toml": CLIFF} | CRATE | named
    lay(folder, {path: text for path, text in texts.items() if text is not None})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "begin")


def packed(folder: Path, **inputs: Any) -> Lint:
    config = {"packages": ["core"], "required-files": ["LICENSE", "README.md", "src/lib.rs"]}
    return lint(folder, without() | config | {k.replace("_", "-"): v for k, v in inputs.items()})


def test_a_whole_package_passes(tmp_path: Path) -> None:
    tree(tmp_path)

    found = packed(
        tmp_path, forbidden_prefixes=["fuzz", "target"], generated=["core/sbom.cdx.json"]
    )

    assert found.bad == set()
    assert "each package holds what it must" in found.told("required-file")


def test_without_packages_nothing_is_said_of_them(tmp_path: Path) -> None:
    tree(tmp_path)

    assert not {"required-file", "readme-link", "not-ignored"} & {
        f.rule for f in lint(tmp_path).findings
    }


def manifest(more: str) -> str:
    return CRATE["core/Cargo.toml"] + more


@pytest.mark.parametrize(
    ("files", "inputs", "expected"),
    [
        pytest.param(
            {"core__LICENSE": None}, {}, "required-file core/Cargo.toml:0", id="not there"
        ),
        pytest.param(
            {"core__Cargo_toml": manifest('exclude = ["/LICENSE"]\n')},
            {},
            "required-file core/Cargo.toml:0",
            id="excluded by its path",
        ),
        pytest.param(
            {"core__Cargo_toml": manifest('include = ["/src", "README.md"]\n')},
            {},
            "required-file core/Cargo.toml:0",
            id="not included",
        ),
        pytest.param(
            {},
            {"forbidden_prefixes": ["tests/data"]},
            "forbidden-file core/tests/data/big.bin:0",
            id="below a forbidden folder",
        ),
        pytest.param(
            {"core__Cargo_toml": manifest('include = ["src/", "tests", "LICENSE", "README.md"]\n')},
            {"forbidden_prefixes": ["tests"]},
            "forbidden-file core/tests/data/big.bin:0",
            id="included, and forbidden",
        ),
        pytest.param(
            {"core__README_md": "# a\n\n[b](../THREAT_MODEL.md)\n"},
            {},
            "readme-link core/README.md:3",
            id="a link above the package",
        ),
        pytest.param(
            {"core__README_md": "a\n\n![b](img/gone.png 'x')\n"},
            {},
            "readme-link core/README.md:3",
            id="a picture that is not there",
        ),
        pytest.param(
            {"core__README_md": "[b]\n\n[b]: fuzz/src/main.rs\n"},
            {},
            "readme-link core/README.md:3",
            id="a link into another package",
        ),
        pytest.param(
            {"core__README_md": '<a href="/LICENSE">x</a>\n'},
            {},
            "readme-link core/README.md:1",
            id="a link from the root",
        ),
        pytest.param(
            {}, {"generated": ["core/sbom.json"]}, "not-ignored .gitignore:0", id="not ignored"
        ),
    ],
)
def test_what_is_wrong_in_a_package_is_told(
    files: dict[str, str | None], inputs: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    tree(tmp_path, **files)

    assert packed(tmp_path, **inputs).bad == {expected}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({"core__Cargo_toml": manifest('exclude = ["tests/**"]\n')}, id="excluded"),
        pytest.param(
            {"core__Cargo_toml": manifest('exclude = ["data/"]\n')}, id="excluded by name"
        ),
        pytest.param(
            {
                "core__Cargo_toml": manifest(
                    'include = ["**/*.rs", "LICENSE", "README.md", "!tests"]\n'
                )
            },
            id="included less some",
        ),
    ],
)
def test_cargos_own_patterns_are_known(files: dict[str, str | None], tmp_path: Path) -> None:
    tree(tmp_path, **files)

    assert packed(tmp_path, forbidden_prefixes=["tests"]).bad == set()


def test_links_in_code_and_comments_are_none(tmp_path: Path) -> None:
    """D-O13 the other way: what nobody sees is not held against anybody."""
    text = "`[a](b)`\n```\n[a](b)\n```\n<!-- [a](b)\n[c](d) -->\n[top](#x) [mail](mailto:a@b.c)\n"
    tree(tmp_path, core__README_md=text)

    assert packed(tmp_path).bad == set()


def test_a_readme_from_above_is_read_as_it_stands_in_the_package(tmp_path: Path) -> None:
    tree(
        tmp_path,
        core__README_md=None,
        README_md="[a](core/src/lib.rs)\n[b](src/lib.rs)\n",
        core__Cargo_toml=manifest('readme = "../README.md"\n'),
    )

    assert packed(tmp_path).bad == {"readme-link README.md:1"}


def test_no_readme_has_no_links(tmp_path: Path) -> None:
    tree(tmp_path, core__Cargo_toml=manifest("readme = false\n"), core__README_md="[a](b)\n")
    assert packed(tmp_path).bad == set()

    tree(tmp_path / "b", core__README_md=None)
    assert packed(tmp_path / "b", required_files=["LICENSE"]).bad == set()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        pytest.param({"core__Cargo_toml": "package = 1\n"}, "no table", id="no table"),
        pytest.param({"core__Cargo_toml": "[package\n"}, "Cargo.toml", id="no TOML"),
        pytest.param({"core__Cargo_toml": "a = " + "[" * 9_999}, "nested", id="nested to break us"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_unknown(
    files: dict[str, str | None], why: str, tmp_path: Path
) -> None:
    tree(tmp_path, **files)

    found = packed(tmp_path)

    assert found.unknown == {"unknown-package"}
    assert why in found.told("unknown-package")


def test_a_package_that_is_not_there_and_a_folder_that_is_no_clone_are_unknown(
    tmp_path: Path,
) -> None:
    tree(tmp_path)
    assert packed(tmp_path, packages=["cores"]).unknown == {"unknown-package"}

    lay(tmp_path / "bare", {RELEASE: GOOD, **CRATE})
    (tmp_path / ".git").rename(tmp_path / "git")
    found = packed(tmp_path / "bare", generated=["core/x.cdx.json"])
    assert found.unknown == {"unknown-package", "not-ignored"}


def test_a_package_at_the_top_is_known(tmp_path: Path) -> None:
    top = {
        "Cargo_toml": '[package]\nname = "a"\nexclude = ["/core", ".github/"]\n',
        "LICENSE": "MIT",
    }
    tree(tmp_path, **top, README_md="[a](LICENSE)\n")

    found = packed(
        tmp_path, packages=["."], required_files=["LICENSE"], forbidden_prefixes=["core"]
    )

    assert found.bad == set()
