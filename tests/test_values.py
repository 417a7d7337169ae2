"""Each type refuses what it does not allow, and says what it does."""

from __future__ import annotations

from typing import Any

import pytest

from release_actions.values import (
    SHOWN,
    Commitish,
    Duration,
    Lines,
    RefName,
    Repository,
    Sha,
    WorkflowFile,
    Workflows,
    flag,
    fold,
    spell,
)

A, B = "a" * 40, "b" * 64


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (Sha, A, A),
        (Sha, B, B),
        (Repository, "acme/app", "acme/app"),
        (Repository, "a-b/.github", "a-b/.github"),
        (Repository, "acme/a..b", "acme/a..b"),
        (RefName, "main", "main"),
        (RefName, "release/1.2", "release/1.2"),
        (RefName, "v1.0.0-rc.1", "v1.0.0-rc.1"),
        (RefName, "a@b", "a@b"),
        (Commitish, A, A),
        (Commitish, "refs/tags/v1", "refs/tags/v1"),
        (Lines, "a\n\n  b  \n", ("a", "b")),
        (Lines, "a, b\n", ("a, b",)),
        (Lines, "a, b ,,c", ("a", "b", "c")),
        (Lines, "test (ubuntu, 3.13), lint", ("test (ubuntu, 3.13)", "lint")),
        (Lines, "a, b\nc", ("a, b", "c")),
        (Lines, " \n ", ()),
        (WorkflowFile, "ci.yml", ".github/workflows/ci.yml"),
        (WorkflowFile, ".github/workflows/my ci.yaml", ".github/workflows/my ci.yaml"),
        (Workflows, "ci.yml, .github/workflows/ci.yml", (".github/workflows/ci.yml",)),
        (Duration, "90s", 90.0),
        (Duration, "10m", 600.0),
        (Duration, "6h", 21600.0),
        (Duration, "0s", 0.0),
        (flag, "true", True),
        (flag, "False", False),
    ],
)
def test_what_is_allowed_is_taken(kind: Any, raw: str, value: object) -> None:
    assert kind(raw) == value


@pytest.mark.parametrize(
    ("kind", "raw", "says"),
    [
        *((Sha, raw, "full commit id") for raw in ("", "a" * 39, "a" * 41, "A" * 40, A + "\n")),
        *((Sha, raw, "full commit id") for raw in ("g" * 40, "HEAD", "٠" * 40)),
        *(
            (Repository, raw, "owner/name")
            for raw in ("", "app", "a/b/c", "a/..", "a/.", "/b", "a/b\n", "a b/c", "é/b", "a/b?c")
        ),
        *(
            (RefName, raw, "as git allows it")
            for raw in (
                "",
                "refs/heads/main",
                "a..b",
                "a b",
                "a~1",
                "a^",
                "a:b",
                "a?",
                "a*",
                "a[",
                "a\\b",
                "a\nb",
                "a\x7f",
                "@",
                "a@{1}",
                "-a",
                "/a",
                ".a",
                "a/",
                "a.",
                "a//b",
                "a/.b",
                "a.lock",
                "a.lock/b",
            )
        ),
        (Commitish, "main", "refs/tags/NAME"),
        (Commitish, "abc123", "refs/tags/NAME"),
        (Commitish, "refs/heads/main", "refs/tags/NAME"),
        (Commitish, "refs/tags/a b", "as git allows it"),
        (Commitish, "refs/tags/", "as git allows it"),
        *(
            (WorkflowFile, raw, "workflow file")
            for raw in ("", "ci", "ci.yml\n", "a/ci.yml", "../ci.yml", ".yml.txt", " ci.yml")
        ),
        (Workflows, "ci.yml\nCI", "workflow file"),
        *(
            (Duration, raw, "at most 6h")
            for raw in ("", "10", "10 m", "-1s", "1.5h", "7h", "361m", "999999s", "1d", "10m\n")
        ),
        *((flag, raw, "true or false") for raw in ("", "yes", "1", "on", "truely")),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(kind: Any, raw: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        kind(raw)


def test_a_value_knows_its_short_form() -> None:
    assert Sha(A).short == "a" * 12
    assert WorkflowFile("ci.yml").short == "ci.yml"
    assert (Commitish("refs/tags/v1").tag, Commitish(A).tag) == ("v1", None)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (3780, "1 h 3 min"),
    ],
)
def test_a_time_is_spelt_for_people(seconds: float, text: str) -> None:
    assert spell(seconds) == text
    assert str(Duration("10m")) == "10 min"


@pytest.mark.parametrize(
    "hostile",
    ["\n", "\r\n", "\x1b[31m", "\u2028", "\u2029", "\u202e", "\u2066", "\ud800", "\x00", "\u200b"],
)
def test_folded_text_is_one_line_that_commands_nothing(hostile: str) -> None:
    folded = fold(f"a{hostile}::error::b")
    assert folded.isprintable()
    assert folded.startswith("a")
    assert folded.encode("utf-8")


def test_folded_text_is_bounded_and_shows_that_it_was_cut() -> None:
    assert fold("x" * 10_000_000) == "x" * (SHOWN - 1) + "…"
    assert fold("x" * SHOWN) == "x" * SHOWN
    assert fold("abc", 2) == "a…"
