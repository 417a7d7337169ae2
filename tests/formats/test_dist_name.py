"""What a file name says, by `packaging`; platforms by whole tags."""

from __future__ import annotations

import pytest

from release_actions.formats import dist_name
from release_actions.formats.dist_name import Platforms, ProjectName, PythonVersion


def test_a_wheel_says_its_project_version_and_platforms() -> None:
    found = dist_name.read("Acme.App-1.2.0rc1-cp312-cp312-manylinux1_x86_64.win_amd64.whl")
    assert (found.kind, found.project, found.version) == ("wheel", "acme-app", "1.2.0rc1")
    assert found.platforms == ("manylinux_2_5_x86_64", "win_amd64")
    assert found.stem == "Acme.App-1.2.0rc1"


def test_an_sdist_has_no_platform() -> None:
    found = dist_name.read("acme_app-1.2.0.tar.gz")
    assert (found.kind, found.project, found.platforms) == ("sdist", "acme-app", ())


@pytest.mark.parametrize(
    "name",
    [
        "acme_app-1.2.0.zip", "acme_app.whl", "acme_app-1.2.0.egg", "../a-1.tar.gz", "-a-1.tar.gz",
        "a-1.tar.gz\n", "a b-1.tar.gz", "a..b-1.tar.gz", "", ".a-1.tar.gz", "a-x-py3-none-any.whl",
        "é-1.tar.gz", "a-1-py3-none-any.whl.asc",
    ],
)  # fmt: skip
def test_what_names_no_dist_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        dist_name.read(name)


def test_only_this_project_and_version_is_ours() -> None:
    project, version = ProjectName("Acme.App"), PythonVersion("1.2")
    assert dist_name.of("acme_app-1.2.tar.gz", project, version)
    assert dist_name.of("acme_app-1.2.0.tar.gz", project, version)
    assert dist_name.of("acme_app-1.3.tar.gz", project, version) is None
    assert dist_name.of("acme-1.2.tar.gz", project, version) is None
    assert dist_name.of("README.md", project, version) is None


@pytest.mark.parametrize(
    ("asked", "tag", "served"),
    [
        ("manylinux_x86_64", "manylinux_2_28_x86_64", True),
        ("manylinux_x86_64", "macosx_11_0_x86_64", False),  # D-O6
        ("manylinux_x86_64", "musllinux_1_2_x86_64", False),
        ("manylinux_x86_64", "manylinux_2_28_aarch64", False),
        ("manylinux2014_x86_64", "manylinux_2_17_x86_64", True),
        ("manylinux_2_17_x86_64", "manylinux_2_28_x86_64", False),
        ("macosx_arm64", "macosx_11_0_universal2", True),
        ("macosx_universal2", "macosx_11_0_arm64", False),
        ("macosx_x86_64", "macosx_10_9_x86_64", True),
        ("win_amd64", "win_amd64", True),
        ("win_amd64", "win_arm64", False),
        ("any", "any", True),
        ("x86_64", "manylinux_2_28_x86_64", False),
        ("linux_x86_64", "manylinux_2_28_x86_64", False),
    ],
)
def test_a_platform_is_served_by_whole_tags_alone(asked: str, tag: str, served: bool) -> None:
    assert (Platforms(asked).missing([tag]) == ()) is served


@pytest.mark.parametrize("raw", ["", "a-", "../x", "é", "a b", "x" * 300])
def test_what_is_no_project_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="a project's name"):
        ProjectName(raw)
