"""Strict SemVer, and the one other spelling that is allowed: PEP 440 in Python files."""

from __future__ import annotations

import pytest

from release_actions.formats.versions import Version, development


@pytest.mark.parametrize("text", ["1.2.3", "0.0.0", "1.2.3-rc.1", "1.2.3-0.a-b+build.5"])
def test_a_version_is_kept_as_it_is(text: str) -> None:
    assert Version(text) == text


@pytest.mark.parametrize(
    "text", ["", "v1.2.3", "1.2", "01.2.3", "1.2.3-01", "1.2.3\n", " 1.2.3", "1.2.٣", "1.2.3-"]
)
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"SemVer 2\.0"):
        Version(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1.2.3", "stable"),
        ("1.2.3+build", "stable"),
        ("1.2.3-rc.0", "rc"),
        ("1.2.3-rc", "dev"),
        ("1.2.3-rc1", "dev"),
        ("1.2.3-rc.1.x", "dev"),
        ("1.2.3-dev", "dev"),
        ("1.2.3-unstable.4", "dev"),
    ],
)
def test_the_kind_is_by_the_pre_release(text: str, kind: str) -> None:
    assert Version(text).kind == kind


@pytest.mark.parametrize(
    ("version", "text", "python", "same"),
    [
        pytest.param("1.2.0", "1.2.0", False, True, id="the same text"),
        pytest.param("1.2.0-rc.1", "1.2.0rc1", True, True, id="PEP 440"),
        pytest.param("1.2.0-alpha.2", "1.2.0a2", True, True, id="alpha is a"),
        pytest.param("1.2.0-dev", "1.2.0.dev0", True, True, id="dev is dev0"),
        pytest.param("1.2.0-rc.1", "1.2.0rc1", False, False, id="only in Python files"),
        pytest.param("1.2.0", "1.2", True, False, id="shorter is another file name on PyPI"),
        pytest.param("1.2.0", "v1.2.0", False, False, id="a v is no version"),
        pytest.param("1.2.0-1", "1.2.0.post1", True, False, id="before is not after"),
        pytest.param("1.2.0", "latest", True, False, id="no version at all"),
    ],
)
def test_spelling(version: str, text: str, python: bool, same: bool) -> None:
    assert Version(version).spells(text, python=python) is same


@pytest.mark.parametrize(
    ("text", "python", "version"),
    [
        ("1.2.3", False, "1.2.3"),
        ("1.2.3rc4", True, "1.2.3-rc.4"),
        ("1.2.3b4.dev5", True, "1.2.3-beta.4.dev.5"),
        ("1.2.3.dev0", True, "1.2.3-dev.0"),
        ("1.2.3rc4", False, None),
        ("1.2", True, None),
        ("1!1.2.3", True, None),
        ("1.2.3.post1", True, None),
        ("1.2.3+local", False, "1.2.3+local"),
        ("latest", True, None),
    ],
)
def test_a_files_version_as_a_tag_has_it(text: str, python: bool, version: str | None) -> None:
    assert Version.of(text, python=python) == version


@pytest.mark.parametrize(
    ("text", "python", "under_development"),
    [
        ("1.2.3-dev", False, True),
        ("1.2.3-unstable", False, True),
        ("1.2.3-rc.1", False, False),
        ("1.2.3", False, False),
        ("1.2.3.dev0", True, True),
        ("1.2.3rc1", True, False),
        ("latest", True, False),
    ],
)
def test_development(text: str, python: bool, under_development: bool) -> None:
    assert development(text, python=python) is under_development
