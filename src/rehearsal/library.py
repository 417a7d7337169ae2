"""This library, as a runner would have it: laid out once, with its locked environment made."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from rehearsal.errors import RehearsalError
from rehearsal.services import Services
from rehearsal.surroundings import surroundings
from release_actions.clients.crates import CRATES_IO
from release_actions.clients.pypi import PYPI
from release_actions.house import lay_out

#: What the samples call this library in `uses:`.
NAME = "org/release-actions"


def pin(library: Path) -> str:
    """What stands for `<sha>`: 40 digits that change with the library's own files."""
    whole = (library / "src").resolve().parent
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(path for path in whole.rglob("*") if path.is_file()):
        if path.suffix != ".pyc":  # A step makes these.
            digest.update(str(path.relative_to(whole)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def make(folder: Path) -> Path:
    """Lay the library out in a new folder: the checkout's files, or those the wheel carries.

    What act is given are its doors: act copies a whole repository for each step, and so no step
    would find what the one before has compiled.
    """
    whole = folder.with_name(f"{folder.name}-whole")
    whole.mkdir(parents=True)
    lay_out(whole)
    shutil.copytree(whole, folder, ignore=shutil.ignore_patterns("src", "requirements"))
    for part in ("src", "requirements"):
        (folder / part).symlink_to(whole / part)
    return folder


#: Where nobody listens: what a registry that this world does not have is for our actions.
_NOBODY = "http://127.0.0.1:9"
#: Where our actions have the address of each public registry.
_PUBLIC = {
    "src/release_actions/clients/pypi.py": PYPI,
    "src/release_actions/clients/crates.py": CRATES_IO,
}


def settled(library: Path, folder: Path, services: Services) -> Path:
    """The same library, to which the registries of this world are the public ones.

    A workflow that names no registry means the public one. Neither its steps nor a variable of
    theirs can tell our actions of another, and so this copy of them is told.
    """
    addresses = {
        PYPI: services.pypi.simple_url if services.pypi else f"{_NOBODY}/simple/",
        CRATES_IO: services.crates.index_url if services.crates else f"{_NOBODY}/index/",
    }
    shutil.copytree(library, folder, symlinks=True)
    (folder / "src").unlink()
    shutil.copytree(library / "src", folder / "src")
    for path, public in _PUBLIC.items():
        text = (folder / path).read_text(encoding="utf-8")
        if text.count(public) != 1:
            raise RehearsalError(f"{path} has the address {public} not once")
        told = text.replace(public, addresses[public].removeprefix("sparse+"))
        (folder / path).write_text(told, encoding="utf-8")
    return folder


def warm(library: Path, tool_cache: Path) -> None:
    """Make the locked environment where every later step finds it."""
    # The launcher trusts no folder that others could have written.
    tool_cache.chmod(0o700)
    temporary = tool_cache.parent / "warming"
    temporary.mkdir(exist_ok=True)
    home = Path(os.environ.get("HOME", str(temporary)))
    environment = {
        # Steps find the same Python by the same PATH; here pip may use its cache, too.
        **surroundings(home, temporary),
        "RUNNER_TOOL_CACHE": str(tool_cache),
        "RUNNER_TEMP": str(temporary),
    }
    done = subprocess.run(
        ["bash", str(library / "actions/run"), "list"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not any(tool_cache.glob("release-actions/*/bin/python")):
        told = "; ".join(done.stdout.split("\n")[-4:]).strip("; ")
        raise RehearsalError(f"The locked environment of the actions could not be made: {told}")
