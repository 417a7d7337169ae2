"""A prerelease is one by its class; the latest is so by its version, never by time."""

from __future__ import annotations

import pytest

from release_actions.formats.release_class import ReleaseClass
from release_actions.formats.release_family import ReleaseFamily
from release_actions.formats.release_marks import Choice, Marks
from release_actions.formats.tag_pattern import TagPattern

FAMILIES = {
    "rom": ReleaseFamily(TagPattern("ROM_{date}_rc{number}"), class_="stable"),
    "node": ReleaseFamily(TagPattern("node-v{version}")),
}
MARKS = Marks("", FAMILIES, {"rc": ReleaseClass(prerelease=False)})


@pytest.mark.parametrize(
    ("tag", "choice", "is_one"),
    [
        ("v1.2.0", "auto", False),
        ("v1.2.0-beta.1", "auto", True),
        ("v1.2.0-rc.1", "auto", False),  # by its table
        ("v1.2.0", "true", True),
        ("v1.2.0-beta.1", "false", False),
        ("nightly", "true", True),
    ],
)
def test_a_prerelease_is_by_class_unless_it_is_said(tag: str, choice: Choice, is_one: bool) -> None:
    """W24, D-M11."""
    assert MARKS.prerelease(tag, choice) is is_one


def test_a_tag_of_no_family_tells_why() -> None:
    assert "shape" in str(MARKS.prerelease("nightly", "auto"))
    assert MARKS.highest("nightly", ["v1.0.0"]) is None


@pytest.mark.parametrize(
    ("family", "tag", "others", "highest"),
    [
        ("", "v1.10.0", ["v1.9.0", "v1.2.0"], None),
        ("", "v1.9.0", ["v1.10.0", "v1.9.1"], "v1.10.0"),
        ("", "v1.0.0", ["node-v9.0.0", "v0.9.0", "x"], None),
        ("", "v1.0.0", ["v1.0.0"], None),
        ("", "v1.0.0-rc.1", ["v1.0.0"], "v1.0.0"),
        ("node", "node-v1.0.0", ["v9.0.0", "node-v1.0.1"], "node-v1.0.1"),
        ("rom", "ROM_20260101_rc01", ["ROM_20260101_rc02"], "ROM_20260101_rc02"),
        ("rom", "ROM_20260102_rc01", ["ROM_20260101_rc02"], None),
    ],
)
def test_the_highest_is_by_version_within_the_family(
    family: str, tag: str, others: list[str], highest: str | None
) -> None:
    assert Marks(family, FAMILIES, {}).highest(tag, others) == highest
