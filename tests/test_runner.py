"""The runner's protocol, as actions/toolkit speaks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions.runner import append, assignment, command


@pytest.mark.parametrize(
    ("message", "properties", "line"),
    [
        ("x", {}, "::error::x"),
        ("a\r\nb%", {}, "::error::a%0D%0Ab%25"),
        ("a: b, c", {"title": "x:y,z%\n"}, "::error title=x%3Ay%2Cz%25%0A::a: b, c"),
        ("x", {"title": "", "file": "a"}, "::error file=a::x"),
        ("%0A", {}, "::error::%250A"),
    ],
)
def test_a_command_is_one_line(message: str, properties: dict[str, str], line: str) -> None:
    assert command("error", message, **properties) == line


def test_an_assignment_is_a_heredoc() -> None:
    first, value, last, rest = assignment("name", "a=b<<c").split("\n")
    assert (value, rest) == ("a=b<<c", "")
    assert first == f"name<<{last}"


def test_text_is_appended_with_line_feeds_alone(tmp_path: Path) -> None:
    path = tmp_path / "file"
    append(str(path), "a\n")
    append(str(path), "é\ud800\n")
    assert path.read_bytes() == "a\né?\n".encode()


def test_outside_a_runner_there_is_nothing_to_append_to(tmp_path: Path) -> None:
    append(None, "x")
    append("", "x")
    append(str(tmp_path / "file"), "")
    assert list(tmp_path.iterdir()) == []
