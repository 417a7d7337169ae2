"""The same as a process of its own: exit code, lines, outputs, and no token anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actions.require_ci_green.conftest import Setting
from tests.actions.require_ci_green.play import environment
from tests.actions.require_ci_green.scenario import ERROR, FAILED, MISSING, OK, USAGE
from tests.actions.require_ci_green.scene import Scene, Step, moves_on, ran
from tests.hanging import HANG

ROOT = Path(__file__).parents[3]


def command(scene: Scene, folder: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    """The command on a laptop, with nothing of this process's environment."""
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT / "src")}
    files = {
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    asked = ["require-ci-green", "--repository", scene.repository.full_name, *flags]
    return subprocess.run(
        [sys.executable, "-m", "release_actions", *asked],
        env=own | environment(scene) | files | {"GH_TOKEN": scene.token},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )


CASES: dict[str, tuple[tuple[Step, ...], tuple[str, ...], int, str]] = {
    "green": ((ran(),), ("--workflows", "ci.yml"), OK, "[PASS]"),
    "red": ((ran(conclusion="failure"),), ("--workflows", "ci.yml"), FAILED, "[FAIL]"),
    "never ran": ((), ("--workflows", "ci.yml"), MISSING, "[FAIL]"),
    "no workflow is named": ((ran(),), (), USAGE, "input `workflows`"),
    "no such flag": ((ran(),), ("--workflow", "ci.yml"), USAGE, "workflows"),
}


@pytest.mark.parametrize("name", CASES)
def test_on_the_command_line(name: str, setting: Setting, tmp_path: Path) -> None:
    steps, flags, exit, says = CASES[name]
    scene = setting(*steps)
    done = command(scene, tmp_path, *flags, "--commit", scene.names["commit"])
    assert done.returncode == exit, done.stdout + done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert scene.token not in done.stdout + done.stderr


def test_the_record_is_json_and_the_outputs_are_told(setting: Setting, tmp_path: Path) -> None:
    scene = setting(ran())
    flags = ("--workflows", "ci.yml", "--commit", scene.names["commit"], "--json")
    record = json.loads(command(scene, tmp_path, *flags).stdout)
    assert record["outputs"]["outcome"] == "ok"
    assert record["outputs"]["commit"] == scene.names["commit"]
    output, summary = ((tmp_path / name).read_text() for name in ("output", "summary"))
    assert scene.names["commit"] in output
    assert "ci.yml" in summary
    assert scene.token not in output + summary


def test_head_and_its_commit_come_from_the_clone(setting: Setting, tmp_path: Path) -> None:
    scene = setting(ran(), moves_on())
    done = command(scene, tmp_path, "--workflows", "ci.yml")  # HEAD is main now, which never ran
    assert done.returncode == MISSING, done.stdout + done.stderr
    assert scene.names["next"] in done.stdout


def test_nobody_answers(setting: Setting, tmp_path: Path) -> None:
    scene = setting(ran())
    scene.environ["GITHUB_API_URL"] = "http://127.0.0.1:9"
    done = command(scene, tmp_path, "--workflows", "ci.yml", "--commit", scene.names["commit"])
    assert done.returncode == ERROR, done.stdout + done.stderr
    assert "GET /repos/" in done.stdout
