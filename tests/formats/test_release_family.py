"""Families of tags: what a pattern reads it writes again, and what a class demands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from release_actions.formats import release_family
from release_actions.formats.allowed_signers import AllowedSigners
from release_actions.formats.release_class import ReleaseClass, RuleIds, demands
from release_actions.formats.release_family import BUILT_IN, patched
from release_actions.formats.tag_pattern import BranchPattern, Date, Parts, TagPattern
from release_actions.formats.versions import Version

ROM = TagPattern("ROM_EXT_BUILD_{date}_rc{number}")


@pytest.mark.parametrize(
    ("pattern", "tag", "parts"),
    [
        ("v{version}", "v1.2.3-rc.1+x", Parts(Version("1.2.3-rc.1+x"))),
        (ROM, "ROM_EXT_BUILD_20240229_rc07", Parts(None, Date("20240229"), 7)),
        ("{version}-final", "1.2.3-final", Parts(Version("1.2.3"))),
        ("a.b-{date}", "a.b-20260101", Parts(None, Date("20260101"))),
    ],
)
def test_what_is_read_is_written_again(pattern: str, tag: str, parts: Parts) -> None:
    assert TagPattern(pattern).read(tag) == parts
    assert TagPattern(pattern).write(parts) == tag


@pytest.mark.parametrize("tag", ["axb-20260101", "a.b-20260101\n", "xa.b-20260101", "a.b-2026010١"])
def test_the_text_is_taken_as_it_is(tag: str) -> None:
    with pytest.raises(ValueError, match="shape"):
        TagPattern("a.b-{date}").read(tag)


@pytest.mark.parametrize(
    "raw",
    ["", "v", "{x}", "{version", "version}", "{}", "{{version}}", "{date}{number}", "{date} x",
     "{date}-{date}", "{version.x}"],
)  # fmt: skip
def test_a_pattern_has_places_that_are_known(raw: str) -> None:
    with pytest.raises(ValueError, match="a tag pattern such as"):
        TagPattern(raw)


def test_the_prefix_ends_at_the_first_place_that_is_open() -> None:
    assert ROM.prefix(Parts(date=Date("20260513"))) == "ROM_EXT_BUILD_20260513_rc"
    assert ROM.prefix(Parts()) == "ROM_EXT_BUILD_"
    assert TagPattern("v{version}").prefix(Parts(Version("1.0.0"))) == "v1.0.0"


@pytest.mark.parametrize("raw", ["20260230", "20261301", "2026051", "202605133", "2026-5-1"])
def test_a_date_is_one_that_the_calendar_has(raw: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        Date(raw)


def test_a_day_is_written_with_all_its_digits() -> None:
    assert Date.of(date(2026, 5, 3)) == "20260503"


def test_a_branch_is_written_by_the_version() -> None:
    parts = Parts(Version("1.5.2"), Date("20260513"))
    assert BranchPattern("release/{major}.{minor}").write(parts) == "release/1.5"
    assert BranchPattern("r/{version}/{patch}/{date}").write(parts) == "r/1.5.2/2/20260513"
    assert BranchPattern("main").write(Parts()) == "main"
    assert BranchPattern("x/{date}").fits(ROM)
    assert not BranchPattern("x/{major}").fits(ROM)
    for raw in ("r/{number}", "r/{", "a b"):
        with pytest.raises(ValueError, match="a branch such as"):
            BranchPattern(raw)


def test_the_release_that_is_patched_is_the_next_lower_final_one() -> None:
    tags = ["v1.2.0", "v1.2.10", "v1.2.9", "v1.2.12-rc.1", "v1.1.99", "v1.3.0", "x", "v1.2.12"]
    assert patched(BUILT_IN, Version("1.2.12"), tags) == "v1.2.10"
    assert patched(BUILT_IN, Version("1.2.0"), tags) is None


def test_a_table_adds_to_what_is_built_in() -> None:
    """M2: a table that says one thing does not unsay the rest."""
    hotfix = demands("hotfix", {"hotfix": ReleaseClass(signed=True)})
    assert (hotfix.signed, hotfix.base, hotfix.policy) == (True, "stable-tag", "final")
    trial = demands("rc", {})
    assert (trial.prerelease, trial.end_to_end, trial.catalog) == (True, "advisory", "optional")
    assert demands("stable", {"stable": ReleaseClass(prerelease=True)}).prerelease
    assert demands("stable", {"rc": ReleaseClass(signed=True)}).signed is False


def test_advice_is_by_whole_rule_ids() -> None:
    ids = RuleIds("guard-release-tag/not-unique, require-ci-green/no-run")
    assert ReleaseClass(advisory=ids).advice("guard-release-tag") == {"not-unique"}
    assert ReleaseClass().advice("guard-release-tag") == frozenset()


def test_a_fixed_class_is_every_tags() -> None:
    family = replace(BUILT_IN, class_="dev")
    found = release_family.read("x", family, "v1.2.3")
    assert not isinstance(found, str)
    assert found.class_ == "dev"


FINGERPRINT = "0123456789ABCDEF0123456789ABCDEF01234567"


def test_fingerprints_narrow_the_keys_down() -> None:
    spaced = " ".join(FINGERPRINT[at : at + 4] for at in range(0, 40, 4)).lower()
    signers = AllowedSigners(f"KEYS\n{spaced}\nSHA256:{'a' * 43}")
    assert signers.paths == ("KEYS",)
    assert signers.fingerprints == {FINGERPRINT, f"SHA256:{'a' * 43}"}
    assert signers.allow(FINGERPRINT)
    assert not signers.allow(FINGERPRINT[::-1])
    assert AllowedSigners("KEYS").allow(FINGERPRINT)


@pytest.mark.parametrize(
    "raw",
    [FINGERPRINT, "KEYS\nDEADBEEF", "KEYS\n0x" + "A" * 16, "KEYS\nSHA256:abc", "/x", "a/../x"],
)
def test_a_short_key_id_is_no_fingerprint(raw: str) -> None:
    with pytest.raises(ValueError, match="whole fingerprints"):
        AllowedSigners(raw)
