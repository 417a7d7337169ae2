"""Rust as this machine has it: nothing is installed, and what is there is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from rehearsal.standins.runner import RefusedError, command, environment

_RELEASE = re.compile(r"^release: (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Rust:
    """What is on PATH, by what it says of itself."""

    cargo: str
    rustc: str
    release: str  # 1.92.0, 1.94.0-nightly


def use(wanted: str) -> Rust:
    """The Rust that is here; if it is not the one that is asked for, that is said.

    :raises RefusedError: where there is none.
    """
    missing = [name for name in ("cargo", "rustc") if shutil.which(name) is None]
    if missing:
        raise RefusedError(
            f"There is no {' and no '.join(missing)} on this machine."
            " Install Rust and put it on PATH to rehearse this step."
        )
    told = _RELEASE.search(_run("rustc", "--version", "--verbose"))
    rust = Rust(_run("cargo", "--version"), _run("rustc", "--version"), told[1] if told else "")
    print(f"{rust.cargo}, {rust.rustc}")
    if not suits(rust.release, wanted):
        command(
            "warning",
            f"The toolchain `{wanted}` is asked for, and this rehearsal uses what is here:"
            f" {rust.cargo}",
        )
    return rust


def suits(release: str, wanted: str) -> bool:
    """Whether a release is what a channel, or a version of two or three numbers, means."""
    number, _, channel = release.partition("-")
    if not wanted:
        return True
    if wanted == "stable":
        return not channel
    if wanted in ("nightly", "beta"):
        return channel.startswith(wanted)
    return f"{number}.".startswith(f"{wanted}.") and not channel


def settle(**variables: str) -> None:
    """Set variables for the later steps, where nobody has set them."""
    for name, value in variables.items():
        if name not in os.environ:
            environment(name, value)


def _run(*told: str) -> str:
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(f"{' '.join(told)}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()
