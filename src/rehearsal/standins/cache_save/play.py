"""actions/cache/save."""

from __future__ import annotations

from rehearsal.standins.caches import Caches
from rehearsal.standins.runner import command


def play(inputs: dict[str, str]) -> None:
    """Save; as with the real action it is no error if there is nothing to save."""
    if Caches(inputs["path"]).save(inputs["key"]):
        print(f"Cache saved with key: {inputs['key']}")
    else:
        command("warning", f"Nothing was saved for {inputs['key']}: no files, or it is there")
