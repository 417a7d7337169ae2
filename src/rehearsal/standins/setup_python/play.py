"""actions/setup-python, with the Pythons that this machine has.

The workflow gets an environment of its own, so that its `pip install` changes nothing here.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from rehearsal.standins.runner import RefusedError, add_path, boolean, environment, output
from rehearsal.standins.runner import workspace as workspace_folder

_WILDCARD = re.compile(r"(\d+)(\.\d+)?(\.[x*])*")
_MINOR = re.compile(r"3\.(\d+)")
#: Where this Python has its own pip; or the wheel of one, that `python -m venv` would unpack.
_PIP = "import importlib.util as u; pip = u.find_spec('pip'); print(pip.origin if pip else '')"
_BUNDLED = "import ensurepip, pathlib; print(pathlib.Path(ensurepip.__file__).parent / '_bundled')"
_ABOUT = "import platform, sys; print(platform.python_version(), sys.executable)"


@dataclass(frozen=True)
class _Python:
    version: Version
    path: Path


def play(inputs: dict[str, str]) -> None:
    """Find the Python that is asked for and put it on PATH."""
    wanted = _wanted(inputs)
    known = list(_known(wanted))
    suited = [python for python in known if _suits(python, wanted)] if wanted else known[:1]
    if not suited:
        have = ", ".join(sorted({str(python.version) for python in known})) or "none"
        raise RefusedError(
            f"The version '{wanted}' of Python is not on this machine: found {have}."
            " Install it and put it on PATH to rehearse this step."
        )
    python = max(suited, key=lambda one: one.version) if wanted else suited[0]
    path = _environment(python)
    if boolean(inputs, "update-environment"):
        add_path(path.parent)
        environment("pythonLocation", str(path.parent.parent))
    output("python-version", str(python.version))
    output("python-path", str(path))
    print(f"Python {python.version} from {python.path}")


def _wanted(inputs: dict[str, str]) -> str:
    """The last version asked for: of several, the real action puts that one on PATH."""
    asked = inputs["python-version"].split()
    file = inputs["python-version-file"]
    if asked and inputs["python-version"][0] not in "<>=~!":
        return asked[-1]
    if asked:
        return inputs["python-version"]
    if file:
        return _from_file(workspace_folder() / file)
    return ""


def _from_file(file: Path) -> str:
    if not file.is_file():
        raise RefusedError(f"The specified python version file at: {file} doesn't exist.")
    text = file.read_text(encoding="utf-8")
    if file.name == "pyproject.toml":
        import tomllib

        return str(tomllib.loads(text).get("project", {}).get("requires-python", ""))
    lines = [line.strip() for line in text.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


def _suits(python: _Python, wanted: str) -> bool:
    if found := _WILDCARD.fullmatch(wanted):
        wanted = f"=={found[1]}{found[2] or ''}.*"
    elif wanted[0].isdigit():
        wanted = f"=={wanted}"
    try:
        return SpecifierSet(wanted.replace(" ", ",").replace(",,", ",")).contains(python.version)
    except InvalidSpecifier as error:
        raise RefusedError(
            f"The version '{wanted}' is not one that the stand-in of setup-python reads:"
            " write 3.12, 3.x or >=3.11."
        ) from error


def _known(wanted: str) -> Iterator[_Python]:
    """Every Python of this machine: on PATH, in the tool cache, and the one of the rehearsal."""
    seen: set[Path] = set()
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep) if folder]
    cache = Path(os.environ.get("RUNNER_TOOL_CACHE", ""), "Python")
    folders += [path / "bin" for path in cache.glob("3.*/*")]
    minors = [found[1]] if (found := _MINOR.match(wanted)) else range(20, 8, -1)
    names = ("python3", *(f"python3.{minor}" for minor in minors))
    candidates = [folder / name for folder in folders for name in names]
    told = _Told(Path(os.environ["RUNNER_TOOL_CACHE"], "rehearsed-pythons.json"))
    for path in [*candidates, Path(sys.executable)]:
        if path.is_file() and path.resolve() not in seen:
            seen.add(path.resolve())
            version, _, real = told.about(path).partition(" ")
            if real:
                yield _Python(Version(version), Path(real))


class _Told:
    """What each Python says of itself, asked once a machine: a shim takes half a second."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, str] = json.loads(file.read_bytes()) if file.exists() else {}

    def about(self, path: Path) -> str:
        """Its version and where it is; empty where this is no Python that runs."""
        if str(path) not in self._known:
            done = subprocess.run(
                [path, "-I", "-c", _ABOUT], capture_output=True, text=True, check=False
            )
            self._known[str(path)] = done.stdout.strip() if done.returncode == 0 else ""
            # Two jobs may ask at once: each leaves a whole file.
            aside = self._file.with_suffix(f".{os.getpid()}")
            aside.write_text(json.dumps(self._known))
            aside.replace(self._file)
        return self._known[str(path)]


def _environment(python: _Python) -> Path:
    """An environment over this Python, with pip if it can be had at once."""
    folder = Path(os.environ["RUNNER_TEMP"], "rehearsed-python", str(python.version))
    path = folder / "bin" / "python"
    if path.exists():
        return path
    _run(python.path, "-I", "-m", "venv", "--without-pip", str(folder))
    if _give_pip(python, next(folder.glob("lib/python3*/site-packages"))):
        for name in ("pip", "pip3"):
            script = folder / "bin" / name
            script.write_text(f'#!/bin/sh\nexec "{path}" -m pip "$@"\n')
            script.chmod(0o755)
    return path


def _give_pip(python: _Python, packages: Path) -> bool:
    """Put a pip there; whether one could be had. To have it unpacked takes two seconds."""
    if (own := Path(_run(python.path, "-I", "-c", _PIP))).name == "__init__.py":
        # As it is compiled; the workflow may upgrade it, which puts other files in their place.
        for part in (own.parent, *own.parent.parent.glob("pip-*.dist-info")):
            shutil.copytree(part, packages / part.name, copy_function=_link)
        return True
    bundled = Path(_run(python.path, "-I", "-c", _BUNDLED))
    if wheel := next(bundled.glob("pip-*.whl"), None):
        # A wheel of pip runs where it lies.
        shutil.copy(wheel, packages)
        (packages / "pip.pth").write_text(f"{wheel.name}\n")
    return wheel is not None


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or somebody else's file
        shutil.copy2(source, target)


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RefusedError(f"{command[0]}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()
