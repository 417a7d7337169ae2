"""Foreign text does nothing in Markdown, headings are found, and a body is cut between lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_actions.formats import markdown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Plain words, 100%.", "Plain words, 100%."),
        ("Fix #12 (again)", "Fix #12 (again)"),
        ("@org/team", "@&#8203;org/team"),
        ("a_b `c_d` e*f", "a\\_b `c_d` e\\*f"),
        ("odd ` tick", "odd \\` tick"),
        ("``two``", "\\`\\`two\\`\\`"),
        ("`a|b`", "\\`a\\|b\\`"),
        ("[x](y) ![z](w)", "\\[x\\](y) !\\[z\\](w)"),
        ("<b>&lt;", "&lt;b&gt;&amp;lt;"),
        ("see https://evil.com", "see https\\://evil.com"),
        ("WWW.evil.com", "WWW\\.evil.com"),
        ("# title", "\\# title"),
        ("#12 first", "#12 first"),
        ("- list", "\\- list"),
        ("12) list", "12\\) list"),
        ("1.2.3 is out", "1\\.2.3 is out"),
        ("two\nlines\u202e", "two lines"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_foreign_text_shows_itself(text: str, shown: str) -> None:
    assert markdown.inline(text) == shown


def test_headings_outside_code_and_comments() -> None:
    body = "# A #\n\n## B\n\n```\n## C\n```\n<!--\n## D\n-->\n## E\n### F\n#hash\n"
    found = {heading.text: heading.filled for heading in markdown.headings(body)}
    assert found == {"A": True, "B": True, "E": True, "F": True}
    assert [h.filled for h in markdown.headings("## A\n### B\n## C\n")] == [False, False, False]


def test_comments_are_not_visible() -> None:
    assert markdown.visible("a<!-- b -->c<!-- d").split() == ["a", "c"]


def test_a_line_end_and_a_rare_character_count_twice() -> None:
    """Whichever way GitHub counts, it is not more."""
    assert markdown.size("ab\n🦀") == 6


@pytest.mark.parametrize(
    ("body", "room", "head"),
    [
        ("a\nb\n", 6, "a\nb\n"),
        ("a\nb\n", 5, "a\n"),
        ("aaaa\nb\n", 3, ""),
        ("a\n```\nb\nc\n```\nd\n", 12, "a\n"),
        ("a\n```\nb\n```\nd\n", 18, "a\n```\nb\n```\n"),
        ("a\n~~~~\n~~~\nb\n~~~~\nd\n", 22, "a\n"),
        ("a\nb", 3, "a\n"),
    ],
    ids=["all", "one line", "a long line", "inside code", "after code", "longer fence", "no end"],
)
def test_a_body_is_cut_between_lines_and_never_in_code(body: str, room: int, head: str) -> None:
    assert markdown.split(body, room) == (head, body[len(head) :])


@given(st.text("a`~\n 🦀", max_size=60), st.integers(0, 40))
def test_nothing_is_lost_by_a_cut(body: str, room: int) -> None:
    head, rest = markdown.split(body, room)
    assert head + rest == body
    assert markdown.size(head) <= room
