"""What would be published is what somebody meant to publish, by name."""

from __future__ import annotations

import pytest

from release_actions.formats.version_places.place import Manifest, Package
from release_actions.formats.version_places.publish_list import compared

CORE = Manifest("core/Cargo.toml", Package("cargo", "core"))
TOOLS = Manifest("tools/Cargo.toml", Package("cargo", "tools"), published=False)
VIRTUAL = Manifest("Cargo.toml", None)


@pytest.mark.parametrize(
    ("listed", "unlisted", "absent", "withheld"),
    [
        pytest.param(["core"], (), (), (), id="alike"),
        pytest.param([], (CORE,), (), (), id="nobody meant it (W4)"),
        pytest.param(["core", "gone"], (), ("gone",), (), id="a name that is no package"),
        pytest.param(["core", "tools"], (), (), (TOOLS,), id="a package that is never published"),
    ],
)
def test_tree_and_list_are_compared_both_ways(
    listed: list[str],
    unlisted: tuple[Manifest, ...],
    absent: tuple[str, ...],
    withheld: tuple[Manifest, ...],
) -> None:
    found = compared([CORE, TOOLS, VIRTUAL], listed)
    assert (found.unlisted, found.absent, found.withheld) == (unlisted, absent, withheld)
    assert bool(found) is bool(unlisted or absent or withheld)
