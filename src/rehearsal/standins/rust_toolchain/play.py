"""dtolnay/rust-toolchain, with the Rust that this machine has."""

from __future__ import annotations

import os
import re

from rehearsal.standins.runner import output
from rehearsal.standins.toolchains import settle, use

_TOOLCHAIN = re.compile(r"stable|beta|nightly|[0-9]+(\.[0-9]+){1,2}")


def play(inputs: dict[str, str]) -> None:
    """Say what is here; where no input names the toolchain, the ref of the action may."""
    ref = os.environ.get("GITHUB_ACTION_REF", "")
    wanted = inputs["toolchain"] or (ref if _TOOLCHAIN.fullmatch(ref) else "")
    rust = use(wanted)
    settle(CARGO_INCREMENTAL="0", CARGO_TERM_COLOR="always")
    output("name", wanted or rust.release)
    output("cachekey", rust.release)
