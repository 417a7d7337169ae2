"""A workspace, a loopback registry, and steps of the publishing actions with real cargo."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from rehearsal.registries import Crates
from release_actions import cli, house
from release_actions.clients.clock import Clock
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.verify_crate_identity.registry import place as made
from tests.registries.dists import commit
from tests.shelf import StillClock

OK, ERROR, USAGE, FAILED, MISSING = 0, 1, 2, 10, 11
CHAIN: Mapping[str, tuple[str, ...]] = {"zz-a": (), "zz-b": ("zz-a",), "zz-c": ()}


class PassingClock(StillClock):
    """Sleeping makes the registry's layers catch up, as time would."""

    def __init__(self, registry: Crates) -> None:
        super().__init__()
        self._registry = registry

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        with self._registry.lock:
            for crate in self._registry.crates.values():
                for version in crate.versions:
                    version.at -= seconds


@dataclass
class Place:
    """A checkout of one workspace, its attested crates, a registry, and a token of it."""

    folder: Path
    registry: Crates
    work: Path
    environ: dict[str, str]
    token: str
    logs: list[str] = field(default_factory=list)

    @property
    def attested(self) -> Path:
        return self.folder / "temp" / "attested-crates"

    def given(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        values = {
            "repository": "acme/app",
            "registry-url": self.registry.index_url,
            **({"registry": "loop"} if name == "publish-crates" else {}),
            **{key.replace("_", "-"): value for key, value in given.items()},
        }
        return {key: value for key, value in values.items() if value is not None}

    def step(
        self,
        name: str = "publish-crates",
        clock: Clock | None = None,
        token: str | None = None,
        **given: Any,
    ) -> Ended:
        """One step, in this process; `token` is what it is given as registry-token."""
        for file in ("output", "summary"):
            (self.folder / file).unlink(missing_ok=True)
        log, out = StringIO(), StringIO()
        held = self.token if token is None else token
        time = clock or PassingClock(self.registry)
        world = World("", self.environ, time, registry_token=held)
        values = {k: Given(v, "with") for k, v in self.given(name, given).items()}
        asked = Asked(name, values, world, cli.actions())
        code = perform(asked, Teller(log, self.environ, world.hidden), out=out)
        self.logs.append(log.getvalue())
        return Ended(code, log.getvalue(), json.loads(out.getvalue()), time)

    def start(self, name: str = "publish-crates", **given: Any) -> subprocess.Popen[str]:
        """The same as a process of its own, its inputs on stdin, as the launcher starts it."""
        values = self.given(name, given) | {"registry-token": self.token, "token": ""}
        child = subprocess.Popen(
            [sys.executable, "-m", "release_actions", name, "--inputs-on-stdin"],
            env=self.environ | {"PYTHONPATH": str(house.PACKAGE.parent)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert child.stdin is not None
        child.stdin.write(json.dumps(values))
        child.stdin.close()
        return child

    def package(self) -> None:
        """What the job without a token does: every crate, verified, into the attested folder."""
        names = "\n".join(p.parent.name for p in sorted(self.work.glob("crates/*/Cargo.toml")))
        ended = self.step(
            "verify-crate-identity", token="", mode="package", package=names, registry="loop"
        )
        assert ended.code == OK, ended.log

    def commit(self, path: str, text: str) -> str:
        (self.work / path).parent.mkdir(parents=True, exist_ok=True)
        (self.work / path).write_text(text)
        return commit(self.work)

    def serve(self, name: str, version: str = "0.1.0", content: bytes | None = None) -> None:
        """Have the registry have this version; by default with the attested bytes."""
        file = self.attested / f"{name}-{version}.crate"
        self.registry.add(
            {"name": name, "vers": version}, file.read_bytes() if content is None else content
        )

    @property
    def served(self) -> dict[str, str]:
        """The end state: every version with its digest, and whether it was yanked."""
        return {
            f"{v.name}@{v.number}": f"{v.checksum}{' yanked' * v.yanked}"
            for crate in self.registry.crates.values()
            for v in sorted(crate.versions, key=lambda v: v.number)
        }

    @property
    def ours(self) -> dict[str, str]:
        """What an undisturbed run ends in."""
        from hashlib import sha256

        return {
            file.stem[: -len("-0.1.0")] + "@0.1.0": sha256(file.read_bytes()).hexdigest()
            for file in self.attested.glob("*.crate")
        }

    @property
    def came(self) -> list[str]:
        """The crates in the order in which the registry got them."""
        found = [v for crate in self.registry.crates.values() for v in crate.versions]
        return [v.name for v in sorted(found, key=lambda v: v.at)]

    def uploads(self) -> int:
        return sum(1 for r in self.registry.requests if r.route == "publish")


@dataclass(frozen=True)
class Ended:
    """How the step ended."""

    code: int
    log: str
    record: Mapping[str, Any]
    clock: Clock

    @property
    def outputs(self) -> dict[str, str]:
        found: dict[str, str] = self.record["outputs"]
        return found

    @property
    def slept(self) -> float:
        assert isinstance(self.clock, StillClock)
        return sum(self.clock.slept)

    def rules(self, *outcomes: str) -> list[str]:
        """The rules of the findings with these outcomes, each once."""
        found = [f["rule"] for f in self.record["findings"] if f["outcome"] in outcomes]
        return list(dict.fromkeys(rule.rpartition("/")[2] for rule in found))

    @property
    def bad(self) -> list[str]:
        return self.rules("failed", "missing", "unknown")

    @property
    def changes(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.record["changes"]
        return found

    @property
    def details(self) -> str:
        return "\n".join(f"{f['subject']}: {f['detail']}" for f in self.record["findings"])


def place(folder: Path, registry: Crates, crates: Mapping[str, tuple[str, ...]] = CHAIN) -> Place:
    """The place, with everything committed, and every crate packaged and attested."""
    found = made(folder, registry, crates)
    here = Place(folder, registry, found.work, found.environ, registry.token())
    here.package()
    registry.requests.clear()
    return here


def kill(child: subprocess.Popen[str]) -> None:
    """The process and all its children, without a word of warning."""
    os.killpg(child.pid, 9)
    child.wait()
    if child.stdout is not None:
        child.stdout.close()
