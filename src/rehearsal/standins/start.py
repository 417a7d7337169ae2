"""Start one stand-in: `python -I start.py NAME`, its inputs as a JSON object in INPUTS."""

from __future__ import annotations

import importlib
import json
import os
import sys
from pathlib import Path


def main(name: str) -> int:
    """Play it; a refusal is told as the real action tells it, and fails the step."""
    # `-I` keeps the workflow's PYTHONPATH and checkout away, and us too: so we say where we are.
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from rehearsal.standins.runner import RefusedError, command

    inputs = {key: str(value).strip() for key, value in json.loads(os.environ["INPUTS"]).items()}
    try:
        importlib.import_module(f"rehearsal.standins.{name}.play").play(inputs)
    except RefusedError as error:
        command("error", str(error))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
