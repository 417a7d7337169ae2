"""What a tag says by its text alone: which tags are releases, and of what version and class."""

from __future__ import annotations

from typing import Any

import pytest

from release_actions.actions.guard_release_tag.asked import Inputs
from release_actions.actions.guard_release_tag.naming import decide, gather
from release_actions.errors import UsageError
from release_actions.inputs import Given, Problems, parse
from release_actions.verdict import Outcome, Verdict
from release_actions.world import World

FAMILIES = {
    "rc": {"pattern": "v{version}", "classes": ["stable", "rc", "hotfix"], "hotfix": True},
    "kms": {"pattern": "mero-kms-v{version}", "classes": ["stable", "rc"]},
    "rom": {"pattern": "ROM_EXT_RELEASE_{date}_rc{number}", "class": "stable"},
    "attestation": {"pattern": "attestation-service-v{version}"},
}


def asked(tag: str, **more: Any) -> Inputs:
    raw = {"tag": tag, "repository": "a/b", "commit": "a" * 40, "release-family": FAMILIES}
    problems = Problems()
    given = {name: Given(value, "with") for name, value in (raw | more).items()}
    inputs = parse(Inputs, given, problems)
    problems.end()
    assert inputs is not None
    return inputs


def judged(tag: str, **more: Any) -> Verdict:
    inputs = asked(tag, **more)
    return decide(inputs, gather(inputs, World()))


@pytest.mark.parametrize(
    ("tag", "family", "kind"),
    [
        pytest.param("v1.2.3", "", "stable", id="O1: strict SemVer is built in"),
        pytest.param("v0.0.0", "", "stable", id="zeros are numbers"),
        pytest.param("v1.2.3-rc.1", "rc", "rc", id="M1: a release candidate"),
        pytest.param("v1.2.0", "rc", "stable", id="M1: x.y.0 is no hotfix"),
        pytest.param(
            "v1.2.1", "rc", "hotfix", id="M1: a patch is a hotfix where the family says so"
        ),
        pytest.param("mero-kms-v2.3.11-rc.4", "kms", "rc", id="M35: a prefix"),
        pytest.param("ROM_EXT_RELEASE_20260513_rc00", "rom", "stable", id="S1: a date"),
        pytest.param("attestation-service-v1.5.0", "attestation", "stable", id="C4"),
    ],
)
def test_a_tag_of_the_family_is_a_release(tag: str, family: str, kind: str) -> None:
    inputs = asked(tag, family=family)
    release = gather(inputs, World()).release
    assert release is not None
    assert release.class_ == kind
    assert judged(tag, family=family).outcome is Outcome.OK


@pytest.mark.parametrize(
    ("tag", "family", "rule"),
    [
        pytest.param("1.2.3", "", "not-a-release", id="no v"),
        pytest.param("v1.2", "", "not-a-release", id="two numbers"),
        pytest.param("v01.2.3", "", "not-a-release", id="O1: a leading zero"),
        pytest.param("v1.2.3-rc.1", "", "wrong-class", id="O1: a suffix"),
        pytest.param("v49.0.0-dev", "", "wrong-class", id="D-W7: a development version"),
        pytest.param("archive/v1.2.3", "", "not-a-release", id="O1: a prefix with a slash"),
        pytest.param("main", "", "not-a-release", id="a branch"),
        pytest.param("v1.2.3-rc1", "kms", "not-a-release", id="another family's"),
        pytest.param("mero-kms-v1.2.3-rc1", "kms", "wrong-class", id="rc1 is not rc.1"),
        pytest.param("ROM_EXT_RELEASE_20260231_rc00", "rom", "not-a-release", id="S1: no such day"),
        pytest.param("ROM_EXT_RELEASE_20260513_rc1", "rom", "not-a-release", id="S1: one digit"),
        pytest.param("XROM_EXT_RELEASE_20260513_rc00", "rom", "not-a-release", id="more in front"),
        pytest.param(
            "attestation-service-1.5.0", "attestation", "not-a-release", id="D-C2: other format"
        ),
    ],
)
def test_any_other_tag_is_none(tag: str, family: str, rule: str) -> None:
    failed = judged(tag, family=family)
    assert failed.outcome is Outcome.FAILED
    assert [finding.rule for finding in failed.findings] == [rule]
    skipped = judged(tag, **{"family": family, "on-mismatch": "skip"})
    assert skipped.outcome is Outcome.OK


def test_the_text_says_what_is_wrong() -> None:
    assert "calendar" in judged("ROM_EXT_RELEASE_20260231_rc00", family="rom").findings[0].detail
    assert "v{version}" in judged("1.2.3").findings[0].detail
    assert "SemVer" in judged("v01.2.3").findings[0].detail


def test_the_text_says_what_is_released() -> None:
    said = judged("v1.2.3").findings[0].detail
    assert said == "it releases semver 1.2.3, class stable"
    said = judged("ROM_EXT_RELEASE_20260513_rc00", family="rom").findings[0].detail
    assert said == "it releases rom, class stable"


@pytest.mark.parametrize("skip", ["fail", "skip"])
def test_the_expected_version_is_the_tags_own(skip: str) -> None:
    """M35: the repository's variable must equal the tag's version, whatever on-mismatch says."""
    more = {"on-mismatch": skip}
    assert judged("v1.2.3", **more, **{"expected-version": "1.2.3"}).outcome is Outcome.OK
    verdict = judged("v1.2.3", **more, **{"expected-version": "1.2.4"})
    assert [finding.rule for finding in verdict.bad] == ["expected-version"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"signed": "true"}, "allowed-signers"),
        ({"release-class": {"stable": {"signed": True}}}, "allowed-signers"),
        ({"unique": "true"}, "version-sources"),
        ({"family": "rom", "version-sources": "VERSION"}, "no {version}"),
        ({"family": "rom", "expected-version": "1.2.3"}, "no {version}"),
        ({"family": "kmss"}, "did you mean `kms`?"),
        ({"release-class": {"stabel": {}}}, "release-class.stabel"),
        ({"release-class": {"stable": {"advisory": "not-unique"}}}, "guard-release-tag/not-unique"),
        ({"release-class": {"stable": {"branch": "r/{date}"}}}, "v{version} does not say"),
        ({"release-family": {"x": {"pattern": "v{semver}"}}}, "{version}, {date} and {number}"),
        ({"release-family": {"x": {"pattern": "v"}}}, "{version}, {date} and {number}"),
        ({"release-family": {"x": {"pattern": "v{date}"}}}, "class`; allowed: stable, rc"),
        ({"release-family": {"x": {"pattern": "v{version}", "classes": "beta"}}}, "classes"),
        ({"release-family": {"x": {"pattern": "v{version}", "branch": "{date}"}}}, "branch"),
        (
            {"release-family": {"x": {"pattern": "v{version}", "pairs-with": "{date}"}}},
            "pairs-with",
        ),
        ({"version-sources": "../VERSION"}, "FILE:SELECTOR"),
        ({"allowed-signers": "A" * 40}, "at least one"),
        ({"expected-version": "v1.2.3"}, "without a v"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_inputs_that_make_no_sense_are_told_by_name(more: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as error:
        asked("v1.2.3", **more)
    assert said in "\n".join(error.value.lines)
