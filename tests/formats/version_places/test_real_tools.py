"""What was edited here is what the tools themselves would have written: npm, uv, packaging."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from release_actions.formats.version_places.place import rewritten
from release_actions.formats.version_places.readers import known, read
from release_actions.formats.version_places.spelling import spelled
from release_actions.formats.versions import Version

BIN = Path(sys.prefix) / "bin"


def run(folder: Path, *command: str) -> str:
    """A tool of the development environment, offline and with a home of its own."""
    environment = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder / "home")}
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def bump(folder: Path, version: str) -> None:
    """Every place of every known file says this version."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and known(path.name):
            content = path.read_bytes()
            found = read(str(path.relative_to(folder)), content)
            assert found is not None
            edits = [(place, spelled(place, Version(version))) for place in found.places]
            path.write_bytes(rewritten(content, edits))


@pytest.mark.parametrize("lock_version", [2, 3])
@pytest.mark.parametrize("lock", ["package-lock.json", "npm-shrinkwrap.json"])
def test_npm_has_nothing_to_change_in_an_edited_lock(
    tmp_path: Path, lock: str, lock_version: int
) -> None:
    """PAINS 49: package-lock.json states the version twice, and its workspaces' too."""
    root = {"name": "root", "version": "1.2.3", "private": True, "workspaces": ["packages/*"]}
    one = {"name": "@s/one", "version": "1.2.3", "dependencies": {"two": "^1.2.3"}}
    two = {"name": "two", "version": "1.2.3", "peerDependencies": {"three": "~1.2.3"}}
    three = {"name": "three", "version": "1.2.3", "private": True}
    write(
        tmp_path,
        {
            "package.json": json.dumps(root, indent=2),
            "packages/one/package.json": json.dumps(one),
            "packages/b/package.json": json.dumps(two, indent="\t"),
            "packages/three/package.json": json.dumps(three),
        },
    )
    npm = ("npm", "install", "--package-lock-only", "--offline", "--no-audit", "--no-fund")
    run(tmp_path, *npm, f"--lockfile-version={lock_version}")
    if lock != "package-lock.json":
        run(tmp_path, "npm", "shrinkwrap")
    assert '"1.2.3"' in (tmp_path / lock).read_text()
    bump(tmp_path, "1.3.0-rc.1")
    edited = (tmp_path / lock).read_text()
    assert "1.2.3" not in edited
    assert edited.count('"1.3.0-rc.1"') == 5
    run(tmp_path, *npm, f"--lockfile-version={lock_version}")
    assert (tmp_path / lock).read_text() == edited
    listed = run(tmp_path, "npm", "ls", "--package-lock-only", "--all", "--offline")
    assert "@s/one@1.3.0-rc.1" in listed
    assert "invalid" not in listed


def test_uv_finds_an_edited_lock_up_to_date(tmp_path: Path) -> None:
    """Members by path, a requirement between them, and PEP 440 in both files."""
    project = '[project]\nname = "{}"\nversion = "1.2.3"\nrequires-python = ">=3.11"\n'
    root = (
        'dependencies = ["core==1.2.3", "extra~=1.2.3"]\n[tool.uv]\npackage = false\n'
        "[tool.uv.sources]\ncore = { workspace = true }\nextra = { path = 'extra' }\n"
        '[tool.uv.workspace]\nmembers = ["core"]\n'
    )
    unpackaged = "[tool.uv]\npackage = false\n"
    write(
        tmp_path,
        {
            "pyproject.toml": project.format("app") + root,
            "core/pyproject.toml": project.format("core") + unpackaged,
            "extra/pyproject.toml": project.format("extra") + unpackaged,
        },
    )
    uv = ("uv", "lock", "--offline", "--no-python-downloads", "--no-config", "--python")
    run(tmp_path, *uv, sys.executable)
    locked = (tmp_path / "uv.lock").read_text()
    bump(tmp_path, "1.3.0-rc.1")
    assert (tmp_path / "uv.lock").read_text() == locked.replace('"1.2.3"', '"1.3.0rc1"')
    run(tmp_path, *uv, sys.executable, "--check")


def test_packaging_reads_the_requirements_that_were_edited() -> None:
    texts = ["a==1.2.3", "a[b] ~= 1.2.3; os_name == 'x'", "a (>=1.2.3)"]
    content = f'[project]\nname = "x"\ndependencies = {json.dumps(texts)}\n'.encode()
    found = read("pyproject.toml", content)
    assert found is not None
    new = rewritten(content, [(p, spelled(p, Version("2.0.0-rc.1"))) for p in found.places])
    again = json.loads(new.decode().partition("dependencies = ")[2])
    assert [str(Requirement(text).specifier) for text in again] == [
        *("==2.0.0rc1", "~=2.0.0rc1", ">=2.0.0rc1")
    ]
