"""What was built is hashed once, under names that stay; nothing missing, twice or half."""

from __future__ import annotations

import base64
import io
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from release_actions.actions.digest_artifacts import hashing
from release_actions.cli import actions
from release_actions.clients import files
from release_actions.formats import asset_manifest
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.releasing import digest
from tests.probe import Step, StepEnd, git, step_in
from tests.shelf import StillClock

NAME = "digest-artifacts"


@pytest.fixture
def step(tmp_path: Path) -> Step:
    made = step_in(tmp_path)
    build(tmp_path, {"dist/a.whl": b"wheel", "dist/a.tar.gz": b"source"})
    return made


def build(folder: Path, content: dict[str, bytes]) -> None:
    for path, written in content.items():
        file = folder / "work" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(written)


def run(step: Step, paths: str = "dist/*", **given: Any) -> StepEnd:
    """The action, through the same doors as every other."""
    values = {"repository": "acme/app", "paths": paths} | given
    raw = {key.replace("_", "-"): Given(value, "with") for key, value in values.items()}
    log, out = io.StringIO(), io.StringIO()
    world = World(step.token, step.environ, StillClock())
    asked = Asked(NAME, raw, world, actions())
    code = perform(asked, Teller(log, step.environ, step.token), out=out)
    return StepEnd(code, log.getvalue(), out.getvalue(), step.folder)


def bad(end: StepEnd) -> list[str]:
    findings = end.record["findings"]
    return [f["rule"].partition("/")[2] for f in findings if f["outcome"] not in ("ok", "due")]


def test_the_checksums_verify_after_a_download_into_a_flat_folder(step: Step) -> None:
    """PAINS C28, M10, O17: by the real sha256sum, which takes no `dist/`."""
    build(step.folder, {"out/deep/tool": b"tool"})
    end = run(step, "dist/*\nout/**/*")
    assert end.code == 0, end.log
    flat = step.folder / "flat"
    flat.mkdir()
    work = step.folder / "work"
    for path in ("dist/a.whl", "dist/a.tar.gz", "out/deep/tool", end.outputs["checksums"]):
        (flat / Path(path).name).write_bytes((work / path).read_bytes())
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "checksums.sha256"],
        cwd=flat,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines() == ["a.tar.gz: OK", "a.whl: OK", "tool: OK"]


def test_the_manifest_names_every_file_and_the_checksums_too(step: Step) -> None:
    """M17, D-O10: the release has a checksums file, and the next two actions expect it."""
    end = run(step)
    content = (step.folder / "work" / end.outputs["manifest"]).read_bytes()
    assert end.outputs["manifest-sha256"] == digest(content)
    checksums = (step.folder / "work" / end.outputs["checksums"]).read_bytes()
    assert [(a.name, a.sha256, a.size) for a in asset_manifest.read(content)] == [
        ("a.tar.gz", digest(b"source"), 6),
        ("a.whl", digest(b"wheel"), 5),
        ("checksums.sha256", digest(checksums), len(checksums)),
    ]
    assert end.outputs["count"] == "2"


def test_the_subjects_are_the_files_and_not_the_checksums(step: Step) -> None:
    """O17, O18: attested is what was built; and the same stands in a file."""
    end = run(step)
    told = end.outputs["base64-subjects"]
    lines = base64.b64decode(told).decode().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["a.tar.gz", "a.whl"]
    file = step.folder / "work" / end.outputs["base64-subjects-file"]
    assert file.read_text() == told


def test_too_many_subjects_for_a_variable_are_in_the_file_alone(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "BIG", 10)
    end = run(step)
    assert end.code == 0
    assert end.outputs["base64-subjects"] == ""
    assert (step.folder / "work" / end.outputs["base64-subjects-file"]).stat().st_size > 10


def test_a_second_run_writes_nothing_and_tells_the_same(step: Step) -> None:
    """What is made here is never taken for what was built, wherever it lies."""
    first = run(step, output_directory="dist").outputs
    second = run(step, output_directory="dist")
    assert second.outputs == first
    assert not any("made: " in line for line in second.log.splitlines())
    assert first["count"] == "2"


def test_other_bytes_make_other_files(step: Step) -> None:
    before = run(step).outputs["manifest-sha256"]
    build(step.folder, {"dist/a.whl": b"another"})
    assert run(step).outputs["manifest-sha256"] != before


def test_a_dry_run_writes_nothing(step: Step) -> None:
    end = run(step, dry_run="true")
    assert end.code == 0
    assert not (step.folder / "work" / "release-digests").exists()
    assert "would be made: write release-digests/manifest.json" in end.log
    assert "manifest" not in end.outputs
    assert "release-digests/manifest.json: it is not there" in end.log
    run(step)
    build(step.folder, {"dist/a.whl": b"another"})
    again = run(step, dry_run="true")
    assert "release-digests/manifest.json: it says something else" in again.log


def test_folders_may_be_anywhere(step: Step) -> None:
    out = step.folder / "temp" / "digests"
    end = run(step, "a.*", path="dist", output_directory=str(out), checksums="linux.sha256")
    assert end.code == 0, end.log
    assert sorted(path.name for path in out.iterdir()) == [
        "linux.sha256",
        "linux.sha256.base64",
        "manifest.json",
    ]
    assert end.outputs["checksums"] == f"{out}/linux.sha256"


def test_a_pattern_that_matches_nothing_is_missing(step: Step) -> None:
    """D-O1: a missing wheel gave two subjects and exit 0; PAINS C27."""
    end = run(step, "dist/*.tar.gz\ndist/*.crate")
    assert end.code == 11
    assert bad(end) == ["no-match"]
    assert not (step.folder / "work" / "release-digests").exists()


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("dist/-rf.whl", "bad-name"),
        ("dist/a b.whl", "bad-name"),
        ("dist/a~1.deb", "bad-name"),
        ("dist/a\u202e.whl", "bad-name"),
        ("dist/a\n.whl", "bad-name"),
        ("dist/trailing.", "bad-name"),
        ("dist/A.WHL", "name-twice"),
        ("dist/sub/a.whl", "name-twice"),
        ("dist/CHECKSUMS.sha256", "name-twice"),
        ("dist/manifest.json", "name-twice"),
        ("dist/empty", "empty-file"),
    ],
)
def test_a_file_that_no_release_could_have_is_refused(step: Step, name: str, rule: str) -> None:
    """Options, what GitHub renames, one name in two folders, twins by case, no bytes at all."""
    build(step.folder, {name: b"" if "empty" in name else b"x"})
    end = run(step, "dist/**/*")
    assert (end.code, bad(end)) == (10, [rule]), end.log
    assert not (step.folder / "work" / "release-digests").exists()


def test_links_and_pipes_are_refused(step: Step) -> None:
    dist = step.folder / "work" / "dist"
    (dist / "b.whl").symlink_to("/etc/passwd")
    os.mkfifo(dist / "pipe")
    (step.folder / "work" / "linked").symlink_to("dist")
    end = run(step, "dist/*\nlinked/*.whl")
    assert end.code == 10
    assert sorted(bad(end)) == ["not-a-file", "symlink", "symlink"]
    assert end.record["findings"][0]["detail"] == "it matches 4"


def test_a_file_that_changes_while_it_is_read_is_refused(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = files.digest
    wheel = step.folder / "work" / "dist" / "a.whl"

    def later(path: Path) -> files.Hashed | None:
        found = real(path)
        if path == wheel and found is not None:
            return files.Hashed(path, found.sha256, found.size, changed=True)
        return None if path.name == "a.tar.gz" else found

    monkeypatch.setattr(files, "digest", later)
    end = run(step)
    assert end.code == 10
    assert bad(end) == ["changed", "changed"]
    assert "dist/a.whl: it changed while it was read" in end.log
    assert "dist/a.tar.gz: it is gone" in end.log


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"paths": ""}, "`paths`"),
        ({"paths": "\n  \n"}, "`paths`"),
        ({"paths": ","}, "`paths`"),
        ({"paths": "../x"}, "below `path`"),
        ({"checksums": "a/b"}, "`checksums`"),
        ({"manifest": "checksums.sha256"}, "`manifest`"),
        ({"manifest": "Checksums.sha256.base64"}, "`manifest`"),
        ({"path": "none"}, None),
    ],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    step: Step, given: dict[str, str], said: str | None
) -> None:
    end = run(step, **({"paths": "dist/*"} | given))
    assert end.code == (2 if said else 11)
    assert said is None or said in end.log


def test_the_config_file_may_say_what_is_built(step: Step) -> None:
    work = step.folder / "work"
    config = b'[digest-artifacts]\npaths = ["dist/*"]\n'
    build(step.folder, {".github/release-actions.toml": config})
    git(work, "init", "-q")
    git(work, "add", ".github")
    git(work, "commit", "-q", "-m", "x")
    end = run(step, "")
    assert end.code == 0, end.log
    assert end.outputs["count"] == "2"
