"""What siblings ask of each other is in step or is told, and keeps its form when it moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from release_actions.formats.version_places.cargo_toml import read
from release_actions.formats.version_places.place import Package, Place, Role
from release_actions.formats.version_places.requirements import (
    asked,
    in_step,
    wrongly_pinned,
)
from release_actions.formats.versions import Version


def requirement(text: str, name: str = "core") -> Place:
    """As Cargo.toml has it."""
    manifest = f'[package]\nname = "x"\n[dependencies]\n{name} = "{text}"\n'
    (place,) = read("x/Cargo.toml", manifest.encode()).places
    return place


def python(text: str, operator: str, *, partial: bool = False) -> Place:
    about = (1, 1, text, Role.REQUIREMENT, Package("python", "core"), "project.dependencies[0]")
    more = {"python": True, "operator": operator, "partial": partial}
    return Place("pyproject.toml", 0, len(text), *about, **more)  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize(
    ("text", "version", "fits"),
    [
        pytest.param("1.2.3", "1.2.3", True, id="bare"),
        pytest.param("=1.2.3", "1.2.3", True, id="exact"),
        pytest.param("^ 1.2.3", "1.2.3", True, id="a caret"),
        pytest.param("~1.2.3", "1.2.3", True, id="a tilde"),
        pytest.param("1.2.3-dev", "1.2.3-dev", True, id="a pre-release"),
        pytest.param("1.2.3", "1.2.3+build.5", True, id="build metadata is not asked for"),
        pytest.param("1.2", "1.2.3", True, id="a minor"),
        pytest.param("1", "1.2.3", True, id="a major"),
        pytest.param("0.5", "0.5.0", True, id="a minor of 0.x"),
        pytest.param("1.2.2", "1.2.3", False, id="taken in, and yet behind"),
        pytest.param("=1.2.3", "1.2.4", False, id="exact and behind"),
        pytest.param("1.2.3", "1.2.3-dev", False, id="a release is not its pre-release"),
        pytest.param("1.2.3-dev", "1.2.3", False, id="a pre-release is not its release"),
        pytest.param("1.2", "1.20.3", False, id="numbers, not letters"),
        pytest.param("1.2", "1.3.0", False, id="a minor behind"),
        pytest.param("1", "2.0.0", False, id="a major behind"),
        pytest.param("0.5", "0.5.0-dev", False, id="no partial takes in a pre-release"),
        pytest.param(">=1, <2", "1.2.3", False, id="a list"),
        pytest.param("1.*", "1.2.3", False, id="a wildcard"),
        pytest.param("latest", "1.2.3", False, id="none at all"),
    ],
)
def test_a_requirement_begins_at_the_version_of_its_package(
    text: str, version: str, fits: bool
) -> None:
    """W6."""
    assert in_step(requirement(text), Version(version)) is fits


@pytest.mark.parametrize(
    ("text", "new", "wanted"),
    [
        pytest.param("1.2.3", "1.2.4", "1.2.4", id="taken in already, and moved all the same"),
        pytest.param("=1.2.3", "2.0.0-rc.1", "2.0.0-rc.1", id="a pre-release"),
        pytest.param("1.2", "1.3.0", "1.3", id="a minor stays one"),
        pytest.param("1", "2.1.3", "2", id="a major stays one"),
        pytest.param("0.5", "0.6.0-dev", "0.6.0-dev", id="a pre-release makes it full"),
        pytest.param("0.5", "0.5.7", "0.5", id="nothing to do"),
        pytest.param("1.2.3", "1.3.0+build", "1.3.0", id="build metadata is not asked for"),
        pytest.param("1.2", "1.3.0+build", "1.3", id="nor by a part"),
        pytest.param("1.2.3+old", "1.2.3", "1.2.3+old", id="the same in other words"),
    ],
)
def test_a_requirement_keeps_its_form(text: str, new: str, wanted: str) -> None:
    assert asked(requirement(text), Version(new)) == wanted


@pytest.mark.parametrize("text", [">=1, <2", "1.*", "*", "latest", "<2.0.0"])
def test_a_form_without_one_version_is_not_moved(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be kept in step with"):
        asked(requirement(text), Version("1.2.4"))


@pytest.mark.parametrize(
    ("place", "new", "wanted"),
    [
        pytest.param(python("1.2.3", "=="), "1.3.0-rc.1", "1.3.0rc1", id="PEP 440"),
        pytest.param(python("1.2", "~=", partial=True), "1.3.0", "1.3", id="a minor"),
        pytest.param(python("1.2", "~=", partial=True), "1.3.0-rc.1", "1.3.0rc1", id="made full"),
        pytest.param(python("1.2", "==", partial=True), "1.3.0", "1.3", id="==1.2.*"),
        pytest.param(
            python("1.2", "==", partial=True), "1.3.0-rc.1", None, id="==1.3.0rc1.* is none"
        ),
        pytest.param(python("1.2.0RC1", "=="), "1.2.0-rc.1", "1.2.0RC1", id="there already"),
        pytest.param(python("1.2.3", "=="), "1.3.0-unstable.1", None, id="no spelling there"),
        pytest.param(python("1.2", "=="), "1.3.0", None, id="exact, of two numbers"),
    ],
)
def test_python_spells_it_by_pep_440(place: Place, new: str, wanted: str | None) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match="cannot be kept in step"):
            asked(place, Version(new))
    else:
        assert asked(place, Version(new)) == wanted


def test_npm_goes_on_behind_a_partial_token() -> None:
    """1.2.x would become 1.3.0-rc.1.x, which nobody reads."""
    place = requirement("1.2")._replace(package=Package("npm", "core"), operator="~")
    assert asked(place, Version("1.3.0")) == "1.3"
    with pytest.raises(ValueError, match=r"`~1\.2` is of a form"):
        asked(place, Version("1.3.0-rc.1"))


@pytest.mark.parametrize(
    ("text", "public", "wrong"),
    [
        pytest.param("1.2.3", True, False, id="public and free"),
        pytest.param("=1.2.3", True, True, id="public and exact"),
        pytest.param("=1.2", True, True, id="public and nearly exact"),
        pytest.param("~1.2.3", True, False, id="public and close"),
        pytest.param("=1.2.3", False, False, id="private and exact"),
        pytest.param("=1.2", False, True, id="private and nearly exact"),
        pytest.param("1.2.3", False, True, id="private and free"),
        pytest.param("^1.2.3", False, True, id="private with a caret"),
        pytest.param(">=1.2.3, <2", False, True, id="private and a list"),
    ],
)
def test_public_packages_are_free_and_private_ones_exact(
    text: str, public: bool, wrong: bool
) -> None:
    """W6."""
    assert wrongly_pinned(requirement(text), public=public) is wrong


def test_each_ecosystem_has_its_own_exactness() -> None:
    free = requirement("1.2.3")._replace(package=Package("npm", "core"))
    assert not wrongly_pinned(free, public=False)
    assert wrongly_pinned(free._replace(operator="^"), public=False)
    assert not wrongly_pinned(python("1.2.3", "=="), public=False)
    assert wrongly_pinned(python("1.2.3", "~="), public=False)
    assert not wrongly_pinned(free._replace(package=Package("maven", "core")), public=True)


versions = some.builds(
    "{}.{}.{}{}".format, *[some.integers(0, 99)] * 3, some.sampled_from(["", "-dev", "-rc.1"])
).map(Version)


@given(
    old=some.sampled_from(["1", "1.2", "=1.2", "1.2.3", "~1.2.3", "=1.2.3-rc.1", ">=1.0.0"]),
    new=versions,
)
def test_what_was_asked_for_is_in_step(old: str, new: Version) -> None:
    place = requirement(old)
    text = asked(place, new)
    after = requirement(f"{place.operator}{text}")
    assert in_step(after, new)
    assert after.operator == place.operator
    assert after.partial is (place.partial and not new.parts.prerelease)
    assert in_step(after, new)
