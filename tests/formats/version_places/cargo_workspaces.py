"""Small Cargo workspaces on disk, with a registry beside them, and the real `cargo` to ask."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"
CONFIG = """\
[source.crates-io]
replace-with = "vendored"
[source.vendored]
directory = "vendor"
"""


@dataclass(frozen=True)
class CargoWorkspace:
    """A folder with crates, a folder that stands for crates.io, and what cargo makes of them."""

    folder: Path

    def crate(self, path: str, name: str, version: str, asks: Iterable[str] = ()) -> None:
        self.write(
            f"{path}/Cargo.toml",
            f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n'
            + "".join(f"{line}\n" for line in ["[dependencies]", *asks]),
        )
        self.write(f"{path}/src/lib.rs", "")

    def vendored(self, name: str, *versions: str, asks: Iterable[str] = ()) -> None:
        """Crates as `cargo vendor` lays them out, for what crates.io would have."""
        self.write(".cargo/config.toml", CONFIG)
        for version in versions:
            path = f"vendor/{name}-{version}"
            self.crate(path, name, version, asks)
            self.write(f"{path}/.cargo-checksum.json", f'{{"files":{{}},"package":"{"0" * 64}"}}')

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    @property
    def manifests(self) -> Mapping[str, bytes]:
        """Of the crates of its own, by path."""
        found = sorted(self.folder.rglob("Cargo.toml"))
        paths = [file.relative_to(self.folder).as_posix() for file in found]
        return {path: self.read(path) for path in paths if not path.startswith("vendor/")}

    def cargo(self, *arguments: str) -> str:
        """What cargo prints; it has no network and no settings but those of this folder."""
        environment = {**os.environ, "CARGO_HOME": str(self.folder / ".cargo-home")}
        command = ["cargo", *arguments, "--offline"]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
