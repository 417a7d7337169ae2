"""However a run ends, its step is told of it: exit code, outcome, annotation, record."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from release_actions import __main__ as program
from release_actions import house
from release_actions.action import Action
from release_actions.errors import UpstreamError
from release_actions.values import Repository
from release_actions.verdict import Finding, Verdict, due, ok
from release_actions.world import World
from tests.probe import Step, clone_with, read_outputs, register, step_in
from tests.shelf import Put, Shelf


@dataclass(frozen=True)
class Inputs:
    repository: Repository


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return step_in(tmp_path)


def acting(monkeypatch: pytest.MonkeyPatch, *findings: Finding | Exception) -> None:
    def decide(inputs: Inputs, facts: object) -> Verdict:
        for finding in findings:
            if isinstance(finding, Exception):
                raise finding
        return Verdict([f for f in findings if isinstance(f, Finding)])

    register(monkeypatch, Action(Inputs, lambda inputs, world: None, decide))


def test_a_bug_is_could_not_tell(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    acting(monkeypatch, ZeroDivisionError("x"))
    end = step.run()
    assert (end.code, end.outputs["outcome"]) == (1, "unknown")
    assert end.annotations == [
        "::error title=probe::a bug in release-actions: ZeroDivisionError('x')"
    ]
    assert "[ERROR] | Traceback" in end.log


def test_a_bug_in_a_change_keeps_the_lists(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(errors={"b": KeyError("sha")})
    changes = [Put("a", shelf), Put("b", shelf)]
    acting(monkeypatch, *(due("there", change.name, "", change) for change in changes))
    end = step.run()
    assert end.code == 1
    assert end.record["changes"] == {"made": ["put a"], "not known": ["put b"]}


def test_a_verdict_of_nothing_is_a_bug_and_no_yes(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(monkeypatch)
    assert step.run().code == 1


@pytest.mark.parametrize("name", ["prob", "../../x", "a\n::error::b", "", "x" * 5000, "__init__"])
def test_an_action_that_is_not_there_is_a_usage_error(step: Step, name: str) -> None:
    end = step.run(name=name)
    assert end.code == 2
    assert "input `action`" in end.record["errors"][0]
    (kept,) = (step.folder / "temp" / "release-actions-records").iterdir()
    assert kept.name.startswith("001-release-actions-")
    assert len(end.annotations) == 1


def test_each_verdict_has_a_record_of_its_own(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    acting(monkeypatch, ok("fine", "a", ""))
    step.run()
    step.run()
    names = sorted(p.name for p in (step.folder / "temp" / "release-actions-records").iterdir())
    assert [name[:10] for name in names] == ["001-probe-", "002-probe-"]


def test_on_a_laptop_nothing_is_written_and_nothing_annotated(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(monkeypatch, UpstreamError("GET /x: GitHub answered 502"))
    end = step.on_a_laptop().run()
    assert (end.code, end.annotations) == (1, [])
    assert [path.name for path in step.folder.iterdir() if path.is_file()] == []


def test_dry_run_is_an_input_of_every_action(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    acting(monkeypatch, due("there", "a", "", Put("a", shelf)))
    end = step.run(dry_run="true")
    assert (end.code, end.outputs, shelf.happened) == (0, {"outcome": "ok"}, [])
    assert end.record["dry-run"] is True


# The doors


def through(
    monkeypatch: pytest.MonkeyPatch, step: Step, name: str, inputs: str | bytes
) -> tuple[int, dict[str, str]]:
    """As the launcher starts it."""
    for key in list(os.environ):
        if key.startswith(("GITHUB_", "RUNNER_")):
            monkeypatch.delenv(key)
    for key, value in step.environ.items():
        monkeypatch.setenv(key, value)
    content = inputs.encode() if isinstance(inputs, str) else inputs
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    code = program.main([name, "--inputs-on-stdin"])
    return code, read_outputs((step.folder / "output").read_text(encoding="utf-8"))


ASKED = {"repository": "acme", "commit": "a" * 40, "workflows": "ci.yml", "token": "ghs_x"}


def test_a_step_reads_its_inputs_from_stdin(
    monkeypatch: pytest.MonkeyPatch, step: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = through(monkeypatch, step, "require-ci-green", json.dumps(ASKED))
    out = capsys.readouterr().out
    assert (code, told["outcome"]) == (2, "unknown")
    assert "::error title=require-ci-green::input `repository`: `acme` was given" in out
    assert "ghs_x" not in out


def test_by_name_takes_action_and_inputs(
    monkeypatch: pytest.MonkeyPatch, step: Step, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: dict[str, Any] = {
        "action": "require-ci-green",
        "repository": "acme",
        "commit": "a" * 40,
        "token": "ghs_x",
        "inputs": json.dumps({"workflows": ["ci.yml"], "branch": "a b", "wait": None}),
    }
    code, told = through(monkeypatch, step, "--any", json.dumps(asked))
    out = capsys.readouterr().out
    assert code == 2
    assert json.loads(told["outputs"]) == {"outcome": "unknown"}
    assert "`acme` was given" in out
    assert "`a b` was given" in out
    assert "input `workflows`" not in out


@pytest.mark.parametrize(
    ("name", "inputs", "says"),
    [
        ("require-ci-green", "{", "INPUTS: no JSON"),
        ("require-ci-green", "[1]", "INPUTS: no object"),
        ("require-ci-green", b"\xff\xfe", "INPUTS: no JSON"),
        ("--any", '{"action": "require-ci-green", "inputs": "{"}', "input `inputs`: no JSON"),
        ("--any", '{"action": "require-ci-green", "inputs": "3"}', "input `inputs`: no object"),
        ("--any", '{"action": "require-ci-gren"}', "did you mean `require-ci-green`?"),
        ("--any", "{}", "input `action`"),
        ("--any", "", "input `action`"),
        ("require-ci-green", '{"token": "a b"}', "input `token`"),
        ("--any", '{"action": "x", "inputs": "{\\"token\\": \\"a\\\\nb\\"}"}', "input `token`"),
    ],
)
def test_what_is_no_inputs_is_told_to_the_step(
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    capsys: pytest.CaptureFixture[str],
    name: str,
    inputs: str | bytes,
    says: str,
) -> None:
    code, told = through(monkeypatch, step, name, inputs)
    annotations = [x for x in capsys.readouterr().out.splitlines() if x.startswith("::error")]
    assert (code, told["outcome"]) == (2, "unknown")
    assert len(annotations) == 1
    assert says in annotations[0]


UNLOCKED = """
import sys
sys.path.insert(0, sys.argv.pop(1))
sys.modules["pypi_attestations"] = None
from release_actions.__main__ import main
sys.exit(main([*sys.argv[1:], "--inputs-on-stdin"]))
"""


@pytest.mark.parametrize(
    ("words", "inputs", "config", "again"),
    [
        ("canonicalize-pypi-dists", {"provenance": "release.yml"}, "", True),
        ("canonicalize-pypi-dists", {}, 'provenance = "release.yml"', True),
        ("canonicalize-pypi-dists", {"provenance": ""}, "", False),
        ("canonicalize-pypi-dists --verifying", {"provenance": "release.yml"}, "", False),
        ("--any", {"inputs": '{"provenance": "release.yml"}'}, "", True),
        ("--any", {"inputs": "{}"}, "", False),
    ],
)
def test_a_step_begins_again_where_it_has_signatures_to_verify(
    tmp_path: Path, words: str, inputs: dict[str, str], config: str, again: bool
) -> None:
    """What only that takes is locked apart, and nobody else waits for it."""
    name, *rest = words.split()
    clone_with(tmp_path, f"[canonicalize-pypi-dists]\n{config}\n".encode())
    (tmp_path / "library").mkdir()
    library = house.lay_out(tmp_path / "library")
    run = library / "actions/run"
    run.write_text('#!/bin/sh\nprintf "%s " "$@" > "$TOLD"\ncat > "$TOLD.stdin"\nexit 7\n')
    folders = {"built-directory": "dist", "license-files": "LICENSE\n" * 20_000}
    asked: dict[str, str] = {"project": "app", "version": "1", "repository": "acme/app", **folders}
    if name == "--any":
        inputs = {"inputs": json.dumps(asked | json.loads(inputs["inputs"]))}
        asked = {"action": "canonicalize-pypi-dists", "repository": "acme/app"}
    given = json.dumps({"token": "ghs_x", **asked, **inputs})
    done = subprocess.run(
        [sys.executable, "-c", UNLOCKED, str(library / "src"), name, *rest],
        cwd=tmp_path / "work",
        env={**step_in(tmp_path).environ, "PATH": os.environ["PATH"], "TOLD": f"{tmp_path}/told"},
        input=given, capture_output=True, text=True,
    )  # fmt: skip
    if again:
        assert done.returncode == 7, done.stdout + done.stderr
        assert (tmp_path / "told").read_text() == f"{name} --verifying "
        assert (tmp_path / "told.stdin").read_text() == given
        assert done.stdout == ""
    else:
        assert "canonicalize-pypi-dists" in done.stdout
        assert not (tmp_path / "told").exists()


def test_who_begins_again_goes_on_alone(tmp_path: Path) -> None:
    """Where nobody reads the inputs to their end, who writes them tells and does nothing."""
    clone_with(tmp_path, b"")
    (tmp_path / "library").mkdir()
    library = house.lay_out(tmp_path / "library")
    (library / "actions/run").write_text("#!/bin/sh\nexit 7\n")
    given = {
        "project": "app",
        "version": "1",
        "repository": "acme/app",
        "provenance": "release.yml",
        "license-files": "LICENSE\n" * 200_000,
    }
    done = subprocess.run(
        [sys.executable, "-c", UNLOCKED, str(library / "src"), "canonicalize-pypi-dists"],
        cwd=tmp_path / "work",
        env={**step_in(tmp_path).environ, "PATH": os.environ["PATH"]},
        input=json.dumps(given),
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")
    assert not (tmp_path / "output").exists()


def test_world_knows_its_own_run() -> None:
    assert World(environ={"GITHUB_RUN_ID": "x"}).own_run.id is None
    own = World(environ={"GITHUB_WORKFLOW_REF": "a/b/.github/workflows/c.yml@refs/x"}).own_run
    assert own.workflow == ".github/workflows/c.yml"
    assert replace(own, id=1).id == 1
