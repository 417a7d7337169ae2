"""The library's own lint over what shall be written, and the config that it suggests for it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from release_actions.errors import ReleaseError
from release_actions.init.filling import Written
from release_actions.perform import load
from release_actions.run import Loop
from release_actions.values import Repository, Workflows
from release_actions.verdict import Finding
from release_actions.world import World

LINT = "lint-release-workflow"


def lint(files: Sequence[Written], changelog: bytes | None) -> tuple[str, tuple[Finding, ...]]:
    """The table for the config, and what it would not put right, of all files together."""
    action = load(LINT, (LINT,))
    with TemporaryDirectory(prefix="release-actions-init-") as folder:
        for file in files:
            place = Path(folder, file.path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(file.text, encoding="utf-8")
        if changelog is not None:
            Path(folder, "cliff.toml").write_bytes(changelog)
        environ = {**os.environ, "GITHUB_WORKSPACE": folder}
        world = World("", environ)
        inputs = action.inputs(
            repository=Repository("owner/name"),
            workflows=Workflows("\n".join(file.path for file in files)),
            suggest=True,
        )
        ended = Loop(action, inputs, world, lambda state: None).run(dry_run=True, wait=0)
        if ended.verdict is None:
            raise ReleaseError(f"{LINT} could not judge what shall be written: {ended.error}")
        suggested = str(getattr(ended.verdict.outputs, "suggested", ""))
        return suggested, ended.verdict.bad
