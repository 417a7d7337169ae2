"""What is written is what TOML reads."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from release_actions.formats import toml_text


@pytest.mark.parametrize(
    "given",
    [True, False, 0, 7, "", "v*", 'a"b\\c', "ü\U0001f600", "\x00\x1f\x7f\n", (), ("a", 'b"')],
    ids=ascii,
)
def test_a_value_is_read_as_it_was(given: Any) -> None:
    read = tomllib.loads(f"x = {toml_text.value(given)}")["x"]
    assert (tuple(read) if isinstance(read, list) else read) == given


@pytest.mark.parametrize("name", ["pypi", "a-b_C1", "a b", "v*", 'x"]\n[y', "", "ü", "a.b"])
def test_a_key_is_read_as_it_was(name: str) -> None:
    assert tomllib.loads(f"[{toml_text.key(name)}]") == {name: {}}


def test_half_a_character_is_no_text() -> None:
    assert toml_text.value("\ud83d") == '"?"'
