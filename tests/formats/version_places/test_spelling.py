"""A version is spelled at each place as that place spells versions."""

from __future__ import annotations

import pytest

from release_actions.formats.version_places.place import Package, Place, Role, rewritten
from release_actions.formats.version_places.spelling import says, spelled
from release_actions.formats.versions import Version


def place(text: str, *, python: bool = False, form: str = "version") -> Place:
    package = Package("plain", "")
    return Place("f", 0, 1, 3, 1, text, Role.STATEMENT, package, "k", python=python, form=form)


@pytest.mark.parametrize(
    ("text", "python", "form", "version", "wanted"),
    [
        ("1.2.3", False, "version", "1.3.0-dev", "1.3.0-dev"),
        ("1.2.3", True, "version", "1.2.3", "1.2.3"),
        ("1.2.3", True, "version", "1.2.0-rc.1", "1.2.0rc1"),
        ("1.2.3", True, "version", "1.3.0-dev", "1.3.0.dev0"),
        ("1.2.3", True, "version", "1.3.0-alpha.2", "1.3.0a2"),
        ("1.2.0-rc.1", True, "version", "1.2.0-rc.1", "1.2.0-rc.1"),
        ("1.2.0.RC1", True, "version", "1.2.0-rc.1", "1.2.0.RC1"),
        ("1.2.0-rc.1", True, "version", "1.2.0-rc.2", "1.2.0rc2"),
        ("1", False, "major", "49.2.3-dev", "49"),
        ("1", False, "minor", "49.2.3-dev", "2"),
        ("1", True, "patch", "49.2.3-dev", "3"),
    ],
)
def test_a_version_is_spelled_as_the_place_has_it(
    text: str, python: bool, form: str, version: str, wanted: str
) -> None:
    """PEP 440 in Python's files; an equal spelling is kept; W8's numbers have no pre-release."""
    there = place(text, python=python, form=form)
    assert spelled(there, Version(version)) == wanted
    assert says(there, Version(version)) == (text == wanted)


@pytest.mark.parametrize("version", ["1.2.0-unstable", "1.2.0-1", "1.2.0-alpha.beta"])
def test_what_pep_440_cannot_say_is_refused(version: str) -> None:
    """1.2.0-1 would be read as the post-release after 1.2.0."""
    with pytest.raises(ValueError, match=f"f:3: {version} has no spelling by PEP 440"):
        spelled(place("1.2.3", python=True), Version(version))
    assert not says(place("1.2.3", python=True), Version(version))


def test_a_python_spelling_is_no_semver() -> None:
    assert not says(place("1.2.0rc1"), Version("1.2.0-rc.1"))


def test_a_place_that_is_not_there_any_more_is_not_written() -> None:
    """A file that changed since it was read, and two places that overlap."""
    with pytest.raises(ValueError, match="f:3: `1` does not stand there any more"):
        rewritten(b"2", [(place("1"), "3")])
    with pytest.raises(ValueError, match="does not stand there"):
        rewritten(b"1", [(place("1"), "3"), (place("1"), "4")])
