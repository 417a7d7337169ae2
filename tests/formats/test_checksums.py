"""Checksums are what `sha256sum -c` and SLSA's generator read."""

from __future__ import annotations

import base64

import pytest

from release_actions.formats import checksums
from release_actions.formats.checksums import Sha256

A, B = Sha256("a" * 64), Sha256("b" * 64)


def test_lines_are_sorted_with_two_spaces_and_lf() -> None:
    """M10, PAINS C28."""
    assert checksums.write({"b": B, "a": A}) == f"{A}  a\n{B}  b\n".encode()


def test_subjects_are_the_lines_in_base64_without_a_break() -> None:
    """O17: `base64 -w0`, and nothing lost on the way (D-O1)."""
    many = {f"file-{number}": A for number in range(100)}
    told = checksums.subjects(many)
    assert "\n" not in told
    assert base64.b64decode(told) == checksums.write(many)


@pytest.mark.parametrize("raw", ["", "a" * 63, "A" * 64, "a" * 64 + "\n", "sha256:" + "a" * 64])
def test_a_digest_has_64_small_digits(raw: str) -> None:
    with pytest.raises(ValueError, match="64"):
        Sha256(raw)


def test_a_digest_is_short_for_people() -> None:
    assert A.short == "a" * 12
