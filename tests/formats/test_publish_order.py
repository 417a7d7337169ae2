"""Each crate after all that it needs; else as cargo has them."""

from __future__ import annotations

import pytest

from release_actions.formats.cargo_metadata import Member, Need, Workspace
from release_actions.formats.crate_index import CrateName
from release_actions.formats.publish_order import (
    CrateNames,
    RegistryName,
    allowed,
    order,
    selected,
)
from release_actions.formats.versions import Version


def member(name: str, *needs: str, registries: tuple[str, ...] | None = None) -> Member:
    asked = tuple(Need(CrateName(n), "^1.0.0", "normal") for n in needs)
    return Member(CrateName(name), Version("1.0.0"), f"/w/{name}", registries, asked)


@pytest.mark.parametrize(
    ("members", "names"),
    [
        pytest.param([member("b", "a"), member("a")], ["a", "b"], id="a chain"),
        pytest.param([member("c"), member("a"), member("b")], ["c", "a", "b"], id="none needs any"),
        pytest.param(
            [member("d", "b", "c"), member("c", "a"), member("b", "a"), member("a")],
            ["a", "c", "b", "d"],
            id="a diamond",
        ),
        pytest.param([member("b", "elsewhere")], ["b"], id="a need that is not here"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_the_order(members: list[Member], names: list[str]) -> None:
    found, cycle = order(members)
    assert ([m.name for m in found], cycle) == (names, ())


def test_a_cycle_has_no_order_and_is_named() -> None:
    found, cycle = order([member("a", "b"), member("b", "a"), member("c")])
    assert found == ()
    assert set(cycle) == {"a", "b"}


@pytest.mark.parametrize(
    ("registries", "may"),
    [(None, True), ((), False), (("crates-io",), True), (("other",), False)],
    ids=["anywhere", "nowhere (D-W15)", "there", "elsewhere"],
)
def test_what_may_be_published(registries: tuple[str, ...] | None, may: bool) -> None:
    one = member("a", registries=registries)
    assert allowed(one, RegistryName("")) is may
    assert selected(Workspace("/w", (one,)), CrateNames(""), "crates-io") == ((one,) if may else ())
    assert selected(Workspace("/w", (one,)), CrateNames("a"), "crates-io") == (one,)


@pytest.mark.parametrize("raw", ["--config", "a b", "1a", "ä"])
def test_a_registry_s_name_is_no_option(raw: str) -> None:
    with pytest.raises(ValueError, match="a registry's name"):
        RegistryName(raw)
    assert RegistryName("my-own") == "my-own"
