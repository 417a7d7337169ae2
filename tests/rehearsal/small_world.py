"""A small world for tests of the rehearsal: one bare repository, no services, and act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import dedent
from typing import Any

from rehearsal.act import Event, Stage, play
from rehearsal.consumer import Consumer, clone
from rehearsal.played import Played
from rehearsal.scratch import Scratch


@dataclass(frozen=True)
class SmallWorld:
    """A repository acme/app, and a stage to play its workflows on."""

    scratch: Scratch
    origin: Path
    consumer: Consumer

    @classmethod
    def make(cls, scratch: Scratch) -> SmallWorld:
        """A world with an empty repository, laid out as a git server has it."""
        origin = scratch.folder("git/acme/app.git")
        consumer = Consumer(scratch.path / "consumer", origin)
        consumer.git("init", "--quiet", "--bare", "--initial-branch", "main", str(origin))
        return cls(scratch, origin, consumer)

    def stage(self, commit: str, **changes: Any) -> Stage:
        """Where to play a workflow of this commit; git serves it from its folder."""
        checkout = clone(self.origin, commit, self.scratch.path / f"clone-{commit}")
        stage = Stage(
            scratch=self.scratch,
            checkout=checkout,
            repository="acme/app",
            api_url="http://127.0.0.1:9",
            server_url=f"file://{self.origin.parent.parent}",
        )
        return replace(stage, **changes)

    def play(self, workflow: str, files: Mapping[str, str] | None = None, **changes: Any) -> Played:
        """Commit a workflow (and other files), and play it for a push."""
        told = {path: dedent(text) for path, text in (files or {}).items()}
        self.consumer.write({".github/workflows/play.yml": dedent(workflow), **told})
        commit = self.consumer.commit("A workflow")
        event = Event(
            name=changes.pop("event", "push"),
            ref=changes.pop("ref", "refs/heads/main"),
            commit=commit,
            payload={"ref": "refs/heads/main"},
            run_id=changes.pop("run_id", 77),
        )
        stage = self.stage(commit, **changes)
        return play(stage.checkout / ".github/workflows/play.yml", event, stage)
