"""A library with the real launcher, a lock of one small wheel, and a program that tells all."""

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from release_actions import house
from tests.hanging import HANG

STEP = 'exec "$GITHUB_ACTION_PATH/../run" hello'
EXIT = 7  # What the program answers, so that no exit code of the launcher's can be taken for it.
BASE_PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
TOOLS = ("bash", "env", "find", "cmp", "mkdir")  # All that the launcher needs beside Python.

PROGRAM = """
import json, os, sys

def main(argv):
    import tiny
    stdin = sys.stdin.read()
    secret = json.loads(stdin)["token"].encode()
    seen = []
    for pid in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else ()):
        try:
            with open(f"/proc/{pid}/environ", "rb") as environ:
                seen += [pid] * (secret in environ.read())
        except OSError:
            pass
    told = {
        "argv": argv, "stdin": stdin, "path": sys.path, "python": sys.executable,
        "directory": os.getcwd(), "environment": dict(os.environ), "secret_seen_in": seen,
        "tiny": tiny.__file__, "tiny_cached": os.path.exists(tiny.__cached__),
        "modules": {name: getattr(it, "__file__", None) for name, it in sys.modules.items()},
    }
    with open(os.environ.get("TELL", "/dev/stdout"), "w") as out:
        print(json.dumps(told), file=out)
    return EXIT
"""


@dataclass(frozen=True)
class Ended:
    """How a step ended, and what the program in it told, if it was reached."""

    code: int
    log: list[str]

    @property
    def told(self) -> dict[str, Any]:
        assert self.code == EXIT, self.log
        told: dict[str, Any] = json.loads(self.log[-1])
        return told

    @property
    def place(self) -> Path:
        """The folder that the environment stands in."""
        return Path(self.told["python"]).parents[2]


@dataclass(frozen=True)
class Library:
    """Everything that a step meets on a runner, in one folder."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    @property
    def lock(self) -> Path:
        return self / "library/requirements/runtime.txt"

    def environments(self, home: Path) -> list[Path]:
        return sorted(home.glob("[!.]*"))

    def begin(
        self, variables: Mapping[str, str] | None = None, *, token: str = "sesame"
    ) -> subprocess.Popen[str]:
        """Start the step as a runner does, in an environment of its own."""
        return subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", STEP],
            cwd=self / "checkout",
            env={
                **self.variables,
                "INPUTS": json.dumps({"token": token}),
                **(variables or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def step(self, variables: Mapping[str, str] | None = None, *, token: str = "sesame") -> Ended:
        return end(self.begin(variables, token=token))

    def path(self, *folders: str) -> dict[str, str]:
        return {"PATH": os.pathsep.join(str(self / name) for name in folders)}

    def script(self, name: str, text: str) -> Path:
        script = self / name
        script.parent.mkdir(parents=True, exist_ok=True)
        script.write_text(f"#!{shutil.which('bash')}\n{text}\n")
        script.chmod(0o755)
        return script


def end(step: subprocess.Popen[str]) -> Ended:
    try:
        output, _ = step.communicate(timeout=HANG)
    except subprocess.TimeoutExpired:
        os.killpg(step.pid, signal.SIGKILL)
        raise
    return Ended(step.returncode, output.splitlines())


def lay_out(folder: Path) -> Library:
    """The library, a checkout, a scratch runner, and a PATH of five tools, Python and uv."""
    (folder / "library").mkdir()
    for name in ("run", "bootstrap.py"):
        copy = folder / "library/actions" / name
        copy.parent.mkdir(exist_ok=True)
        shutil.copy2(house.root() / "actions" / name, copy)
    for name in ("library/actions/hello", "checkout", "home", "temp", "cache", "tools", "python"):
        (folder / name).mkdir()
    program = folder / "library/src/release_actions/__main__.py"
    program.parent.mkdir(parents=True)
    program.write_text(PROGRAM.replace("EXIT", str(EXIT)))
    for tool in TOOLS:
        (folder / "tools" / tool).symlink_to(str(shutil.which(tool)))
    (folder / "python/python3").symlink_to(BASE_PYTHON)
    _put_uv(folder / "uv")
    library = Library(
        folder,
        {
            "PATH": "",
            "HOME": str(folder / "home"),
            "RUNNER_TEMP": str(folder / "temp"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(folder / "library/actions/hello"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(folder / "wheels"),
        },
    )
    library.variables.update(library.path("tools", "python", "uv"))
    write_lock(library, "1.0")
    return library


def _put_uv(folder: Path) -> None:
    beside = str(Path(sys.executable).parent)
    folder.mkdir()
    (folder / "uv").symlink_to(str(shutil.which("uv", path=beside) or shutil.which("uv")))


def write_lock(library: Library, version: str) -> None:
    digest = hashlib.sha256(_wheel(library / "wheels", version).read_bytes()).hexdigest()
    library.lock.parent.mkdir(exist_ok=True)
    library.lock.write_text(f"tiny=={version} \\\n    --hash=sha256:{digest}\n")


def _wheel(folder: Path, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    info = f"tiny-{version}.dist-info"
    files = {
        "tiny.py": f"version = '{version}'\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = [f"{info}/RECORD,,"]
    for name, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        lines.append(f"{name},sha256={digest.decode()},{len(text)}")
    files[f"{info}/RECORD"] = "\n".join(lines) + "\n"
    wheel = folder / f"tiny-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return wheel
