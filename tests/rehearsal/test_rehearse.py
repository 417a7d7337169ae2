"""The rehearsal plays a release as it must go, and three that must be refused, on this machine."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rehearsal import command as program
from rehearsal import library, summary
from rehearsal.casting import cast
from rehearsal.errors import UnplayableError
from rehearsal.played import Annotation, Played, PlayedJob, PlayedStep
from rehearsal.rehearse import EndedStory, perform, prepared
from rehearsal.run import Setup
from rehearsal.show import Show, Silent
from rehearsal.stories import ALONE, STORIES
from rehearsal.terminal import Terminal
from rehearsal.transcript import Told
from rehearsal.workflow import read_workflow
from tests.hanging import HANG

PASSES, BEHIND_HEAD, RED, MOVED_TAG = STORIES


# The whole of it, as people start it


def test_two_rehearsals_at_once_end_as_expected_and_leave_nothing(tmp_path: Path) -> None:
    """Together they play every story; neither meets the other."""
    halves = (("passes", "behind-head"), ("red", "moved-tag"))
    kept = tmp_path / "kept"
    pages = [kept / "passes.html", kept / "red.html"]
    started = [
        _start(tmp_path / names[0], *names, "--keep", str(kept), "--report", str(page))
        for names, page in zip(halves, pages, strict=True)
    ]
    told = {story["story"]: story for half in started for story in _ended(half)["stories"]}

    expected = {story.name: (story.ending, [story.rule] if story.rule else []) for story in STORIES}
    got = {name: (one["got"]["ending"], one["got"]["rules"]) for name, one in told.items()}
    assert got == expected
    assert all(one["ok"] and one["requests"] > 0 for one in told.values())
    assert [list((tmp_path / names[0]).iterdir()) for names in halves] == [[], []]
    assert str(tmp_path) not in _processes()
    assert list(kept.glob("red/clone-*/.github/workflows/release.yml"))
    assert len(list(kept.glob("*/run-*/event.json"))) == len(STORIES)
    assert not list(kept.glob("**/secrets.yml"))
    assert ["All 2 ended as they must" in page.read_text() for page in pages] == [True, True]
    _tells_all_of_it(told["red"])


def _tells_all_of_it(told: dict[str, Any]) -> None:
    """The graph, each verdict with its evidence at its step, the calls by job, and the end."""
    jobs = {job["id"]: job for job in told["jobs"]}
    assert {name: job["after"] for name, job in jobs.items()} == {
        "guard": [], "gate": ["guard"], "publish": ["guard", "gate"]
    }  # fmt: skip
    verdicts = [
        (job["id"], step["id"], verdict["action"], verdict["outcome"])
        for job in told["jobs"]
        for step in job["steps"]
        for verdict in step["verdicts"]
    ]
    assert verdicts == [
        ("guard", "tag", "guard-release-tag", "ok"),
        ("gate", "green", "require-ci-green", "failed"),
    ]
    (step,) = (step for step in jobs["gate"]["steps"] if step["id"] == "green")
    bad = [one for one in step["verdicts"][0]["findings"] if one["outcome"] == "failed"]
    assert [(one["rule"], one["subject"]) for one in bad] == [
        ("require-ci-green/red", "test.yml (push)")
    ]
    assert bad[0]["fix"].startswith("Mend it")
    assert {call["job"] for call in told["calls"]} == {"guard", "gate"}
    assert [number["number"] for number in told["calls"] if number["mutating"]] == []
    assert sorted(told["end"]["state"]["refs"]) == ["refs/heads/main", "refs/tags/v1.2.0"]


def _start(temporary: Path, *arguments: str) -> subprocess.Popen[str]:
    temporary.mkdir()
    path = os.pathsep.join(folder for folder in sys.path if folder)
    return subprocess.Popen(
        [sys.executable, "-m", "rehearsal", "--json", *arguments],
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _ended(rehearsal: subprocess.Popen[str]) -> dict[str, Any]:
    out, error = rehearsal.communicate(timeout=HANG)
    assert rehearsal.returncode == 0, (out, error)
    told: dict[str, Any] = json.loads(out)
    return told


def _processes() -> str:
    told = subprocess.run(["ps", "-A", "-o", "args="], capture_output=True, text=True, check=True)
    return told.stdout


# Its permissions


@pytest.fixture(scope="module")
def setup() -> Iterator[Setup]:
    with prepared(Silent()) as made:
        yield made


def test_a_job_without_a_permission_is_told_its_name_and_gets_no_verdict(setup: Setup) -> None:
    def without_actions(world: Any) -> Any:
        release = world.consumer.folder / ".github/workflows/release.yml"
        lines = release.read_text().splitlines(keepends=True)
        text = "".join(line for line in lines if "actions: read" not in line)
        # What a release adds to have it all in one summary, as docs/summarize-release.md has it.
        release.write_text(text.replace("  publish:\n", f"{KEEP}  publish:\n") + SUMMARIZE)
        world.consumer.fill(library.pin(setup.library))
        return PASSES.act(world)

    story = replace(PASSES, name="no-permission", act=without_actions)
    journey = replace(ALONE[0], name="no-permission", stories=(story,))
    (ended,) = perform(journey, setup, Silent())

    assert (ended.ending, ended.ok) == ("could not tell", False)
    step = ended.played.job("gate").step("green")
    assert step.exit_code == 1
    (remark,) = step.annotations
    assert "the token needs the permission `actions=read`" in remark.message
    _is_summarized(ended)


KEEP = """\
      - if: always()
        uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        with:
          name: records-${{ github.job }}
          path: ${{ runner.temp }}/release-actions-records/
"""
SUMMARIZE = """\
  summary:
    if: always()
    needs: [guard, gate]
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0
        with: { pattern: records-*, path: records }
      - id: told
        uses: org/release-actions/actions/summarize-release@<sha>
        with:
          records: records
          results: ${{ toJSON(needs) }}
"""


def _is_summarized(ended: EndedStory) -> None:
    """The record goes by artifact to the last job, which draws it, and says could-not-tell, too."""
    step = ended.played.job("summary").step("told")
    assert step.outputs == {"outcome": "unknown", "count": "1"}
    graph = step.summary.partition("```mermaid\n")[2].partition("```")[0]
    lines = [line.strip() for line in graph.splitlines()]
    assert 'b1n0["#10067; require-ci-green"]:::unsure' in lines
    assert lines[-5] == "b0 --> b1"
    (record,) = step.records
    assert [f["subject"] for f in record["findings"] if f["rule"].endswith("said-unknown")] == [
        "require-ci-green in gate"
    ]


def test_a_called_workflow_gets_no_more_than_its_caller(tmp_path: Path) -> None:
    """Nor does GitHub start one that asks for more."""
    caller = tmp_path / "caller.yml"
    caller.write_text(
        "on: push\npermissions: { contents: read, actions: read }\n"
        "jobs: { call: { uses: ./called.yml } }\n"
    )
    (tmp_path / "called.yml").write_text(
        "on: workflow_call\njobs:\n"
        "  less: { runs-on: ubuntu-latest, permissions: { contents: read } }\n"
        "  same: { runs-on: ubuntu-latest }\n"
    )
    told = cast(read_workflow(caller), checkout=tmp_path, folder_of=lambda name: None)

    assert {"/".join(part.path): part.permissions for part in told.parts} == {
        "call": {"contents": "read", "actions": "read"},
        "call/less": {"contents": "read"},
        "call/same": {"contents": "read", "actions": "read"},
    }

    (tmp_path / "called.yml").write_text(
        "on: workflow_call\njobs:\n"
        "  more: { runs-on: ubuntu-latest, permissions: { contents: write, packages: read } }\n"
    )
    with pytest.raises(UnplayableError, match=r"`contents: write`, and .* has `contents: read`"):
        cast(read_workflow(caller), checkout=tmp_path, folder_of=lambda name: None)


# Its endings


def _played(outcome: str, rule: str = "", *, publish: bool = False, **changes: Any) -> Played:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    bad = outcome != "ok"
    remarks = (Annotation("error", "It is wrong.", {"title": rule}),) if rule else ()
    step = PlayedStep(
        id="green",
        name="Require green",
        outcome="failure" if bad else "success",
        conclusion="failure" if bad else "success",
        exit_code=10 if bad else 0,
        seconds=0.2,
        lines=("[FAIL] It is wrong.",),
        summary="",
        annotations=remarks,
        outputs={"outcome": outcome},
    )
    gate = PlayedJob(("gate",), "gate", {}, step.outcome, moment, moment, (step,))
    last = PlayedJob(
        ("publish",), "publish", {}, "success" if publish else "skipped", moment, moment, ()
    )
    whole = Played(int(bad), (gate, last), (), (), 0.3, timed_out=False)
    return replace(whole, **changes)


@pytest.mark.parametrize(
    ("played", "ending"),
    [
        pytest.param(_played("ok", publish=True), "released", id="released"),
        pytest.param(_played("failed", "a/b"), "refused", id="refused by a rule"),
        pytest.param(_played("unknown", "a/b"), "could not tell", id="could not tell"),
        pytest.param(_played("", ""), "could not tell", id="it broke off"),
        pytest.param(_played("failed", "a/b", publish=True), "broken", id="published all the same"),
        pytest.param(_played("ok"), "broken", id="publish was skipped though all is well"),
        pytest.param(_played("ok", publish=True, unseen=("a",)), "broken", id="a job is unseen"),
        pytest.param(_played("failed", "a/b", timed_out=True), "broken", id="out of time"),
        pytest.param(_played("ok", jobs=(), unseen=("publish",)), "broken", id="nothing ran"),
    ],
)
def test_the_ending_of_a_story(played: Played, ending: str) -> None:
    from rehearsal.rehearse import _ending

    assert _ending(played) == ending


def test_a_story_without_a_last_job_is_done_only_where_some_job_ran() -> None:
    """Every job skipped by its own condition: the run is green, and nothing was rehearsed."""
    from rehearsal.rehearse import _ending

    skipped = _played("ok", jobs=_played("ok").jobs[1:])
    assert skipped.ok
    assert _ending(skipped, "") == "broken"
    assert _ending(_played("ok"), "") == "done"


@pytest.mark.parametrize(
    ("ending", "rules", "ok"),
    [
        ("refused", ("require-ci-green/red",), True),
        ("refused", ("require-ci-green/behind-head",), False),
        ("refused", ("require-ci-green/red", "another/rule"), False),
        ("released", (), False),
        ("could not tell", ("require-ci-green/red",), False),
    ],
)
def test_only_the_expected_rule_is_the_expected_ending(
    ending: Any, rules: tuple[str, ...], ok: bool
) -> None:
    assert EndedStory(RED, _played("failed"), ending, rules, 1.0, 5).ok is ok


def test_a_story_that_ends_otherwise_is_exit_1_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = EndedStory(RED, _played("ok", publish=True), "released", (), 1.0, 5)

    def performed(journey: object, setup: object, watcher: Show) -> list[EndedStory]:
        watcher.ended(ended)
        return [ended]

    monkeypatch.setattr(program, "prepared", _nothing_prepared)
    monkeypatch.setattr(program, "perform_all", performed)

    assert program.main(["red"]) == 1
    assert "Ended otherwise than it must: red." in capsys.readouterr().out


class _nothing_prepared:
    def __init__(self, watcher: object) -> None: ...

    def __enter__(self) -> None: ...

    def __exit__(self, *reason: object) -> None: ...


# What cannot be rehearsed


def test_an_unknown_story_is_a_wrong_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        program.main(["blue"])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "there is no story `blue`. Known: passes, behind-head, red, moved-tag, train" in told


def test_without_act_the_rehearsal_is_exit_1_and_one_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    assert program.main([]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("[ERROR] `act` was not found")


def test_without_the_extra_the_rehearsal_is_exit_1_and_one_line(tmp_path: Path) -> None:
    import rehearsal

    script = (
        f"import sys; sys.path.insert(0, {str(Path(rehearsal.__file__).parents[1])!r});"
        "sys.modules['werkzeug'] = None; import rehearsal.__main__ as m; sys.exit(m.console())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "pip install 'release-actions[rehearsal]'" in line


# How it is shown


def test_a_summary_is_shown_as_a_terminal_has_it() -> None:
    stream = io.StringIO()
    commit = "0123456789abcdef0123456789abcdef01234567"
    summary.show(
        "### ❌ `gate`: **failed**\n\n"
        "> \\`main\\` is not there\n\n"
        "| | Subject | Empty | Found |\n| --- | :-- | - | ---: |\n"
        f"| ✗ | main | | head {commit}\\|\\*\x1b[31m<br>**Tag \\`it\\` &amp; go on** |\n\n"
        "<details><summary>More</summary>\n\n| a |\n|-|\n| b |\n</details>\n"
        "Read [the rules](https://example.org).\n",
        Terminal(stream),
    )
    assert stream.getvalue() == (
        "  ❌ gate: failed\n"
        "  `main` is not there\n"
        "     Subject  Found\n"
        "  ─  ───────  ────────────────────────\n"
        "  ✗  main     head 0123456789ab|* [31m\n"
        "              Tag `it` & go on\n"
        "  Read the rules.\n"
    )


def test_a_graph_in_a_summary_is_for_a_page_alone() -> None:
    stream = io.StringIO()
    text = "### ok\n\n```mermaid\nflowchart LR\n  a --> b\n```\n\nRead it.\n"
    summary.show(text, Terminal(stream))
    assert stream.getvalue() == "  ok\n  Read it.\n"


def test_a_summary_that_never_ends_what_it_folds_is_shown_at_once() -> None:
    """Of a mebibyte of openings, as much as GitHub takes, each looked for its end to the last."""
    stream = io.StringIO()
    summary.show("It costs \\$5.\n" + "<details>" * 110_000, Terminal(stream))
    assert stream.getvalue() == "  It costs $5.\n"


def test_names_and_titles_of_others_steer_no_terminal() -> None:
    """The name of a job, and the title of an annotation, are whatever a workflow says."""
    evil = "x\x1b[2J\x1b]0;mine\x07\u202ey"
    stream = io.StringIO()
    show = Show(Terminal(stream))
    show.told(Told("step-started", f"app/{evil}", evil))
    show.told(Told("step-ended", f"app/{evil}", evil, conclusion="success"))
    show.told(Told("job-ended", f"app/{evil}", conclusion="skipped"))
    ended = EndedStory(RED, _played("failed", f"a/{evil}"), "refused", (f"a/{evil}",), 1, 5)
    show.ended(ended)
    show.conclude([ended])
    told = stream.getvalue()
    assert "[2J" in told
    assert not set(told) & set("\x1b\x07\u202e")


class _Screen(io.StringIO):
    """A terminal without colours."""

    def isatty(self) -> bool:
        return True


def test_jobs_side_by_side_share_the_line_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    screen = _Screen()
    show = Show(Terminal(screen))
    show.told(Told("step-started", "app/build", "Compile"))
    show.told(Told("line", "app/test", "Run the tests", "1 of 2"))
    assert screen.getvalue().endswith(
        "  … build: Compile                     │ test: Run the tests  1 of 2"
    )
    show.told(Told("job-ended", "app/build", conclusion="success"))
    assert screen.getvalue().endswith("\r\x1b[2K  … test: Run the tests  1 of 2")


def test_a_story_ends_with_a_row_for_each_job() -> None:
    stream = io.StringIO()
    Show(Terminal(stream)).ended(
        EndedStory(RED, _played("failed", "a/b"), "refused", ("a/b",), 1, 5)
    )
    assert stream.getvalue().splitlines()[:4] == [
        "  The last lines of gate, Require green:",
        "    [FAIL] It is wrong.",
        "",
        "  job      ended    seconds  verdicts  changes",
    ]


def test_a_table_gives_way_to_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = io.StringIO()
    Terminal(stream).table(("subject", "detail"), [("main", "a word " * 12)])
    lines = stream.getvalue().splitlines()
    assert max(len(line) for line in lines) <= 40
    assert len(lines) > 3


def test_a_log_gets_neither_colour_nor_changing_lines() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    terminal.status("soon gone")
    terminal.line(terminal.paint("stays", "red"))
    assert stream.getvalue() == "stays\n"
