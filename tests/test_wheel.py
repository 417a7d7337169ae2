"""The wheel carries the house: installed where no checkout is, it lays the whole library out."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from release_actions import house
from tools.short_paths import SHORT

ROOT = house.root()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a venv with the wheel and what it depends on, built from a copy."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    run([*build, "--directory", str(folder)], ROOT)
    (wheel,) = folder.glob("*.whl")
    venv = folder / "venv"
    run([sys.executable, "-m", "venv", "--without-pip", str(venv)], folder)
    python = str(venv / "bin/python")
    beside = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    installer = [beside, "pip", "install", "--quiet", "--python", python]
    if beside is None:
        installer = [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
    run([str(part) for part in (*installer, wheel)], folder)
    return venv / "bin"


def run(command: list[str], folder: Path) -> str:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_the_library_that_it_lays_out_is_the_checkouts(installed: Path, tmp_path: Path) -> None:
    code = "import sys, pathlib, release_actions.house as h; h.lay_out(pathlib.Path(sys.argv[1]))"
    (tmp_path / "carried").mkdir()
    run([str(installed / "python"), "-I", "-c", code, str(tmp_path / "carried")], tmp_path)
    house.lay_out(tmp_path / "checkout")

    assert files(tmp_path / "carried") == files(tmp_path / "checkout")


def files(folder: Path) -> dict[str, tuple[bool, bytes]]:
    """Every file, whether it can be executed, and what it holds."""
    return {
        path.relative_to(folder).as_posix(): (bool(path.stat().st_mode & 0o100), path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_library_laid_out_has_every_door_the_launcher_and_the_locks(tmp_path: Path) -> None:
    laid_out = files(house.lay_out(tmp_path))
    doors = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("actions/*/action.yml")}
    short = {f"{name}/action.yml" for name in SHORT if f"actions/{name}/action.yml" in doors}

    assert {path for path in laid_out if path.endswith("action.yml")} == {
        "action.yml",
        *doors,
        *short,
    }
    assert laid_out["actions/run"][0]
    assert {"actions/bootstrap.py", "requirements/runtime.txt"} < set(laid_out)
    assert not [path for path in laid_out if "__pycache__" in path]


def test_every_short_path_is_carried() -> None:
    """hatchling is told of each folder by name, and one that is not there yet would stop it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    carried = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]

    for short in ROOT.glob("*/action.yml"):
        name = short.parent.name
        assert carried[f"{name}/action.yml"] == f"release_actions/checkout/{name}/action.yml"


def test_the_command_is_there_and_lists_the_actions(installed: Path, tmp_path: Path) -> None:
    told = run([str(installed / "release-actions"), "list"], tmp_path)

    for action in ROOT.glob("actions/*/action.yml"):
        assert action.parent.name in told
