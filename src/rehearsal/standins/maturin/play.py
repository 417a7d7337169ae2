"""PyO3/maturin-action, with the maturin and the Rust of this machine.

The real one builds for Linux in a container, for an old glibc; here a wheel is for this machine.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess

from rehearsal.standins.runner import RefusedError, command, workspace
from rehearsal.standins.toolchains import use


def play(inputs: dict[str, str]) -> None:
    """Run the command."""
    if inputs["command"] in ("publish", "upload"):
        raise RefusedError(
            f"maturin {inputs['command']} uploads to where nothing is played in a rehearsal."
            " Upload by pypa/gh-action-pypi-publish, twine or uv."
        )
    if shutil.which("maturin") is None:
        raise RefusedError(
            "There is no maturin on this machine. Install it to rehearse this step:"
            " pip install maturin"
        )
    use(inputs["rust-toolchain"])
    arguments = [inputs["command"], *shlex.split(inputs["args"])]
    if inputs["target"]:
        command(
            "notice",
            f"maturin builds for this machine, and not for {inputs['target']}: its toolchain may"
            " not be here",
        )
    if inputs["manylinux"] not in ("", "off"):
        command(
            "notice",
            f"maturin builds outside of a container: what it builds is for the glibc of this"
            f" machine, and not for manylinux {inputs['manylinux']}",
        )
    folder = workspace() / inputs["working-directory"]
    done = subprocess.run(["maturin", *arguments], cwd=folder, env=dict(os.environ), check=False)
    if done.returncode:
        raise RefusedError(f"The process 'maturin' failed with exit code {done.returncode}")
