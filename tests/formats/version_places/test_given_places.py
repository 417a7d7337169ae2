"""Places that a caller names are found as often as told, and else it is said what is there."""

from __future__ import annotations

import pytest

from release_actions.formats.version_places.given_places import (
    Given,
    Template,
    Templates,
    pointed,
    templated,
)
from release_actions.formats.version_places.place import Package, Unreadable, rewritten
from release_actions.formats.version_places.spelling import spelled
from release_actions.formats.version_source import VersionSource
from release_actions.formats.versions import Version

PACKAGE = Package("plain", "wasmtime")


def found(raw: str, content: str) -> Given:
    return templated(Templates(raw), content.encode(), PACKAGE)


def bumped(raw: str, content: str, version: str) -> str:
    given = found(raw, content)
    assert not given.problems
    edits = [(place, spelled(place, Version(version))) for place in given.places]
    return rewritten(content.encode(), edits).decode()


HEADER = """\
/**
 * The version, such as "1.2.3"; see #define WASMTIME_VERSION.
 */
#define WASMTIME_VERSION "48.0.1-dev"
#define WASMTIME_VERSION_MAJOR 48
#define WASMTIME_VERSION_MINOR 0
#define WASMTIME_VERSION_PATCH 1
#define WASMTIME_VERSION_MAJOR_OLD 48
#define XWASMTIME_VERSION_MAJOR 48
"""
LINES = """\
crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION "{version}"
crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_MAJOR {major}
crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_MINOR {minor}
crates/c-api/include/wasmtime.h: #define WASMTIME_VERSION_PATCH {patch}
"""


def test_a_header_has_the_version_and_its_numbers_without_a_pre_release() -> None:
    """W8: exactly four lines of wasmtime.h move."""
    new = bumped(LINES, HEADER, "49.1.0-rc.1")
    old_lines, new_lines = HEADER.split("\n"), new.split("\n")
    changed = [n for n, (a, b) in enumerate(zip(old_lines, new_lines, strict=True)) if a != b]
    assert changed == [3, 4, 5, 6]
    assert new_lines[3:7] == [
        '#define WASMTIME_VERSION "49.1.0-rc.1"',
        "#define WASMTIME_VERSION_MAJOR 49",
        "#define WASMTIME_VERSION_MINOR 1",
        "#define WASMTIME_VERSION_PATCH 0",
    ]


def test_a_status_line_and_a_quickstart_move() -> None:
    """O5: a part of a line of THREAT_MODEL.md, and a requirement of the minor alone."""
    status = "THREAT_MODEL.md: > **Status:** v{version} (pre-1.0),"
    text = "# Größe\r\n> **Status:** v0.5.0 (pre-1.0), since v0.4.0\r\nv0.5.0\r\n"
    assert bumped(status, text, "0.6.0") == text.replace("v0.5.0 (", "v0.6.0 (")
    quickstart = 'README.md: ordvec = "{major}.{minor}"'
    text = 'xordvec = "0.5"\nordvec = "0.5"\nordvec = "0.5.0"'
    assert bumped(quickstart, text, "0.6.1") == text.replace(
        '\nordvec = "0.5"\n', '\nordvec = "0.6"\n'
    )


def test_python_is_spelled_by_pep_440() -> None:
    text = "pip install ordvec==1.2.0 # ordvec==1.2.0.\n"
    assert bumped("README.md (2): ordvec=={python}", text, "1.3.0-rc.1") == text.replace(
        "1.2.0", "1.3.0rc1"
    )


@pytest.mark.parametrize(
    ("line", "text", "wanted"),
    [
        ("{version}", "1.2.3", ["1.2.3"]),
        ("{version}", "see 1.2.3.", ["1.2.3"]),
        ("{version}", "1.2.3-rc.1+b.2, x", ["1.2.3-rc.1+b.2"]),
        ("{version}", "1.2", ["1.2"]),
        ("v{version}", "v1.2.3-", ["1.2.3"]),
        ("version {major}", "version 12", ["12"]),
        ("a.b({version})", "a.b(1.2.3) axb(1.2.4)", ["1.2.3"]),
        ("{major}.{minor}.{patch}", "x 1.2.3", ["1", "2", "3"]),
        ("größer {version}", "ö größer 1.2.3", ["1.2.3"]),
    ],
)
def test_a_placeholder_takes_what_is_there_and_no_more(
    line: str, text: str, wanted: list[str]
) -> None:
    given = found(f"f: {line}", text)
    assert [place.text for place in given.places] == wanted
    for place in given.places:
        assert text.encode()[place.start : place.end].decode() == place.text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("version {major}", "version 12.1"),
        ("version {major}", "version 12-1"),
        ("version {major}", "version 12a"),
        ("version {major}", "version\n12"),
        ("version {major}", "my-version 1, my_version 2, my.version 3, xversion 4"),
        ("{version}", "x1.2.3 .1.2.3 -1.2.3"),
        ("{version}", "١.٢.٣"),
        ("{major}", "1.2"),
    ],
)
def test_a_part_of_a_word_or_number_is_no_hit(line: str, text: str) -> None:
    given = found(f"f: {line}", text)
    assert not given.places
    assert len(given.problems) == 1


def told(given: Given) -> list[tuple[str, int]]:
    return [(str(problem), problem.line) for problem in given.problems]


def test_each_line_that_is_not_met_as_told_is_a_problem() -> None:
    text = 'v = "1.2.3"\nw = "1.2.3"\nv = "1.2.3"\nz = "next"\n'
    given = found(
        'f: v = "{version}"\nf (2): w = "{version}"\nf: x = "{version}"\nf: z = "{version}"', text
    )
    assert not given.places
    assert told(given) == [
        ('`v = "{version}"` should stand there once, and does 2 times: lines 1, 3', 1),
        ('`w = "{version}"` should stand there 2 times, and does once: line 2', 2),
        ('`x = "{version}"` should stand there once, and does 0 times', 0),
        ('`z = "{version}"` should stand there once, and does 0 times; line 4 begins so', 4),
    ]


def test_of_many_hits_the_first_ten_are_told() -> None:
    ((why, line),) = told(found("f: v{version}", "\n" + "v1.2.3\n" * 12))
    assert (why.rpartition(": ")[2], line) == ("lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …", 2)


def test_two_templates_cannot_mean_one_place() -> None:
    given = found("f: v{version}\nf: tag v{version}", "tag v1.2.3")
    assert told(given) == [("`tag v{version}` and `v{version}` both mean the same place", 1)]


def test_a_file_that_is_no_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="not UTF-8"):
        templated(Templates("f: v{version}"), b"\xff", PACKAGE)


def test_a_template_names_file_line_and_hits() -> None:
    template = Template("docs/a b.md (12): x: {version} (3): ")
    assert (template.path, template.line, template.hits) == ("docs/a b.md", "x: {version} (3):", 12)
    assert Template.of("a", "v{version}", 2) == Template("a (2): v{version}")
    assert Templates("a: 1, {major}\n\nb: {major}\na: 1, {major}\na: {minor}").paths == ("a", "b")


@pytest.mark.parametrize(
    "raw",
    [
        *("", "a", "a:", "a: b", "a: {verison}", "a:{version}", ": {version}"),
        *("/a: {version}", "../a: {version}", "a\\b: {version}", "a (0): {version}"),
    ],
)
def test_what_is_no_template_is_refused_with_what_is_allowed(raw: str) -> None:
    with pytest.raises(ValueError, match=r"FILE: LINE, or FILE \(N\): LINE .* such as README"):
        Template(raw)


@pytest.mark.parametrize(
    ("source", "content", "where"),
    [
        ("versions.json:/imageVersion", '{"imageVersion": "1.2.3"}', (1, 19)),
        ("versions.json:/a~1b/1", '{"a/b": ["0",\n"1.2.3"]}', (2, 2)),
        ("versions.json:a.b", '\ufeff{"a": {"b": "1.2.3"}}', (1, 14)),
        ("x.toml:a.b", "[a]\nb = '1.2.3'", (2, 6)),
        ("x.toml:a.1.b", "[[a]]\n[[a]]\nb = '1.2.3'", (3, 6)),
        ("Cargo.lock:/package/0/version", "[[package]]\nversion = '1.2.3'", (2, 12)),
        ("x.yaml:a.0", "a:\n  - 1.2.3", (2, 5)),
        ("x.yml:/a", "a: '1.2.3'", (1, 5)),
        ("VERSION", "1.2.3\n", (1, 1)),
        ("RELEASE", "v1.2.3\n", (1, 2)),
        ("a/b.py", "__version__ = '1.2.3'", (1, 16)),
        ("package.json", '{"dependencies": {"a": "1.2.3"}, "version": "1.2.3"}', (1, 46)),
    ],
)
def test_a_selector_leads_to_its_place(source: str, content: str, where: tuple[int, int]) -> None:
    (place,) = pointed(VersionSource(source), content.encode(), PACKAGE)
    assert (place.text, place.package, place.line, place.column) == ("1.2.3", PACKAGE, *where)
    assert content.encode()[place.start : place.end] == b"1.2.3"


@pytest.mark.parametrize(
    ("source", "content", "why"),
    [
        ("x.json:a.b", '{"a": "1.2.3"}', "there is no `a.b`"),
        ("x.json:a.3", '{"a": ["1.2.3"]}', "there is no `a.3`"),
        ("x.json:a", '{"a": 1}', "`a` is 1, a number and not a text"),
        ("x.toml:a.b", "a = '1.2.3'", "there is no `a.b`"),
        ("x.toml:a", "a = 1", "`a` is no text"),
        ("x.yaml:a", "a: 1.2", "`a` is 1.2, a float and not a text"),
        ("x.txt:a", "a: 1.2.3", "a selector needs a .toml, .json or .yaml file"),
        ("a.py", "x = 1", "no version stands there as a literal"),
        ("package.json", '{"dependencies": {"a": "1.2.3"}}', "no version stands there as"),
    ],
)
def test_a_selector_that_leads_nowhere_is_refused(source: str, content: str, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        pointed(VersionSource(source), content.encode(), PACKAGE)
    assert str(caught.value).startswith(why)


def test_pyproject_is_spelled_by_pep_440() -> None:
    (place,) = pointed(VersionSource("pyproject.toml:tool.x.v"), b"[tool.x]\nv = '1.2.3'", PACKAGE)
    assert spelled(place, Version("1.3.0-dev")) == "1.3.0.dev0"


def test_a_long_line_takes_no_longer_than_it_is() -> None:
    """A file is foreign, and a pattern that goes back and forth in it would stand still."""
    given = found("f: x={python}, y={version}", "x=" + "1" * 3000 + ".a" * 3000 + "!")
    assert not given.places
