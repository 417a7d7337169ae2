"""The steps: what each operation makes of a version, by the very table that the docs page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_actions import house
from release_actions.formats.version_steps import STEPS, Bumps, Cycle, Suffix, lower, step
from release_actions.formats.versions import Version

PAGE = house.root() / "docs" / "bump-lockstep-version.md"


def tables() -> list[list[list[str]]]:
    """The cells of the page's tables of steps, without their rules of dashes."""
    text = PAGE.read_text(encoding="utf-8").partition("<!-- steps: -->")[2]
    text = text.partition("<!-- steps end -->")[0]
    found = [block for block in re.split(r"\n\n", text) if block.lstrip().startswith("|")]
    lines = [[line for line in block.split("\n") if line.startswith("| ")] for block in found]
    return [[[c.strip() for c in line.strip("|").split("|")] for line in rows] for rows in lines]


def rows() -> Iterator[Any]:
    (head, *plain), (_, *more) = tables()
    for current, *cells in plain:
        for operation, new in zip(head[1:], cells, strict=True):
            yield pytest.param(Cycle(), current, operation, new, id=f"{current} {operation}")
    for settings, current, operation, new in more:
        name, _, value = settings.partition(" = ")
        settings_given: dict[str, Any] = {
            "development": {"development": Suffix(value)} if name == "development" else {},
            "adds-development": {"develops": Bumps(value)} if name == "adds-development" else {},
            "dev-bumps": {"next": value},
        }
        cycle = Cycle(**settings_given[name])
        yield pytest.param(cycle, current, operation, new, id=f"{settings}: {current} {operation}")


@pytest.mark.parametrize(("cycle", "current", "operation", "new"), list(rows()))
def test_the_page_tells_what_each_step_leads_to(
    cycle: Cycle, current: str, operation: str, new: str
) -> None:
    """W1, C1: one truth, the table of the docs page."""
    if new == "-":
        with pytest.raises(ValueError, match=re.escape(current)):
            step(operation, Version(current), cycle)
    else:
        assert step(operation, Version(current), cycle) == new


def test_the_page_has_every_operation_and_every_form() -> None:
    (head, *plain), _ = tables()
    assert set(head[1:]) == set(STEPS)
    forms = {"1.2.3", "1.3.0-dev", "1.3.0-rc.2", "0.136.0-dev", "0.0.4"}
    assert forms <= {row[0] for row in plain}


@pytest.mark.parametrize(
    ("current", "operation", "new"),
    [
        ("1.3.0.dev0", "release", "1.3.0"),
        ("1.3.0.dev0", "rc", "1.3.0rc1"),
        ("1.3.0rc2", "rc", "1.3.0rc3"),
        ("1.3.0rc2", "drop-rc", "1.3.0"),
        ("1.2.3", "dev", "1.3.0.dev0"),
        ("0.136.0.dev0", "minor", "0.137.0"),
    ],
)
def test_a_python_file_goes_the_same_way_in_its_own_spelling(
    current: str, operation: str, new: str
) -> None:
    version = Version.of(current, python=True)
    assert version is not None
    assert step(operation, version).spells(new, python=True)


def test_set_goes_up_or_stays_and_never_down() -> None:
    assert step("set:1.3.0", Version("1.2.3")) == "1.3.0"
    assert step("set:1.2.3", Version("1.2.3")) == "1.2.3"
    assert step("set:1.3.0", Version("1.3.0-dev")) == "1.3.0"
    for down in ("1.2.2", "1.2.3-rc.1", "0.9.9"):
        with pytest.raises(ValueError, match=r"does not come before 1\.2\.3"):
            step(f"set:{down}", Version("1.2.3"))


@pytest.mark.parametrize("raw", ["rc", "-dev", "de v", "", "1dev", "dev.1", "dév"])
def test_a_suffix_is_one_word_and_not_the_trains_own(raw: str) -> None:
    with pytest.raises(ValueError, match="one word"):
        Suffix(raw)


def test_an_operation_that_does_not_bump_adds_no_suffix() -> None:
    assert Bumps("patch\nmajor") == ("major", "patch")
    with pytest.raises(ValueError, match="some of major"):
        Bumps("rc")


numbers = st.integers(0, 999)
pres = st.sampled_from(["", "-dev", "-rc.1", "-rc.12", "-dev.0", "-unstable"])
versions = st.builds("{}.{}.{}{}".format, numbers, numbers, numbers, pres).map(Version)
cycles = st.builds(
    Cycle,
    st.sampled_from([Suffix("dev"), Suffix("unstable")]),
    st.sampled_from([Bumps(""), Bumps("major"), Bumps("major\nminor\npatch")]),
    st.sampled_from(["major", "minor", "patch"]),
)


@given(st.sampled_from(["major", "minor", "patch", "dev", "release"]), versions, cycles)
def test_these_never_lead_down_nor_stay(operation: str, current: Version, cycle: Cycle) -> None:
    try:
        new = step(operation, current, cycle)
    except ValueError:
        return
    assert not lower(new, current)
    assert new != current


@given(versions, cycles)
def test_a_train_counts_its_candidates_and_drops_them(current: Version, cycle: Cycle) -> None:
    first = step("drop-rc", current, cycle)
    candidate = step("rc", first, cycle)
    assert candidate == f"{first}-rc.1"
    assert step("rc", candidate, cycle) == f"{first}-rc.2"
    assert step("drop-rc", candidate, cycle) == first
