"""A changelog is read as its layout says, and an edit changes the lines concerned alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release_actions.formats.changelog import dating, notes, opening, promise
from release_actions.formats.changelog.lines import cut, joined
from release_actions.formats.changelog.sections import (
    Changelog,
    IsoDay,
    Layout,
    Problem,
    Section,
    read,
)
from release_actions.formats.versions import Version
from tests.formats.changelogs import CRATE, KEEP, PATCHED, RULE, TRAIN

DAY = IsoDay("2026-11-20")


def log(text: str | bytes, layout: Layout | None = None) -> Changelog:
    found = read(text.encode() if isinstance(text, str) else text, layout)
    assert isinstance(found, Changelog), found
    return found


def section(text: str, version: str) -> Section:
    found = log(text).only(Version(version))
    assert isinstance(found, Section), found
    return found


def stamp(text: str | bytes, version: str | None) -> bytes:
    before = log(text)
    wanted = Version(version) if version else None
    found = dating.candidate(before, wanted)
    assert isinstance(found, Section), found
    wanted = wanted or found.version
    assert wanted
    new = dating.stamp(before, found, wanted, DAY)
    assert isinstance(new, bytes), new
    return new


def refused(text: str, version: str | None) -> tuple[str, int]:
    """The rule by which it is not dated, and the line."""
    before = log(text)
    wanted = Version(version) if version else None
    found = dating.candidate(before, wanted)
    if isinstance(found, Section):
        assert wanted
        new = dating.stamp(before, found, wanted, DAY)
        assert isinstance(new, Problem), new
        found = new
    return found.rule, found.line


def begin(
    text: str, version: str, template: str = "## VERSION\n\nUnreleased.\n"
) -> bytes | Problem:
    before = log(text)
    address = "https://github.com/acme/runtime/blob/release-25.0.0/RELEASES.md"
    cycle = opening.Cycle(Version(version), "ARCHIVE_START", address, template.encode())
    begun = opening.opened(before, cycle)
    return begun if isinstance(begun, Problem) else opening.begin(before, cycle)


# Reading


@pytest.mark.parametrize(
    ("text", "layout", "versions"),
    [
        (CRATE, "keep-a-changelog", ["0.6.0", "0.5.0"]),
        (KEEP, "keep-a-changelog", ["1.1.0", "1.0.0"]),
        (TRAIN, "wasmtime", ["25.0.0"]),
        (PATCHED, "wasmtime", ["24.0.1", "24.0.0"]),
        ("## v1.2.3 (2026-01-01)\n", "keep-a-changelog", ["1.2.3"]),
        ("## [1.2.3](https://x/compare) (2026-01-01)\n", "keep-a-changelog", ["1.2.3"]),
        ("\ufeff## [1.2.3] — 2026-01-01 [YANKED]\n", "keep-a-changelog", ["1.2.3"]),
        ("## 1.2.3\r\n\r\nReleased 2026-01-01.\r\n", "wasmtime", ["1.2.3"]),
        ("## 0.18.0\n\nRelease 2020-06-09.\n", "wasmtime", ["0.18.0"]),
    ],
    ids=[
        "a crate",
        "keep a changelog",
        "an open train",
        "a patched branch",
        "a v and parentheses",
        "a link in the heading",
        "a byte order mark and a dash",
        "CRLF",
        "Release without a d",
    ],
)
def test_a_layout_is_told_by_what_is_in_the_file(
    text: str, layout: str, versions: list[str]
) -> None:
    found = log(text)
    assert found.layout == layout
    assert [s.version for s in found.sections if s.version] == versions


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "no-sections"),
        ("# Changelog\n\n### 1.2.3\n", "no-sections"),
        ("## 1.2.3\n\n- x\n", "layout-unclear"),
        ("## Unreleased\n\n## 0.25.0\n\nReleased 2021-03-16.\n", "layout-unclear"),
        ("```\n## [1.2.3] - 2026-01-01\n```\n", "no-sections"),
        ("<!--\n## [1.2.3] - 2026-01-01\n-->\n", "no-sections"),
        ("~~~~\n~~~\n## [1.2.3] - 2026-01-01\n", "no-sections"),
    ],
    ids=[
        "nothing",
        "another level",
        "no date anywhere",
        "both layouts",
        "in code",
        "in a comment",
        "in code that a shorter fence does not close",
    ],
)
def test_a_file_that_does_not_say_its_layout_is_refused(text: str, rule: str) -> None:
    found = read(text.encode())
    assert isinstance(found, Problem)
    assert found.rule == rule


def test_a_layout_that_is_given_is_not_guessed() -> None:
    mixed = "## Unreleased\n\n## 0.25.0\n\nReleased 2021-03-16.\n"
    assert log(mixed, "wasmtime").date(log(mixed, "wasmtime").sections[1]) == "2021-03-16"
    assert log(mixed, "keep-a-changelog").date(log(mixed, "keep-a-changelog").sections[1]) is None


@pytest.mark.parametrize(
    ("under", "empty"),
    [
        ("", True),
        ("\n_No unreleased changes._\n", True),
        ("\n### Added\n\n### Fixed\n", True),
        ("\n<!-- write\n- here -->\n", True),
        ("\n---\n", True),
        ("\n- x\n", False),
        ("\n```\n```\n", False),
        ("\nText\n", False),
    ],
)
def test_what_says_nothing_is_empty(under: str, empty: bool) -> None:
    """O7: headings without entries, comments and the usual placeholder release nothing."""
    found = log(f"## [Unreleased]\n{under}")
    assert (found.entries(found.sections[0]) == ()) is empty


def test_a_rule_under_text_is_a_heading_and_ends_nothing() -> None:
    """CommonMark 4.3: `Much` and dashes under it are a heading."""
    found = log("## 1.2.3\n\nReleased 2026-01-01.\n\nMuch\n----\n\n- x\n\n----\n\nAfter.\n")
    assert notes.whole(found, found.sections[0])[-1] == "- x"


# Dating


def test_unreleased_becomes_the_version_and_stays_above_it_empty() -> None:
    """Keep a Changelog; the references at the bottom follow."""
    new = stamp(KEEP, "1.2.0").decode()
    assert "## [Unreleased]\n\n## [1.2.0] - 2026-11-20\n\n### Added\n\n- A café" in new
    assert (
        "[unreleased]: https://github.com/acme/app/compare/v1.2.0...HEAD\n"
        "[1.2.0]: https://github.com/acme/app/compare/v1.1.0...v1.2.0\n"
        "[1.1.0]: https://github.com/acme/app/compare/v1.0.0...v1.1.0\n"
    ) in new
    assert log(new).entries(log(new).unreleased[0]) == ()


def test_a_heading_is_spelled_as_the_others_are() -> None:
    filled = CRATE.replace("_No unreleased changes._", "- Much.")
    assert "\n## 0.7.0 - 2026-11-20\n" in stamp(filled, "0.7.0").decode()
    with_v = "## [Unreleased]\n- x\n## [v0.6.0] - 2026-07-19\n"
    assert "\n## [v0.7.0] - 2026-11-20\n" in stamp(with_v, "0.7.0").decode()
    assert "\n## 0.1.0 - 2026-11-20\n" in stamp("## Unreleased\n- x", "0.1.0").decode()


def test_unreleased_becomes_released_in_place() -> None:
    """W14: `Unreleased.` is `Released 2026-11-20.`; D-W12: of one section alone."""
    assert stamp(TRAIN, None) == TRAIN.replace("Unreleased.", f"Released {DAY}.").encode()
    two = PATCHED.replace("Released 2026-11-05.", "Unreleased").replace("Released", "Unreleased")
    new = stamp(two, "24.0.0").decode()
    assert new.count("Released") == 1
    assert "## 24.0.0\n\nReleased 2026-11-20 2026-08-20." in new


@pytest.mark.parametrize("rest", ["", " - Unreleased", " - TBD", " (unreleased)"])
def test_a_version_that_waits_for_its_date_gets_it(rest: str) -> None:
    text = f"## [1.2.0]{rest}\n\n- x\n\n## [1.1.0] - 2026-02-15\n"
    assert stamp(text, "1.2.0").decode() == text.replace(f"[1.2.0]{rest}", "[1.2.0] - 2026-11-20")


@pytest.mark.parametrize(
    ("text", "version", "rule", "line"),
    [
        (KEEP, None, "version-needed", 0),
        (KEEP, "1.0.1", "not-newer", 13),
        (KEEP.replace("[Unreleased]", "[Unreleased](https://x)"), "1.2.0", "links-unclear", 3),
        (CRATE, "0.7.0", "empty-section", 8),
        (CRATE.replace("[Unreleased]", "Notes"), "0.7.0", "no-unreleased", 0),
        (KEEP + "\n## [Unreleased]\n", "1.2.0", "unreleased-twice", 28),
        (KEEP + "\n## [1.2.0] - 2026-01-01\n## 1.2.0\n", "1.2.0", "section-twice", 29),
        (KEEP + "\n## [1.2.0]\n", "1.2.0", "unreleased-twice", 28),
        (KEEP.replace("...HEAD", ""), "1.2.0", "links-unclear", 24),
        (KEEP.replace("compare/v1.1.0", "compare/v1.0.9"), "1.2.0", "links-unclear", 24),
        (KEEP + "[Unreleased]: x\n", "1.2.0", "links-unclear", 27),
        (KEEP + "[1.2.0]: x\n", "1.2.0", "links-unclear", 24),
        ("## [1.0.0] - 2026-01-01\n## [1.2.0] soon, we hope\n", "1.2.0", "undated", 2),
        (TRAIN, "26.0.0", "no-section", 0),
        (PATCHED, None, "no-unreleased", 0),
        (PATCHED.replace("Released 2026", "Unreleased 2026"), None, "unreleased-twice", 11),
        (PATCHED.replace("Released 2026-11-05.", ""), "24.0.1", "undated", 1),
    ],
)
def test_not_exactly_one_section_is_never_dated(
    text: str, version: str | None, rule: str, line: int
) -> None:
    """D-W12: zero matches are no success, and two are not both replaced."""
    assert refused(text, version) == (rule, line)


# A new cycle


def test_the_last_cycle_is_archived_and_the_template_stands_in_its_place() -> None:
    """W13: the archive line after its anchor, all below the rule kept."""
    new = begin(TRAIN, "26.0.0", "## VERSION\n\nUnreleased.\n\n### Added\n")
    head, _, rest = TRAIN.partition(f"\n{RULE}\n")
    line = "* [25.0.x](https://github.com/acme/runtime/blob/release-25.0.0/RELEASES.md)\n"
    kept = rest.replace("* [24.0.x]", f"{line}* [24.0.x]")
    assert head
    assert new == f"## 26.0.0\n\nUnreleased.\n\n### Added\n\n{RULE}\n{kept}".encode()


def test_a_template_may_bring_the_rule_and_a_file_a_title() -> None:
    with_rule = begin(TRAIN, "26.0.0", f"## VERSION\n\nUnreleased.\n\n{RULE}\n\n\n")
    assert with_rule == begin(TRAIN, "26.0.0")
    titled = begin(f"# Releases\n\n{TRAIN}", "26.0.0")
    assert isinstance(titled, bytes)
    assert titled.startswith(b"# Releases\n\n## 26.0.0\n")


def test_a_patch_version_is_archived_under_its_minor() -> None:
    """D-W11: `s/.$/x/` made 24.0.1x of 24.0.13."""
    new = begin(PATCHED.replace("24.0.1\n", "24.0.13\n"), "26.0.0")
    assert isinstance(new, bytes)
    assert b"* [24.0.x](" in new
    assert b"## 24.0.0\n" in new, "what stands below the first rule is kept"


def test_an_archive_at_the_very_end_and_with_another_bullet() -> None:
    bare = TRAIN.partition("* [24.0.x]")[0].rstrip("\n")
    new = begin(bare, "26.0.0")
    assert isinstance(new, bytes)
    assert new.endswith(
        b"-->\n* [25.0.x](https://github.com/acme/runtime/blob/release-25.0.0/RELEASES.md)"
    )
    dashes = begin(TRAIN.replace("* [", "- ["), "26.0.0")
    assert isinstance(dashes, bytes)
    assert b"\n- [25.0.x](" in dashes


@pytest.mark.parametrize(
    ("text", "version", "template", "rule"),
    [
        (TRAIN.replace("<!-- ARCHIVE_START -->", ""), "26.0.0", "", "anchor-missing"),
        (TRAIN + "ARCHIVE_START\n", "26.0.0", "", "anchor-twice"),
        (
            "<!-- ARCHIVE_START -->\n" + TRAIN.replace("ARCHIVE", "X"),
            "26.0.0",
            "",
            "anchor-missing",
        ),
        (
            TRAIN.replace("<!-- ARCHIVE_START -->", "<!-- ARCHIVE_STARTED -->"),
            "26.0.0",
            "",
            "anchor-missing",
        ),
        (
            TRAIN.replace("<!-- ARCHIVE_START -->", "```\nARCHIVE_START\n```"),
            "26.0.0",
            "",
            "anchor-missing",
        ),
        (TRAIN.replace(RULE, ""), "26.0.0", "", "rule-missing"),
        (TRAIN.replace("[24.0.x]", "[25.0.x]"), "26.0.0", "", "archived-already"),
        (TRAIN.replace("### Changed", "## 24.0.0"), "26.0.0", "", "history-lost"),
        (TRAIN, "24.0.0", "", "not-newer"),
        (TRAIN.replace("Unreleased", "Released 2026-01-01"), "25.0.0", "", "already-released"),
        (TRAIN, "26.0.0", "# VERSION\n", "template-unfit"),
        (TRAIN, "26.0.0", "## 27.0.0\n\nUnreleased.\n", "template-unfit"),
        (TRAIN, "26.0.0", "## VERSION\n\nReleased 2026-01-01.\n", "template-unfit"),
        (
            TRAIN,
            "26.0.0",
            "## 27.0.0\n\nUnreleased\n\n## VERSION\n\nUnreleased.\n",
            "template-unfit",
        ),
        ("## Unreleased\n", "26.0.0", "", "no-sections"),
    ],
)
def test_history_is_never_eaten(text: str, version: str, template: str, rule: str) -> None:
    """D-W11: a missing anchor is no silence, and nothing is dropped up to the wrong rule."""
    found = begin(text, version, template or "## VERSION\n\nUnreleased.\n")
    assert isinstance(found, Problem)
    assert found.rule == rule


def test_an_empty_unreleased_is_opened_where_there_is_none() -> None:
    plain = CRATE.replace("## [Unreleased]\n\n_No unreleased changes._\n\n", "")
    assert (
        opening.open_unreleased(log(plain))
        == plain.replace("## 0.6.0", "## Unreleased\n\n## 0.6.0").encode()
    )
    assert opening.open_unreleased(log(KEEP)) == KEEP.encode()
    bracketed = "## [1.0.0] - 2026-01-01\r\n"
    assert opening.open_unreleased(log(bracketed)) == f"## [Unreleased]\r\n\r\n{bracketed}".encode()
    twice = opening.open_unreleased(log("## Unreleased\n## Unreleased\n"))
    assert isinstance(twice, Problem)
    assert twice.rule == "unreleased-twice"


# What is outside


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A changelog of either layout with odd lines in it, each ended as it likes."""
    base = draw(st.sampled_from([KEEP, TRAIN])).replace("```md\n## [9.9.9] - 2020-01-01\n```\n", "")
    lines = [line.encode() for line in base.split("\n")]
    odd = st.sampled_from(
        [
            b"caf\xc3\xa9",
            b"\xff\xfe",
            b"\x0b\x0c\x85",
            b"\xe2\x80\xa8",
            b"tab\t ",
            b"\xf0\x9f\xa6\x80",
        ]
    )
    for _ in range(draw(st.integers(0, 4))):
        lines.insert(draw(st.integers(4, 9)), b"* " + draw(odd))
    ends = st.sampled_from([b"\n", b"\r\n"])
    content = b"".join(line + draw(ends) for line in lines[:-1])
    return content if draw(st.booleans()) else content.rstrip(b"\r\n")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(texts())
def test_everything_outside_the_lines_concerned_stays_byte_for_byte(content: bytes) -> None:
    """CRLF, a missing final newline, and bytes that are no UTF-8."""
    assert joined(cut(content)) == content
    train = b"ARCHIVE_START" in content
    new = stamp(content, None if train else "1.2.0")
    old_lines, new_lines = content.split(b"\n"), new.split(b"\n")
    if train:
        (at,) = [i for i, (a, b) in enumerate(zip(old_lines, new_lines, strict=True)) if a != b]
        assert new_lines[at] == old_lines[at].replace(b"Unreleased", b"Released 2026-11-20")
        return
    kept = [line for line in new_lines if b"1.2.0" not in line]
    before = [line for line in old_lines if not line.startswith(b"[unreleased]")]
    at = kept.index(next(line for line in kept if b"[Unreleased]" in line))
    assert kept[at + 1].strip() == b""
    assert kept[: at + 1] + kept[at + 2 :] == before
    assert sum(b"1.2.0" in line for line in new_lines) == 3


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=80) | st.text("-#[]1.0Un releasd`~<!>\r\n", max_size=120).map(str.encode))
def test_no_bytes_are_lost_and_none_raise(content: bytes) -> None:
    assert joined(cut(content)) == content
    found = read(content)
    assert isinstance(found, Changelog | Problem)


# What is promised, and what is taken out


def test_a_class_and_a_way_over_each_break() -> None:
    """O35."""
    version = Version("0.6.0")
    assert list(promise.problems(log(CRATE), section(CRATE, "0.6.0"), version)) == []


@pytest.mark.parametrize(
    ("old", "new", "version", "rule"),
    [
        ("This release is minor-breaking.", "", "0.6.0", "class-unstated"),
        ("minor-breaking.", "minor-breaking or patch-compatible.", "0.6.0", "class-unstated"),
        ("minor-breaking.", "not-minor-breaking.", "0.6.0", "class-unstated"),
        ("minor-breaking.", "patch-compatible.", "0.6.0", "class-contradicted"),
        ("**BREAKING", "**Broken", "0.6.0", "class-contradicted"),
        ("0.6.0", "0.6.1", "0.6.1", "class-contradicted"),
        ("Migration: create them again with", "See", "0.6.0", "migration-missing"),
    ],
)
def test_a_promise_that_is_not_made_or_not_kept(
    old: str, new: str, version: str, rule: str
) -> None:
    text = CRATE.replace(old, new)
    found = promise.problems(log(text), section(text, version), Version(version))
    assert [problem.rule for problem in found] == [rule]


@pytest.mark.parametrize(
    ("under", "lacking"),
    [("- Do this.\n- And that.\n", 0), ("- Do this.\n", 1), ("Do this.\nAnd that.\n", 1), ("", 2)],
)
def test_ways_may_stand_under_a_heading_of_their_own(under: str, lacking: int) -> None:
    text = (
        "## [1.0.0] - 2026-01-01\n\nThis is minor-breaking.\n\n- BREAKING: a\n- BREAKING: b\n"
        f"  ```\n  code\n  ```\n\n### Migration\n\n{under}"
    )
    found = promise.problems(log(text), section(text, "1.0.0"), Version("1.0.0"))
    assert [problem.rule for problem in found] == ["migration-missing"] * lacking


def test_notes_stand_by_themselves() -> None:
    """W24: up to the first rule; links that are defined elsewhere in the file come along."""
    new = log(stamp(KEEP, "1.2.0"))
    found = new.only(Version("1.2.0"))
    assert isinstance(found, Section)
    text = notes.body(new, found, heading=False)
    assert text.startswith("### Added\n\n- A café for [crabs].")
    assert text.endswith("```\n\n[crabs]: https://example.com/crabs")
    assert notes.body(log(PATCHED), section(PATCHED, "24.0.1"), heading=True) == (
        "## 24.0.1\n\nReleased 2026-11-05.\n\n### Fixed\n\n* Fixed a panic."
    )
    assert notes.body(log(TRAIN), section(TRAIN, "25.0.0"), heading=False).count("[TOML]:") == 1
    last = notes.body(log(KEEP), section(KEEP, "1.0.0"), heading=False)
    assert last == "- First."


@pytest.mark.parametrize(
    "raw", ["2026-02-30", "20260201", "2026-2-1", "2026-13-01", "", "٢٠٢٦-01-01"]
)
def test_a_day_is_one_that_the_calendar_has(raw: str) -> None:
    with pytest.raises(ValueError, match="calendar"):
        IsoDay(raw)


def test_bytes_that_are_no_utf_8_are_kept_and_never_told() -> None:
    found = log(b"## 1.2.0 - 2026-01-01 \x96\n\n- \xff\n")
    (only,) = found.sections
    assert found.heading(only) == "## 1.2.0 - 2026-01-01 \ufffd"
    assert notes.body(found, only, heading=False) == "- \ufffd"
