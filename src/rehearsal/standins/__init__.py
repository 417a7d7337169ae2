"""Stand-ins: small Python programs that do what a third-party action does, on this machine.

Each is a folder here with an `action.yml`, as users know it, and a `play.py`. They are known by
repository and path, whatever the ref: a workflow is rehearsed with its pins as they are.
"""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: In a stand-in's action.yml: the command that starts its `play.py`.
PLAY = "@PLAY@"

STANDINS = {
    "actions-rust-lang/setup-rust-toolchain": "setup_rust_toolchain",
    "actions/attest": "attest",
    "actions/attest-build-provenance": "attest_build_provenance",
    "actions/checkout": "checkout",
    "actions/download-artifact": "download_artifact",
    "actions/setup-python": "setup_python",
    "actions/upload-artifact": "upload_artifact",
    "dtolnay/rust-toolchain": "rust_toolchain",
    "pypa/gh-action-pypi-publish": "pypi_publish",
    "rust-lang/crates-io-auth-action": "crates_io_auth",
    "step-security/harden-runner": "harden_runner",
}


def stage(repository: str, folder: Path) -> Path | None:
    """Lay out the stand-ins of a repository as act wants them; None if there is none."""
    names = {
        path.removeprefix(repository).lstrip("/"): name
        for path, name in STANDINS.items()
        if path == repository or path.startswith(f"{repository}/")
    }
    if not names:
        return None
    place = folder / repository.replace("/", "-")
    for path, name in names.items():
        action = (HERE / name / "action.yml").read_text(encoding="utf-8")
        (place / path).mkdir(parents=True, exist_ok=True)
        (place / path / "action.yml").write_text(action.replace(PLAY, command(name)))
    return place


def command(name: str) -> str:
    """The shell command that plays a stand-in with the interpreter of this rehearsal."""
    return shlex.join([sys.executable, "-I", str(HERE / "start.py"), name])
