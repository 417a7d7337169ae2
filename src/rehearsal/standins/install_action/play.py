"""taiki-e/install-action: nothing is installed here, and what is not here is told."""

from __future__ import annotations

import os
import re
import shutil

from rehearsal.standins.runner import RefusedError

#: What a tool is called on PATH, where that is not its name.
_PROGRAMS = {"cargo-binstall": "cargo-binstall", "nextest": "cargo-nextest", "cross": "cross"}


def play(inputs: dict[str, str]) -> None:
    """Each tool that is asked for must be on PATH."""
    # `taiki-e/install-action@cargo-hack` names one by the ref.
    asked = inputs["tool"] or os.environ.get("GITHUB_ACTION_REF", "")
    tools = [name.partition("@")[0] for name in re.split(r"[\s,]+", asked) if name]
    missing = []
    for tool in tools:
        found = shutil.which(_PROGRAMS.get(tool, tool))
        print(f"{tool}: {found or 'not here'}")
        if found is None:
            missing.append(tool)
    if missing:
        raise RefusedError(
            f"Not on this machine: {', '.join(missing)}. Install what is missing and put it on"
            " PATH to rehearse this step."
        )
