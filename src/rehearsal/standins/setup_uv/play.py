"""astral-sh/setup-uv, with the uv that this machine has."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from rehearsal.standins.runner import (
    RefusedError,
    add_path,
    boolean,
    command,
    environment,
    output,
    workspace,
)


def play(inputs: dict[str, str]) -> None:
    """Say which it is, and set what the action sets."""
    found = shutil.which("uv")
    if found is None:
        raise RefusedError(
            "There is no uv on this machine. Install it to rehearse this step: pip install uv"
        )
    done = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(f"uv --version: {done.stderr.strip()[-300:]}")
    version = done.stdout.split()[1]
    wanted = inputs["version"]
    if wanted and wanted[0].isdigit() and not f"{version}.".startswith(f"{wanted}."):
        command(
            "warning", f"uv {wanted} is asked for, and this rehearsal uses what is here: {version}"
        )
    _settle(inputs)
    print(f"uv {version} from {found}")
    output("uv-version", version)
    output("uv-path", found)
    output("uvx-path", shutil.which("uvx") or "")
    output("cache-hit", "false")
    output("python-version", inputs["python-version"])


def _settle(inputs: dict[str, str]) -> None:
    """The variables of the action, and its environment if that is asked for."""
    variables = {
        "UV_PYTHON": inputs["python-version"],
        "UV_TOOL_DIR": inputs["tool-dir"],
        "UV_TOOL_BIN_DIR": inputs["tool-bin-dir"],
        "UV_CACHE_DIR": inputs["cache-local-path"]
        or str(Path(os.environ["RUNNER_TEMP"], "setup-uv-cache")),
    }
    for name, value in variables.items():
        if value:
            environment(name, value)
    if inputs["tool-bin-dir"]:
        add_path(Path(inputs["tool-bin-dir"]))
    if boolean(inputs, "activate-environment"):
        base = workspace() / inputs["working-directory"]
        place = base / (inputs["venv-path"] or ".venv")
        wanted = ["--python", inputs["python-version"]] if inputs["python-version"] else []
        done = subprocess.run(["uv", "venv", *wanted, str(place)], cwd=base, check=False)
        if done.returncode:
            raise RefusedError("uv venv failed: see above")
        add_path(place / "bin")
        environment("VIRTUAL_ENV", str(place))
        output("venv", str(place))
