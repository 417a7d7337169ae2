"""actions-rust-lang/setup-rust-toolchain, with the Rust that this machine has."""

from __future__ import annotations

from rehearsal.standins.runner import output
from rehearsal.standins.toolchains import settle, use


def play(inputs: dict[str, str]) -> None:
    """Say what is here. A toolchain file decides for itself, so a missing input asks nothing."""
    rust = use(inputs["toolchain"].split(",")[0].strip())
    if inputs["rustflags"]:
        settle(RUSTFLAGS=inputs["rustflags"])
    settle(
        CARGO_INCREMENTAL="0",
        CARGO_PROFILE_DEV_DEBUG="0",
        CARGO_TERM_COLOR="always",
        RUST_BACKTRACE="short",
    )
    output("rustc-version", rust.rustc)
    output("cargo-version", rust.cargo)
    output("cachekey", rust.release)
