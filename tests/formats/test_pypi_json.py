"""PyPI's JSON, of a version and of a project: whole, and of what was asked, or an error."""

from __future__ import annotations

from typing import Any

import pytest

from release_actions.formats import pypi_json
from release_actions.formats.dist_name import ProjectName, PythonVersion

PROJECT, VERSION = ProjectName("acme-app"), PythonVersion("1.2.0")
INDEX = "https://x.example/simple/"
INFO = {"name": "Acme.App", "version": "1.2.0"}
FILE = {
    "filename": "acme_app-1.2.0.tar.gz",
    "url": "https://f.example/acme_app-1.2.0.tar.gz",
    "digests": {"sha256": "a" * 64},
    "size": 5,
    "yanked": True,
    "yanked_reason": "bad",
}


def version(**more: Any) -> pypi_json.ProjectFiles:
    told = {"info": INFO, "urls": [FILE]} | more
    return pypi_json.read_version(told, PROJECT, VERSION, INDEX)


def project(releases: Any) -> pypi_json.ProjectFiles:
    return pypi_json.read_project({"info": INFO, "releases": releases}, PROJECT, VERSION, INDEX)


def test_each_file_is_told_with_its_digest_size_and_whether_it_is_yanked() -> None:
    (file,) = version().files.values()
    assert (file.name, file.sha256, file.size, file.yanked) == (
        FILE["filename"], "a" * 64, 5, "bad",
    )  # fmt: skip
    (plain,) = version(urls=[FILE | {"yanked": False}]).files.values()
    assert plain.yanked is None


def test_a_project_tells_of_the_version_however_it_spells_it() -> None:
    """PEP 440: 1.2 is 1.2.0; versions from before it are nobody's any more."""
    found = project({"1.2": [FILE], "1.1.0": [FILE], "ancient-one": [FILE]})
    assert list(found.files) == [FILE["filename"]]
    assert found.other == "1.1.0"
    empty = project({"1.3.0": [], "2004d.x": [FILE]})
    assert (empty.files, empty.other) == ({}, None)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"info": INFO | {"name": "other"}}, id="another project"),
        pytest.param({"info": INFO | {"version": "9"}}, id="another version"),
        pytest.param({"urls": {}}, id="files that are no list"),
        pytest.param({"urls": [FILE | {"filename": "a/b"}]}, id="a path"),
        pytest.param({"urls": [FILE | {"url": "ftp://x/y"}]}, id="another scheme"),
        pytest.param({"urls": [FILE | {"digests": {"sha256": "A" * 64}}]}, id="no digest"),
        pytest.param({"urls": [FILE | {"digests": ["x"]}]}, id="digests that are a list"),
        pytest.param({"urls": [FILE, FILE | {"size": 6}]}, id="one file twice, differently"),
        pytest.param({"urls": [7]}, id="a number"),
    ],
)
def test_what_is_not_that_is_an_error(more: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        version(**more)


def test_a_project_without_a_list_of_releases_is_an_error() -> None:
    with pytest.raises((TypeError, KeyError)):
        project([FILE])
    with pytest.raises(KeyError):
        pypi_json.read_project({"info": INFO}, PROJECT, VERSION, INDEX)
