"""Which versions a branch carries; a false yes would tag 49.0.0 on release-48.0.0 (D-W7)."""

from __future__ import annotations

import pytest

from release_actions.formats.release_branch import numbers, why_not
from release_actions.formats.tag_pattern import BranchPattern
from release_actions.formats.versions import Version


@pytest.mark.parametrize(
    ("branch", "named"),
    [
        ("main", ()),
        ("release", ()),
        ("release-48.0.0", (48, 0, 0)),
        ("release/1.2", (1, 2)),
        ("release/v1.2.3", (1, 2, 3)),
        ("1.2.x", (1, 2)),
        ("1.x", (1,)),
        ("v2", (2,)),
        ("stable/3", (3,)),
        ("release/attestation-service/1.6", (1, 6)),
        ("release-48.0.0-backport-2", (48, 0, 0)),
        ("2024-06-release-1.2", (1, 2)),
        ("py3-release", ()),
        ("arm64", ()),
        ("release1.2", (1, 2)),
        ("1.2-to-1.3", (1, 3)),
        ("a-1.2.3.4", ()),
    ],
)
def test_what_a_name_says(branch: str, named: tuple[int, ...]) -> None:
    assert numbers(branch) == named


@pytest.mark.parametrize(
    ("version", "branch", "carried"),
    [
        ("48.0.0", "release-48.0.0", True),
        ("48.0.0-rc.1", "release-48.0.0", True),
        ("48.0.1", "release-48.0.0", True),
        ("48.0.12-rc.3", "release-48.0.0", True),
        ("48.0.0", "release-48.0.1", False),
        ("48.1.0", "release-48.0.0", False),
        ("49.0.0", "release-48.0.0", False),
        ("8.0.0", "release-48.0.0", False),
        ("1.2.9", "release/1.2", True),
        ("1.3.0", "release/1.2", False),
        ("2.7.1", "v2", True),
        ("3.0.0", "v2", False),
        ("9.9.9", "main", True),
    ],
)
def test_a_branch_carries_its_version_and_the_patches_of_it(
    version: str, branch: str, carried: bool
) -> None:
    assert (why_not(Version(version), branch) == "") is carried


@pytest.mark.parametrize(
    ("version", "branch", "pattern", "why"),
    [
        ("48.0.1", "release-48.0.0", "release-{version}", ""),
        ("48.0.1", "release-48.0.0-rc.1", "release-{version}", ""),
        ("48.0.0", "release-48.0.1", "release-{version}", "and its patches, not 48.0.0"),
        ("1.2.3", "release/1.2", "release/{major}.{minor}", ""),
        ("1.3.0", "release/1.2", "release/{major}.{minor}", "carries 1.2 and its patches"),
        ("1.3.0", "r1", "r{major}", ""),
        ("1.3.0", "r1.3.1", "r{major}.{minor}.{patch}", "carries 1.3.1"),
        ("1.3.0", "release-1.3", "release/{major}.{minor}", "does not have the shape"),
        ("1.3.0", "xrelease/1.3", "release/{major}.{minor}", "does not have the shape"),
        ("1.3.0", "trunk", "main", "does not have the shape"),
        ("1.3.0", "main", "main", ""),
        ("2.3.0", "m3", "m{minor}", ""),
    ],
)
def test_a_pattern_says_where_the_version_stands(
    version: str, branch: str, pattern: str, why: str
) -> None:
    found = why_not(Version(version), branch, BranchPattern(pattern))
    assert why in found
    assert bool(found) is bool(why)
