"""Each stand-in does what the action does that it stands in for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.version import Version

from rehearsal.casting import cast
from rehearsal.played import PlayedStep
from rehearsal.scratch import Scratch
from rehearsal.standins import HERE, STANDINS, stage
from rehearsal.standins.setup_python.play import _known, _Python, _suits
from rehearsal.standins.upload_artifact.search import find
from rehearsal.workflow import read_action, read_workflow
from tests.rehearsal.small_world import SmallWorld


@pytest.fixture
def world() -> Iterator[SmallWorld]:
    with Scratch() as scratch:
        yield SmallWorld.make(scratch)


@pytest.mark.parametrize("name", sorted(set(STANDINS.values())))
def test_a_stand_in_is_an_action_and_a_program(name: str) -> None:
    action = read_action(HERE / name)
    assert action is not None
    assert action.using == "composite"
    assert (HERE / name / "play.py").is_file()


def test_the_page_tells_of_each_stand_in() -> None:
    page = (Path(__file__).parents[2] / "docs/rehearsal.md").read_text()
    assert [name for name in STANDINS if f"`{name}`" not in page] == []


def test_a_stand_in_is_found_whatever_the_ref(tmp_path: Path) -> None:
    workflow = tmp_path / "w.yml"
    pins = ("v4", "0" * 40, "main")
    steps = "".join(f"\n      - uses: actions/checkout@{pin}" for pin in pins)
    workflow.write_text(f"on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:{steps}\n")
    told = cast(
        read_workflow(workflow),
        checkout=tmp_path,
        folder_of=lambda repository: stage(repository, tmp_path / "standins"),
    )
    assert set(told.repositories) == {f"actions/checkout@{pin}" for pin in pins}


# actions/checkout

CHECKOUT = """
on: push
jobs:
  shallow:
    runs-on: ubuntu-latest
    steps:
      - id: checkout
        uses: actions/checkout@v4
      - id: look
        run: |
          git rev-list --count HEAD; git tag --list; git symbolic-ref -q HEAD || echo detached
          git cat-file -t refs/tags/v1 2>/dev/null || true
          git config remote.origin.url; cat version
  whole:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { fetch-depth: 0, persist-credentials: false }
      - id: look
        run: |
          git rev-list --count HEAD; git tag --list; git cat-file -t refs/tags/v1
          git config --get-regexp extraheader || echo no credentials
  again:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: echo changed > version && touch stray
      - uses: actions/checkout@v4
        with: { ref: other, clean: false }
      - id: kept
        run: cat version; ls
      - uses: actions/checkout@v4
        with: { ref: other }
      - id: look
        run: cat version; ls
  other:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with: { ref: other, path: below }
      - id: look
        run: cat below/version; git -C below symbolic-ref HEAD
      - id: absent
        continue-on-error: true
        uses: actions/checkout@v4
        with: { ref: nowhere }
      - id: unknown
        continue-on-error: true
        uses: actions/checkout@v4
        with: { filter: "blob:none" }
"""


def _push_history(world: SmallWorld) -> None:
    world.consumer.write({"version": "1\n"})
    world.consumer.commit("One")
    world.consumer.tag("v1")
    world.consumer.git("checkout", "--quiet", "-b", "other")
    world.consumer.write({"version": "other\n"})
    world.consumer.commit("Another")
    world.consumer.git("checkout", "--quiet", "main")
    world.consumer.write({"version": "2\n"})


def test_checkout_fetches_what_the_real_one_fetches(world: SmallWorld) -> None:
    _push_history(world)
    played = world.play(CHECKOUT, secrets={"GITHUB_TOKEN": "a-token"})
    assert played.ok, played.lines

    shallow = played.job("shallow")
    head = world.consumer.git("rev-parse", "HEAD")
    assert shallow.step("checkout").outputs == {"ref": "refs/heads/main", "commit": head}
    expected = ("1", "refs/heads/main", "https://github.com/acme/app.git", "2")
    assert shallow.step("look").lines == expected
    assert played.job("whole").step("look").lines == ("2", "v1", "tag", "no credentials")
    again = played.job("again")
    assert again.step("kept").lines == ("other", "stray", "version")
    assert again.step("look").lines == ("other", "version")
    other = played.job("other")
    assert other.step("look").lines == ("other", "refs/heads/other")
    assert (
        _error(other.step("absent")) == "A branch or tag with the name 'nowhere' could not be found"
    )
    assert "does not know `filter`" in _error(other.step("unknown"))


def test_checkout_of_a_tag_overwrites_an_annotated_tag_by_its_commit(world: SmallWorld) -> None:
    world.consumer.write({".github/workflows/play.yml": CHECKOUT})
    world.consumer.commit("One")
    world.consumer.tag("v1")
    played = world.play(CHECKOUT, ref="refs/tags/v1", secrets={"GITHUB_TOKEN": "a-token"})

    look = played.job("shallow").step("look").lines
    assert look[:3] == ("1", "v1", "detached")
    assert look[3] == "commit"
    assert played.job("whole").step("look").lines[2] == "commit"


# actions/upload-artifact and actions/download-artifact

ARTIFACTS = """
on: push
jobs:
  upload:
    runs-on: ubuntu-latest
    outputs: { id: "${{ steps.two.outputs.artifact-id }}" }
    steps:
      - run: mkdir -p a/b && echo 1 > a/1.txt && echo 2 > a/b/2.txt && echo 3 > a/.3
      - { id: one, uses: actions/upload-artifact@v4, with: { name: one, path: a/1.txt } }
      - { id: two, uses: actions/upload-artifact@v4, with: { name: two, path: "a/**/*.txt" } }
      - id: again
        continue-on-error: true
        uses: actions/upload-artifact@v4
        with: { name: one, path: a/b }
      - id: overwrite
        uses: actions/upload-artifact@v4
        with: { name: one, path: a/b, overwrite: true }
      - { id: warn, uses: actions/upload-artifact@v4, with: { name: none, path: nothing } }
      - id: error
        continue-on-error: true
        uses: actions/upload-artifact@v4
        with: { name: none, path: nothing, if-no-files-found: error }
      - id: name
        continue-on-error: true
        uses: actions/upload-artifact@v4
        with: { name: "a/b", path: a }
  download:
    needs: upload
    runs-on: ubuntu-latest
    steps:
      - { uses: actions/download-artifact@v4, with: { name: one, path: by-name } }
      - { uses: actions/download-artifact@v4, with: { path: every } }
      - uses: actions/download-artifact@v4
        with: { pattern: "t*", path: merged, merge-multiple: true }
      - id: id
        uses: actions/download-artifact@v5
        with: { artifact-ids: "${{ needs.upload.outputs.id }}", path: by-id }
      - id: absent
        continue-on-error: true
        uses: actions/download-artifact@v4
        with: { name: absent }
      - { id: look, run: find . -type f | sort }
"""


def test_artifacts_are_named_found_and_refused_as_by_the_real_actions(world: SmallWorld) -> None:
    played = world.play(ARTIFACTS)
    assert played.ok, played.lines

    upload, download = played.job("upload"), played.job("download")
    assert "(409) Conflict: an artifact with this name already" in _error(upload.step("again"))
    assert upload.step("overwrite").outcome == "success"
    assert [one.level for one in upload.step("warn").annotations] == ["warning"]
    assert "No files were found with the provided path: nothing" in _error(upload.step("error"))
    assert "artifact name is not valid" in _error(upload.step("name"))
    assert _error(download.step("absent")).endswith("Artifact not found for name: absent")
    assert download.step("look").lines == (
        "./by-id/1.txt",
        "./by-id/b/2.txt",
        "./by-name/2.txt",
        "./every/one/2.txt",
        "./every/two/1.txt",
        "./every/two/b/2.txt",
        "./merged/1.txt",
        "./merged/b/2.txt",
    )


@pytest.mark.parametrize(
    ("patterns", "root", "files"),
    [
        pytest.param("dist", "dist", ["a.whl", "deep/b.txt"], id="a folder is all in it"),
        pytest.param("dist/a.whl", "dist", ["a.whl"], id="a file alone loses its folders"),
        pytest.param("dist/**", "dist", ["a.whl", "deep/b.txt"], id="any depth"),
        pytest.param("dist/*.whl", "dist", ["a.whl"], id="a star stays in its folder"),
        pytest.param("dist\n!**/*.txt", "dist", ["a.whl"], id="later lines take away"),
        pytest.param(
            "dist\nnotes.md", ".", ["dist/a.whl", "dist/deep/b.txt", "notes.md"], id="lca"
        ),
        pytest.param("d?st/deep/[a-b].txt", ".", ["dist/deep/b.txt"], id="question mark and set"),
        pytest.param("absent", "absent", [], id="nothing"),
    ],
)
def test_upload_patterns(tmp_path: Path, patterns: str, root: str, files: list[str]) -> None:
    for path in ("dist/a.whl", "dist/deep/b.txt", "dist/.hidden", "notes.md"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found = find(patterns, base=tmp_path, hidden=False)

    assert found.root == tmp_path / root
    assert [file.relative_to(found.root).as_posix() for file in found.files] == files


def test_hidden_files_are_uploaded_when_asked_for(tmp_path: Path) -> None:
    (tmp_path / ".hidden").touch()
    assert [file.name for file in find(".", base=tmp_path, hidden=True).files] == [".hidden"]


# actions/setup-python and step-security/harden-runner


def test_setup_python_puts_one_on_path_that_is_here(world: SmallWorld) -> None:
    minor = f"3.{sys.version_info.minor}"
    played = world.play(
        f"""
        on: push
        jobs:
          a:
            runs-on: ubuntu-latest
            steps:
              - uses: step-security/harden-runner@v2
              - id: python
                uses: actions/setup-python@v5
                with: {{ python-version: "{minor}" }}
              - id: look
                run: command -v python; python -m pip --version; python --version
              - id: absent
                continue-on-error: true
                uses: actions/setup-python@v5
                with: {{ python-version: "3.2" }}
        """
    )
    assert played.ok, played.lines
    job = played.job("a")
    outputs = job.step("python").outputs
    path, pip, version = job.step("look").lines
    assert outputs["python-version"].startswith(minor)
    assert path == outputs["python-path"]
    assert version == f"Python {outputs['python-version']}"
    assert pip.startswith("pip ")
    assert "The version '3.2' of Python is not on this machine: found" in _error(job.step("absent"))
    (notice,) = job.steps[0].annotations
    assert "harden-runner does nothing in a rehearsal" in notice.message


def test_each_python_is_asked_once_a_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shim of a version manager takes half a second, and each job would pay it."""
    asked = tmp_path / "asked"
    for name, says in (("python3", "echo 3.12.4 /opt/py/bin/python"), ("python3.9", "exit 1")):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} >> {asked}\n{says}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("RUNNER_TOOL_CACHE", str(tmp_path))
    first, second = list(_known("")), list(_known(""))
    assert first == second
    assert first[0] == _Python(Version("3.12.4"), Path("/opt/py/bin/python"))
    assert asked.read_text() == "python3\npython3.9\n"


@pytest.mark.parametrize(
    ("wanted", "suits"),
    [
        ("3.12", True),
        ("3.12.4", True),
        ("3.12.5", False),
        ("3", True),
        ("3.x", True),
        ("3.12.x", True),
        (">=3.11", True),
        (">=3.11 <3.12", False),
        ("3.1", False),
    ],
)
def test_python_versions_as_setup_python_reads_them(wanted: str, suits: bool) -> None:
    assert _suits(_Python(Version("3.12.4"), Path("python")), wanted) is suits


def _error(step: PlayedStep) -> str:
    assert step.outcome == "failure"
    return next(one.message for one in step.annotations if one.level == "error")
