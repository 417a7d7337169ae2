"""Make the development environment: `tools/environment.py FOLDER LOCK`. Standard library alone."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path


def make(folder: Path, lock: Path) -> None:
    """A venv with exactly what the lock names, by uv where it is on PATH, else by pip."""
    uv = shutil.which("uv")
    venv.create(folder, clear=True, with_pip=uv is None, symlinks=True)
    python = str(folder / "bin" / "python")
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", python]
    subprocess.run([*command, "--require-hashes", "--no-deps", "-r", str(lock)], check=True)
    # Where PYTHONDONTWRITEBYTECODE is set nothing would ever be compiled.
    subprocess.run([python, "-m", "compileall", "-q", str(folder / "lib")], check=False)


if __name__ == "__main__":
    print(f"[INFO] making {sys.argv[1]} from {sys.argv[2]} …", flush=True)
    make(Path(sys.argv[1]), Path(sys.argv[2]))
