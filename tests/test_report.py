"""What foreign text says is shown as text: it starts no command, no row, no markup."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from release_actions import report, runner
from release_actions.action import Action
from release_actions.errors import RefusedError, UpstreamError
from release_actions.inputs import Given
from release_actions.report import Told
from release_actions.run import Effects, Ended
from release_actions.values import Repository
from release_actions.verdict import (
    Finding,
    Outcome,
    Outputs,
    Verdict,
    advise,
    due,
    failed,
    missing,
    ok,
)
from release_actions.world import World
from tests.probe import TOKEN, Step, StepEnd, read_outputs, register, step_in
from tests.shelf import Put, Seal, Shelf

HOSTILE = {
    "ansi": "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "command": "::error::x",
    "command on a line": "x\n::stop-commands::y\r\n::error::z",
    "old command": "##[error]x ##[stop-commands]y",
    "row": "x | y |\n| z | ✅ | ok | ok |",
    "backticks": "`x` ```\ny",
    "html": "<img src=x onerror=y></details><script>",
    "link": "[x](https://e.example) ![x](https://e.example/i.png) <https://e.example>",
    "heading": "\n# x\n\n---\n- y",
    "emphasis": "**x** __y__ ~~z~~ $\\alpha$",
    "bidi": "\u202eevil\u202c \u2066x\u2069",
    "line ends": "a\u2028b\u2029c\x85d\x0be",
    "surrogate": "\ud800x\udfff",
    "nul": "\x00\x7f",
    "long": "x" * 10_000_000,
    "percent": "%0A::error::x%0D",
    "delimiter": "ghadelimiter_x\nname=value\nother<<E",
}
hostile = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


@dataclass(frozen=True)
class Inputs:
    repository: Repository
    title: str = ""


@dataclass(frozen=True)
class Given2(Outputs):
    """Outputs of every kind."""

    title: str = ""
    release: bool = True
    count: int = 2
    nothing: str | None = None


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return step_in(tmp_path)


def ending(
    step: Step,
    monkeypatch: pytest.MonkeyPatch,
    *findings: Finding,
    outputs: Outputs = Outputs(),  # noqa: B008  # frozen
    **given: Any,
) -> StepEnd:
    action = Action(
        Inputs,
        lambda inputs, world: None,
        lambda inputs, facts: Verdict(findings, outputs),
        type(outputs),
    )
    register(monkeypatch, action)
    return step.run(**given)


def every_field(text: str) -> list[Finding]:
    put = Put(text, Shelf())
    return [
        ok("rule", text, text),
        failed("wrong", text, text, fix=text),
        advise(missing("advised", text, text, fix=text), ["advised"]),
        due("due", text, text, put, after=text),
    ]


@hostile
def test_no_text_starts_a_command(step: Step, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    end = ending(step, monkeypatch, *every_field(text), title=text)
    assert end.code == 10
    assert "##[" not in end.log
    for line in re.split(r"[\r\n]", end.log):
        starts = line.lstrip()
        assert not starts.startswith("::") or starts.startswith(("::error title=", "::warning ti"))
        assert not starts.startswith(("::error title=x", "::error::"))
    assert len(end.annotations) == 2
    for annotation in end.annotations:
        _, _, properties, message = annotation.split("::", 1)[0:1] + annotation.split("::", 2)
        assert "\n" not in properties + message


@hostile
def test_no_text_commands_a_terminal(
    step: Step, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    end = ending(step, monkeypatch, *every_field(text), title=text)
    for line in end.log.split("\n"):
        assert line.isprintable(), ascii(line)


@hostile
def test_no_text_makes_a_row_or_markup(
    step: Step, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    end = ending(step, monkeypatch, *every_field(text), title=text)
    rows = [line for line in end.summary.split("\n") if line.startswith("|")]
    findings = rows[2:6]
    assert len(rows) == 6 + 2 + 2
    for row in findings:
        cells = re.split(r"(?<!\\)\|", row)
        assert len(cells) == 6, row
        # Markdown at work: an active character that no backslash stands before.
        told = re.sub(r"<br>\*\*(.*)\*\*$", r"\1", cells[3].strip())
        assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]!~$#]", told + cells[2]), row
        assert "<" not in told + cells[2]
    assert len(re.findall("<[^>]*>", end.summary.replace("<br>", ""))) == 4  # details, summary
    assert len(end.summary.encode()) < 1 << 20


@hostile
def test_no_value_adds_an_output(step: Step, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    end = ending(step, monkeypatch, ok("rule", "a", ""), outputs=Given2(text))
    told = end.outputs
    assert set(told) == {"outcome", "title", "release", "count", "nothing"}
    assert told["title"] == text.encode(errors="replace").decode()
    assert (told["release"], told["count"], told["nothing"]) == ("true", "2", "")


@hostile
def test_every_record_can_be_read(step: Step, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    end = ending(step, monkeypatch, *every_field(text), outputs=Given2(text), title=text)
    (kept,) = (step.folder / "temp" / "release-actions-records").iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["outcome"] == "failed"
    assert re.fullmatch(r"001-probe-[0-9a-f]{8}\.json", kept.name)
    assert end.record["findings"][1]["outcome"] == "failed"


def test_a_delimiter_is_never_the_same() -> None:
    first, second = (runner.assignment("a", "b").split("\n")[0] for _ in "ab")
    assert first != second
    assert read_outputs(runner.assignment("a", first) + runner.assignment("b", "")) == {
        "a": first,
        "b": "",
    }


# How much


def told_with(*findings: Finding, ended: Ended | None = None, dry_run: bool = False) -> Told:
    verdict = Verdict(findings) if findings else None
    return Told("probe", ended or Ended(verdict, Effects()), {}, dry_run)


def many(count: int, text: str = "x") -> list[Finding]:
    return [failed("wrong", f"{text}{number}", text, fix=text) for number in range(count)]


def test_ten_annotations_are_all_that_github_shows() -> None:
    assert len(list(report.notes(told_with(*many(10))))) == 10
    notes = list(report.notes(told_with(*many(25))))
    assert len(notes) == 10
    assert notes[-1] == "::error title=probe::and 16 more, in the job summary"


def test_the_worst_annotation_is_first_and_an_advisory_one_warns() -> None:
    findings = [
        missing("absent", "a", "it is not there", fix="Wait."),
        replace(failed("advised", "b", "so", fix="x"), advisory=True),
        failed("wrong", "c", "it is wrong", fix="Mend it."),
    ]
    assert list(report.notes(told_with(*findings))) == [
        "::error title=probe/wrong::c: it is wrong%0AMend it.",
        "::error title=probe/absent::a: it is not there%0AWait.",
        "::warning title=probe/advised::b: so%0Ax",
    ]


def test_a_summary_stays_below_the_size_at_which_it_is_dropped() -> None:
    summary = report.summary(told_with(*many(50_000, "x" * 300)))
    assert len(summary.encode()) < 1 << 20
    match = re.search(r"(\d+) more findings, in the log", summary)
    assert match
    assert summary.count("| ❌ |") + int(match[1]) == 50_000


def test_errors_and_changes_are_bounded_in_the_summary_too() -> None:
    effects = Effects(made=[Put("é" * 390 + str(n), Shelf()) for n in range(20_000)])
    error = UpstreamError("x")
    verdict = Verdict(many(3))
    summary = report.summary(told_with(ended=Ended(verdict, effects, error)))
    assert len(summary.encode()) < 1 << 20
    assert re.search(r"- and \d+ more, in the log", summary)
    assert summary.count("| ❌ |") == 3


def test_bad_findings_stand_above_good_ones_in_the_summary() -> None:
    summary = report.summary(told_with(ok("a", "good", ""), *many(1, "bad")))
    assert summary.index("bad") < summary.index("good")


@hostile
def test_a_text_to_copy_is_a_block_that_no_line_of_it_can_end(text: str) -> None:
    """Such as a suggested config: whole in log and summary, and as harmless as all else."""
    verdict = Verdict([ok("a", "good", "")], text=f"x = 1\n{text}\n```\n````\n# | row |")
    told = told_with(ended=Ended(verdict, Effects()))
    lines = report.summary(told).split("\n")
    start = next(number for number, line in enumerate(lines) if line.endswith("`toml"))
    fence = lines[start].removesuffix("toml")
    assert re.fullmatch("`{5,}", fence)
    end = lines.index(fence)
    assert (lines[start + 1], lines[end - 1]) == ("x = 1", "# | row |")
    assert not any(fence in line for line in lines[start + 1 : end])
    log = list(report.log(told))
    assert "[INFO] | x = 1" in log
    assert all(line.startswith("[") and line.isprintable() for line in log)


def test_a_long_text_to_copy_says_how_much_more_there_is() -> None:
    verdict = Verdict([ok("a", "good", "")], text="x = 1\n" * 50_000)
    summary = report.summary(told_with(ended=Ended(verdict, Effects())))
    assert len(summary.encode()) < 1 << 20
    assert re.search(r"# and \d+ more lines, in the log\n```\n", summary)


# What a reader is owed


def test_every_line_of_the_log_says_what_it_is() -> None:
    """M31, S18: plain lines, each with its prefix."""
    shelf = Shelf()
    effects = Effects([Put("a", shelf)], [Put("b", shelf)], [Seal("c", shelf)])
    verdict = Verdict([ok("fine", "a", "good"), failed("refused", "b", "no", fix="Ask.")])
    told = told_with(ended=Ended(verdict, effects, RefusedError("r", "no", fix="x")))
    assert list(report.log(told)) == [
        "[PASS] a: good (probe/fine)",
        "[FAIL] b: no -> Ask. (probe/refused)",
        "[INFO] made: put a",
        "[INFO] not made: put b",
        "[INFO] not known: put c",
        "[ERROR] no",
        "[INFO] probe: failed (exit 10 FAILED, 0 requests)",
    ]


@pytest.mark.parametrize(
    ("outcome", "prefix"),
    [("ok", "[PASS]"), ("due", "[INFO]"), ("missing", "[FAIL]"), ("unknown", "[ERROR]")],
)
def test_each_outcome_has_its_prefix(outcome: str, prefix: str) -> None:
    finding = Finding("r", "a", Outcome(outcome), "so")
    assert next(report.log(told_with(finding))).startswith(prefix)


def test_a_dry_run_tells_what_would_be_made_now_and_after_what() -> None:
    shelf = Shelf()
    findings = [
        due("there", "a", "not there", Put("a", shelf)),
        due("there", "b", "not there", Put("b", shelf), after="a"),
    ]
    told = told_with(*findings, dry_run=True)
    assert dict(report.effects(told)) == {"would be made": ["put a (now)", "put b (after a)"]}
    assert told.outcome == "ok"
    assert "(dry run)" in report.summary(told)
    assert "(after a)" in report.summary(told)


def test_outputs_are_held_back_where_anything_is_only_due() -> None:
    shelf = Shelf()
    wanted = due("there", "a", "", Put("a", shelf))
    late = missing("absent", "b", "", fix="Wait.")
    for findings in ([wanted], [wanted, late]):
        told = Told("probe", Ended(Verdict(findings, Given2("x")), Effects()), {}, True)
        assert set(report.outputs(told)) == {"outcome"}
    told = Told("probe", Ended(Verdict([late], Given2("x")), Effects()), {}, True)
    assert report.outputs(told)["title"] == "x"


def test_by_name_all_outputs_are_one_json_object(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = Action(
        Inputs,
        lambda inputs, world: None,
        lambda inputs, facts: Verdict([ok("fine", "a", "")], Given2("x\ny")),
        Given2,
    )
    register(monkeypatch, action)
    told = step.run(by_name=True).outputs
    assert set(told) == {"outcome", "outputs"}
    assert json.loads(told["outputs"]) == {
        "outcome": "ok",
        "title": "x\ny",
        "release": "true",
        "count": "2",
        "nothing": "",
    }


def test_the_record_has_every_field_of_its_schema(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = ending(step, monkeypatch, failed("wrong", "a", "so", fix="Mend."), title="x")
    record = end.record
    assert re.fullmatch(r"release-actions \d+\.\d+\.\d+", record.pop("program"))
    assert record == {
        "schema": 1,
        "action": "probe",
        "outcome": "failed",
        "exit": 10,
        "dry-run": False,
        "started": "2026-11-21T00:00:00+00:00",
        "ended": "2026-11-21T00:00:00+00:00",
        "run": {**record["run"], "id": 77, "attempt": 2, "job": "release"},
        "inputs": {
            "repository": {"value": "acme/app", "from": "with"},
            "title": {"value": "x", "from": "with"},
        },
        "config": "",
        "findings": [
            {
                "rule": "probe/wrong",
                "subject": "a",
                "outcome": "failed",
                "detail": "so",
                "fix": "Mend.",
                "advisory": False,
                "file": "",
                "line": 0,
            }
        ],
        "changes": {},
        "errors": [],
        "outputs": {"outcome": "failed"},
        "requests": 0,
    }
    assert record["run"]["workflow"] == ".github/workflows/release.yml"


def test_where_an_input_came_from_is_text_too() -> None:
    """A tag may have a pipe in its name."""
    given = {"commit": Given("a" * 40, "with, peeled from refs/tags/a|<b>`c`\n| d")}
    told = Told("probe", Ended(Verdict([ok("r", "a", "")]), Effects()), given, False, "x\n| y")
    summary = report.summary(told)
    assert len([line for line in summary.split("\n") if line.startswith("|")]) == 6
    assert "<b>" not in summary


# The token


def test_the_token_is_nowhere(step: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a service says it back, in any field, and where it is spelt otherwise there."""
    texts = every_field(f"x {TOKEN} y")
    end = ending(step, monkeypatch, *texts, outputs=Given2(f"a{TOKEN}b"), title=TOKEN)
    assert "***" in end.summary
    for spelling in report.spellings(TOKEN):
        assert spelling not in end.everything


@pytest.mark.parametrize("error", [UpstreamError(f"no: {TOKEN}"), KeyError(f"\n::x::{TOKEN}")])
def test_the_token_is_in_no_error(
    step: Step, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: Exception
) -> None:
    def gather(inputs: Inputs, world: World) -> None:
        raise error

    register(
        monkeypatch,
        Action(Inputs, gather, lambda inputs, facts: Verdict([ok("r", "a", "")])),
    )
    end = step.run()
    assert end.code == 1
    caught = capfd.readouterr()
    for spelling in report.spellings(TOKEN):
        assert spelling not in end.everything + caught.out + caught.err
    assert not re.search("^::x", end.log, re.MULTILINE)


def test_a_world_shows_no_token() -> None:
    assert TOKEN not in repr(World(TOKEN, {"GH_TOKEN": TOKEN}))
