"""Talking to the GitHub runner: workflow commands on stdout, values in the files it names."""

from __future__ import annotations

import os
from pathlib import Path


def command(name: str, message: str, **properties: str) -> str:
    """One workflow command, escaped as actions/toolkit escapes it."""
    shown = ",".join(f"{key}={_escape(value, ':,')}" for key, value in properties.items() if value)
    return f"::{name}{' ' + shown if shown else ''}::{_escape(message)}"


def _escape(text: str, also: str = "") -> str:
    return "".join(f"%{ord(c):02X}" if c in "%\r\n" + also else c for c in text)


def assignment(name: str, value: str) -> str:
    """One `GITHUB_OUTPUT` entry; the random delimiter keeps a value from adding another."""
    delimiter = f"ghadelimiter_{os.urandom(16).hex()}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def append(path: str | None, text: str) -> None:
    """Outside a runner there is no such file, and nothing to tell."""
    if path and text:
        with Path(path).open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)
