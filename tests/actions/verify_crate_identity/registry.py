"""A workspace, a loopback registry, and steps of verify-crate-identity with real cargo."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.registries import Crates
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.registries.dists import commit, run, workspace
from tests.shelf import StillClock

NAME = "verify-crate-identity"
OK, ERROR, USAGE, FAILED, MISSING = 0, 1, 2, 10, 11


class PassingClock(StillClock):
    """Sleeping makes the registry's layers catch up, as time would."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self._place = place

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        registry = self._place.registry
        registry.lag = {k: v - seconds for k, v in registry.lag.items() if v > seconds}
        for what in self._place.meanwhile[:1]:
            self._place.meanwhile.remove(what)
            what()


@dataclass
class Place:
    """A checkout of one workspace, a registry, and what cargo is told of it."""

    folder: Path
    registry: Crates
    work: Path
    environ: dict[str, str]
    meanwhile: list[Any] = field(default_factory=list)

    @property
    def attested(self) -> Path:
        return self.folder / "temp" / "attested-crates"

    def step(self, mode: str, package: str = "zz-a", **given: Any) -> Ended:
        """One step, in this process."""
        values = {
            "mode": mode,
            "package": package,
            "repository": "acme/app",
            "registry-url": self.registry.index_url,
            "registry": "loop",
            "wait": "0s",
            **{key.replace("_", "-"): value for key, value in given.items()},
        }
        for name in ("output", "summary"):
            (self.folder / name).unlink(missing_ok=True)
        from io import StringIO

        log, out = StringIO(), StringIO()
        clock = PassingClock(self)
        world = World("", self.environ, clock)
        asked = Asked(NAME, {k: Given(v, "with") for k, v in values.items()}, world, (NAME,))
        code = perform(asked, Teller(log, self.environ, ""), out=out)
        record = json.loads(out.getvalue())
        return Ended(code, log.getvalue(), record, clock)

    def publish(self, *names: str) -> None:
        """Publish for real, with cargo itself."""
        env = self.environ | {"CARGO_REGISTRIES_LOOP_TOKEN": self.registry.token()}
        for name in names:
            cargo(self.work, env, "publish", "--registry", "loop", "--locked", "-p", name)

    def commit(self, path: str, text: str) -> str:
        (self.work / path).parent.mkdir(parents=True, exist_ok=True)
        (self.work / path).write_text(text)
        return commit(self.work)

    def serve(self, file: Path, name: str = "zz-a", version: str = "0.1.0") -> None:
        """Have the registry serve this file as the version."""
        self.registry.add({"name": name, "vers": version}, file.read_bytes())


@dataclass(frozen=True)
class Ended:
    """How the step ended."""

    code: int
    log: str
    record: Mapping[str, Any]
    clock: StillClock

    @property
    def outputs(self) -> dict[str, str]:
        found: dict[str, str] = self.record["outputs"]
        return found

    @property
    def crates(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.outputs["crates"])
        return found

    def rules(self, outcome: str) -> list[str]:
        """The rules of the findings with this outcome, each once."""
        found = [f["rule"] for f in self.record["findings"] if f["outcome"] == outcome]
        return list(dict.fromkeys(rule.rpartition("/")[2] for rule in found))

    @property
    def details(self) -> str:
        return "\n".join(f"{f['subject']}: {f['detail']}" for f in self.record["findings"])


def cargo(folder: Path, env: Mapping[str, str], *arguments: str) -> str:
    return run(folder, "cargo", *arguments, env=env)


def place(folder: Path, registry: Crates, crates: Mapping[str, tuple[str, ...]]) -> Place:
    """The place, with everything committed."""
    home = folder / "cargo-home"
    for name in ("temp", "cargo-home"):
        (folder / name).mkdir()
    (home / "config.toml").write_text(
        '[source.crates-io]\nreplace-with = "loop"\n'
        f'[registries.loop]\nindex = "{registry.index_url}"\n'
        f'[source.loop]\nregistry = "{registry.index_url}"\n'
    )
    work = workspace(folder / "work", crates)
    rustup = os.environ.get("RUSTUP_HOME") or str(Path.home() / ".rustup")
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "RUSTUP_HOME": rustup,
        "CARGO_HOME": str(home),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(work),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        "RUNNER_TEMP": str(folder / "temp"),
        "GITHUB_API_URL": "http://127.0.0.1:9",
    }
    return Place(folder, registry, work, environ)
