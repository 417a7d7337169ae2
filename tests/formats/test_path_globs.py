"""Which paths a glob takes in, and who a commit is by."""

from __future__ import annotations

import pytest

from release_actions.formats.identity import ROBOT, Identity
from release_actions.formats.path_globs import PathGlobs


@pytest.mark.parametrize(
    ("glob", "path", "match"),
    [
        ("Cargo.toml", "Cargo.toml", True),
        ("Cargo.toml", "crates/Cargo.toml", False),
        ("Cargo.toml", "Cargo_toml", False),
        ("*.md", "a.md", True),
        ("*.md", "docs/a.md", False),
        ("**/*.md", "a.md", True),
        ("**/*.md", "docs/deep/a.md", True),
        ("crates/*/Cargo.toml", "crates/a/Cargo.toml", True),
        ("crates/*/Cargo.toml", "crates/a/b/Cargo.toml", False),
        ("docs/", "docs/deep/a", True),
        ("docs/", "docs", False),
        ("docs/**", "docs/deep/a", True),
        ("**", "a\nb", True),
        ("a?c", "abc", True),
        ("a?c", "a/c", False),
        ("[a]", "a", False),
        ("[a]", "[a]", True),
    ],
)
def test_a_glob_takes_in_whole_paths(glob: str, path: str, match: bool) -> None:
    assert PathGlobs(glob).match(path) is match


def test_no_glob_takes_in_nothing() -> None:
    assert not PathGlobs("").match("a")


@pytest.mark.parametrize("raw", ["/a", "!a", "a/../b", ":(top)a", "a\\b"])
def test_a_glob_that_is_none(raw: str) -> None:
    with pytest.raises(ValueError, match=r"crates/\*/Cargo.toml"):
        PathGlobs(f"ok\n{raw}")


def test_an_identity_is_a_name_and_an_address() -> None:
    identity = Identity("Mona Lisa <mona@example.com>")
    assert (identity.name, identity.address) == ("Mona Lisa", "mona@example.com")
    assert ROBOT.name == "github-actions[bot]"


@pytest.mark.parametrize(
    "raw", ["Mona", "<a@b>", "Mona <a b>", "Mona. <a@b>", " Mona <a@b>", "M\nx <a@b>", "A <b> <c>"]
)
def test_what_git_would_change_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="a name and an address"):
        Identity(raw)
