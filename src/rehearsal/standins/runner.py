"""What a stand-in says to the runner: commands, outputs and additions to PATH."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


class RefusedError(Exception):
    """The stand-in will not or cannot do this, and why."""


def command(name: str, message: str) -> None:
    """An annotation or another command of the runner's log."""
    escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    print(f"::{name}::{escaped}", flush=True)


def output(name: str, value: str) -> None:
    """An output of this step."""
    mark = f"ghadelimiter_{secrets.token_hex(8)}"
    _append("GITHUB_OUTPUT", f"{name}<<{mark}\n{value}\n{mark}\n")


def environment(name: str, value: str) -> None:
    """A variable for the later steps of this job."""
    mark = f"ghadelimiter_{secrets.token_hex(8)}"
    _append("GITHUB_ENV", f"{name}<<{mark}\n{value}\n{mark}\n")


def summary(text: str) -> None:
    """More of the summary of this job."""
    _append("GITHUB_STEP_SUMMARY", text)


def add_path(folder: Path) -> None:
    """A folder in front of PATH for the later steps of this job."""
    _append("GITHUB_PATH", f"{folder}\n")


def workspace() -> Path:
    """The folder of this job."""
    return Path(os.environ["GITHUB_WORKSPACE"])


def boolean(inputs: dict[str, str], name: str) -> bool:
    """A boolean input, by the YAML 1.2 core schema as the toolkit reads it."""
    value = inputs.get(name, "")
    if value in ("true", "True", "TRUE"):
        return True
    if value in ("false", "False", "FALSE", ""):
        return False
    raise RefusedError(f"Input {name} is {value!r}. Allowed: true, false.")


def _append(variable: str, text: str) -> None:
    with Path(os.environ[variable]).open("a", encoding="utf-8") as file:
        file.write(text)
