"""Swatinem/rust-cache: nothing is cached in a rehearsal."""

from __future__ import annotations

from rehearsal.standins.runner import environment, output


def play(inputs: dict[str, str]) -> None:
    """Say so, and set what the action sets."""
    environment("CARGO_INCREMENTAL", "0")
    output("cache-hit", "false")
    print("No cache found: a rehearsal begins without any")
