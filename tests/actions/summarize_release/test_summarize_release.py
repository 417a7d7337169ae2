"""M31: every verdict of a release in one graph, and one outcome that is the worst of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import GitHub, Repository
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.probe import Step, StepEnd, git, step_in
from tests.shelf import StillClock

NAME = "summarize-release"
RUN = {"id": 77, "attempt": 2}
WORKFLOW = """\
on: push
jobs:
  guard: { runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  gate: { needs: guard, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  quiet: { needs: gate, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  publish: { needs: [gate, quiet], runs-on: ubuntu-latest, steps: [{ run: "true" }] }
  summary: { needs: publish, runs-on: ubuntu-latest, steps: [{ run: "true" }] }
"""


@pytest.fixture
def github(tmp_path: Path) -> Iterator[GitHub]:
    with GitHub(tmp_path / "github") as github:
        yield github
        assert not github.crashes


@pytest.fixture
def repository(github: GitHub) -> Repository:
    repository = github.repository("acme/app")
    repository.commit({".github/workflows/release.yml": WORKFLOW})
    return repository


@pytest.fixture
def step(tmp_path: Path, repository: Repository) -> Step:
    """The last job of a run, nothing checked out."""
    token = repository.github.token(permissions={"contents": "read"}, repository="acme/app")
    made = step_in(
        tmp_path,
        GITHUB_SHA=repository.git.branches()["main"],
        GITHUB_JOB="summary",
        GITHUB_API_URL=repository.github.api_url,
        GITHUB_REPOSITORY="acme/app",
    )
    return Step(made.folder, made.environ, token)


def run(step: Step, **given: str) -> StepEnd:
    from io import StringIO

    world = World(step.token, step.environ, StillClock())
    raw = {"repository": Given("acme/app", "with")}
    raw |= {key: Given(value, "with") for key, value in given.items()}
    log, out = StringIO(), StringIO()
    code = perform(Asked(NAME, raw, world, (NAME,)), Teller(log, step.environ, step.token), out=out)
    return StepEnd(code, log.getvalue(), out.getvalue(), step.folder)


def record(action: str, outcome: str = "ok", job: str = "gate", **more: Any) -> dict[str, Any]:
    """As report.record writes it; test_real_records holds the two together."""
    finding = {
        "rule": f"{action}/it", "subject": "it", "outcome": outcome, "detail": "what was found",
        "fix": "", "advisory": False, "file": "", "line": 0,
    }  # fmt: skip
    run = {**RUN, "job": job} | more.pop("run", {})
    return {
        "schema": 1, "action": action, "outcome": outcome, "started": "2026-01-01T00:00:00+00:00",
        "run": run, "findings": [finding], "errors": [], "dry-run": False,
    } | more  # fmt: skip


def keep(step: Step, *records: dict[str, Any], folder: str = "records") -> None:
    place = step.folder / "work" / folder
    place.mkdir(parents=True, exist_ok=True)
    for number, told in enumerate(records, start=len(list(place.iterdir()))):
        (place / f"{number:03}-x.json").write_text(json.dumps(told))


def rules(end: StepEnd) -> dict[str, str]:
    """Each bad finding: rule to subject."""
    return {
        one["rule"].partition("/")[2]: one["subject"]
        for one in end.record["findings"]
        if one["outcome"] != "ok"
    }


def diagram(end: StepEnd) -> list[str]:
    block = end.summary.partition("```mermaid\n")[2].partition("\n```")[0]
    return [line.strip() for line in block.splitlines()]


def test_every_verdict_is_in_the_graph_with_the_edges_of_the_workflow(step: Step) -> None:
    """Jobs that said nothing are passed by; the result of one of others' is a box of its own."""
    keep(step, record("guard-release-tag", job="guard"), folder="records/a")
    keep(step, record("require-ci-green"), record("scan-allowed-env"), folder="records/b")
    keep(step, record("publish-crates", job="publish"))
    end = run(step, records="records", expect="require-ci-green\npublish-crates",
              results='{"publish": {"result": "success", "outputs": {}}}')  # fmt: skip
    assert (end.code, end.outputs) == (0, {"outcome": "ok", "count": "4"})
    assert diagram(end)[:17] == [
        "flowchart LR",
        'subgraph b0 ["guard"]', "direction TB", 'b0n0["#9989; guard-release-tag"]:::good', "end",
        "class b0 good",
        'subgraph b1 ["gate"]', "direction TB", 'b1n0["#9989; require-ci-green"]:::good',
        'b1n1["#9989; scan-allowed-env"]:::good', "b1n0 --> b1n1", "end", "class b1 good",
        'subgraph b2 ["publish"]', "direction TB", 'b2n0["#9989; publish-crates"]:::good', "end",
    ]  # fmt: skip
    assert [line for line in diagram(end) if "-->" in line][1:] == ["b0 --> b1", "b1 --> b2"]


@pytest.mark.parametrize(
    ("outcome", "rule", "code"),
    [
        pytest.param("failed", "said-failed", 10, id="failed"),
        pytest.param("unknown", "said-unknown", 1, id="unknown"),
        pytest.param("missing", "said-missing", 11, id="missing"),
    ],
)
def test_the_worst_verdict_decides(step: Step, outcome: str, rule: str, code: int) -> None:
    keep(step, record("guard-release-tag"), record("publish-crates", outcome, "publish"))
    end = run(step, records="records")
    assert (end.code, rules(end)) == (code, {rule: "publish-crates in publish"})
    assert "what was found" in end.log
    assert any(line.startswith("class b1 ") and "good" not in line for line in diagram(end))


def test_no_record_at_all_is_never_a_pass(step: Step) -> None:
    end = run(step, results='{"gate": {"result": "success"}}')
    assert (end.code, rules(end)) == (11, {"no-records": "the release"})


def test_of_each_job_the_last_attempt_counts(step: Step) -> None:
    """After `Re-run failed jobs`: what failed is said anew, and what had succeeded still counts."""
    first = {"attempt": 1}
    keep(
        step,
        record("guard-release-tag", job="guard", run=first),
        record("publish-crates", "failed", "publish", run=first),
        record("publish-crates", job="publish"),
    )
    end = run(step, records="records")
    assert (end.code, end.outputs["count"]) == (0, "2")


@pytest.mark.parametrize(
    ("spoke_again", "results", "code"),
    [
        pytest.param(1, {}, 1, id="of two legs one ran again, and which, nobody tells"),
        pytest.param(0, {}, 1, id="its machine was gone before it spoke"),
        pytest.param(1, {"publish": {"result": "failure"}}, 10, id="its job failed"),
        pytest.param(1, {"publish": {"result": "success"}}, 0, id="its job succeeded"),
        pytest.param(2, {}, 0, id="as many spoke again"),
    ],
)
def test_what_was_bad_and_may_not_have_run_again_is_not_forgotten(
    step: Step, spoke_again: int, results: dict[str, dict[str, str]], code: int
) -> None:
    first = {"attempt": 1}
    keep(
        step,
        record("publish-crates", "failed", "publish", run=first),
        record("publish-crates", job="publish", run=first),
        record("guard-release-tag", job="publish"),
        *[record("publish-crates", job="publish")] * spoke_again,
    )
    given = {"results": json.dumps(results)} if results else {}
    end = run(step, records="records", **given)
    assert end.code == code
    said = rules(end).get("not-said-again")
    assert said == (None if code == 0 else "publish-crates in publish")


def test_a_record_of_another_run_is_refused(step: Step) -> None:
    keep(step, record("guard-release-tag"), record("publish-crates", run={"id": 76}))
    end = run(step, records="records")
    assert (end.code, rules(end)) == (10, {"other-run": "publish-crates in gate"})
    assert "publish-crates" not in "".join(diagram(end))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b'{"schema": 1, "acti', id="cut off"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"schema": 2}', id="another schema"),
        pytest.param(json.dumps(record("a") | {"outcome": "fine"}).encode(), id="no outcome"),
        pytest.param(json.dumps(record("a") | {"findings": [1]}).encode(), id="no findings"),
        pytest.param(json.dumps(record("a") | {"run": None}).encode(), id="no run"),
        pytest.param(json.dumps(record("a", findings=[])).encode(), id="ok of nothing"),
        pytest.param(json.dumps(record("a", findings={"a": 1})).encode(), id="no list"),
        pytest.param(
            json.dumps(record("a", "failed") | {"outcome": "ok"}).encode(), id="ok, and bad"
        ),
        pytest.param(json.dumps(record("a", errors=["it broke"])).encode(), id="ok, and an error"),
        pytest.param(json.dumps(record("a", errors="it broke")).encode(), id="errors as a text"),
        pytest.param(
            json.dumps(record("a", "FAILED") | {"outcome": "ok"}).encode(), id="no such outcome"
        ),
        pytest.param(json.dumps(record("a") | {"dry-run": "true"}).encode(), id="dry run as text"),
        pytest.param(json.dumps(record("a", run={"attempt": "2"})).encode(), id="attempt as text"),
        pytest.param(
            json.dumps(record("a", run={"attempt": 1e999})).encode(), id="attempt without end"
        ),
    ],
)
def test_what_is_no_record_is_never_passed_by(step: Step, content: bytes) -> None:
    keep(step, record("guard-release-tag"))
    (step.folder / "work/records/bad.json").write_bytes(content)
    end = run(step, records="records")
    assert (end.code, rules(end)) == (1, {"not-a-record": "bad.json"})


def test_a_record_of_an_attempt_to_come_supersedes_nothing(step: Step) -> None:
    """It would hide what the job really said."""
    later = {"attempt": 99}
    keep(step, record("publish-crates", "failed"), record("publish-crates", run=later))
    end = run(step, records="records")
    assert (end.code, set(rules(end))) == (10, {"said-failed", "other-run"})
    assert "said in attempt 99 of run 77" in end.log


def test_a_file_too_large_for_a_record_is_not_read(
    step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("release_actions.formats.verdict_record.LARGEST", 100)
    keep(step, record("guard-release-tag"))
    end = run(step, records="records")
    assert rules(end)["not-a-record"] == "000-x.json"


def test_a_link_out_of_the_folder_is_no_record(step: Step) -> None:
    """What an artifact holds is another job's to choose."""
    keep(step, record("guard-release-tag"))
    keep(step, record("publish-crates", "failed"), folder="elsewhere")
    (step.folder / "work/records/link.json").symlink_to(step.folder / "work/elsewhere/000-x.json")
    assert run(step, records="records").code == 0


def test_a_folder_that_is_not_there_is_told(step: Step) -> None:
    keep(step, record("guard-release-tag"))
    end = run(step, records="records\nrecord")
    assert (end.code, rules(end)) == (10, {"no-folder": "record"})


def test_a_folder_without_any_record_is_told(step: Step) -> None:
    """What download-artifact leaves of a pattern that no artifact has: a folder, and no error."""
    keep(step, record("guard-release-tag"))
    (step.folder / "work/others").mkdir()
    (step.folder / "work/others/readme.txt").write_text("no record")
    end = run(step, records="records\nothers")
    assert (end.code, rules(end)) == (11, {"no-records": "others"})


def test_a_folder_named_twice_has_its_records(step: Step) -> None:
    keep(step, record("guard-release-tag"), folder="records/a")
    end = run(step, records="records\nrecords/a")
    assert (end.code, end.outputs["count"]) == (0, "1")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("publish-crate", "did you mean `publish-crates`?", id="a typo"),
        pytest.param("publish_crates", "did you mean `publish-crates`?", id="as a module"),
        pytest.param(NAME, "beside this one", id="itself, which is none of the evidence"),
    ],
)
def test_what_can_never_be_said_cannot_be_expected(step: Step, name: str, told: str) -> None:
    keep(step, record("guard-release-tag"))
    end = run(step, records="records", expect=f"guard-release-tag, {name}")
    assert end.code == 2
    assert "input `expect`" in end.log
    assert told in end.log


def test_what_was_expected_must_have_said_ok(step: Step) -> None:
    keep(step, record("guard-release-tag"), record("publish-crates", "failed"))
    end = run(step, records="records", expect="guard-release-tag, publish-crates, verify-backports")
    assert rules(end) == {
        "said-failed": "publish-crates in gate",
        "not-said": "expected verify-backports",
    }
    assert end.code == 10


def test_what_was_expected_and_said_nothing_is_missing(step: Step) -> None:
    keep(step, record("guard-release-tag"), record("publish-crates") | {"dry-run": True})
    end = run(step, records="records", expect="guard-release-tag, verify-backports")
    assert (end.code, rules(end)) == (11, {"not-said": "expected verify-backports"})
    end = run(step, records="records", expect="publish-crates")
    assert (end.code, rules(end)) == (11, {"not-said": "expected publish-crates"})
    assert "made a dry run" in end.log


def test_what_follows_from_a_bad_verdict_only_warns(step: Step) -> None:
    """One reason is told as an error, and not ten of which nine are its consequences."""
    keep(step, record("guard-release-tag", "failed"))
    results = {"gate": {"result": "failure"}, "publish": {"result": "skipped"}}
    end = run(step, records="records", expect="publish-crates", results=json.dumps(results))
    errors = [line for line in end.log.splitlines() if line.startswith("::error")]
    assert end.code == 10
    assert len(errors) == 1
    assert "said-failed" in errors[0]
    assert {"not-said", "job-failed", "job-skipped"} <= set(rules(end))


@pytest.mark.parametrize(
    ("result", "code", "bad"),
    [
        pytest.param("success", 0, {}, id="success"),
        pytest.param("failure", 10, {"job-failed": "job build"}, id="failure"),
        pytest.param("cancelled", 10, {"job-failed": "job build"}, id="cancelled"),
        pytest.param("skipped", 0, {"job-skipped": "job build"}, id="skipped, which only warns"),
    ],
)
def test_the_results_of_jobs_count(step: Step, result: str, code: int, bad: dict[str, str]) -> None:
    keep(step, record("guard-release-tag"))
    end = run(step, records="records", results=json.dumps({"build": {"result": result}}))
    assert (end.code, rules(end)) == (code, bad)
    shown = "build" if result == "success" else f"build: {result}"
    assert any(f'["{shown}"]' in line for line in diagram(end))


@pytest.mark.parametrize("results", ["{", "{}", "[]", '{"a": 1}', '{"a": {"result": "fine"}}'])
def test_results_that_are_none_are_a_usage_error(step: Step, results: str) -> None:
    end = run(step, results=results)
    assert end.code == 2
    assert "input `results`" in end.log


def test_hostile_names_stay_labels(step: Step) -> None:
    """A job's name or an action's, in a record that somebody else wrote: no markup, no end."""
    evil = 'x"]:::bad\n```\n  end\n%%{init: {}}%% <script> `a` #quot; $'
    keep(step, record(evil, job=evil))
    end = run(step, records="records")
    assert end.summary.count("```") == 2
    labels = [line for line in diagram(end) if "x#34;" in line]
    assert len(labels) == 2
    assert not any("<" in line or "%%" in line or "\n" in line for line in labels)


def test_a_release_of_a_thousand_verdicts_is_still_drawn(step: Step) -> None:
    """GitHub draws nothing above 50,000 characters or 500 edges."""
    keep(step, *(record("scan-allowed-env", job="gate") for _ in range(600)))
    end = run(step, records="records")
    text = "\n".join(diagram(end))
    assert 'b0["gate #40;600#41;"]:::good' in text
    keep(step, *(record("scan-allowed-env", job=f"{'j' * 50}-{n}") for n in range(900)), folder="r")
    end = run(step, records="records\nr")
    drawn = end.summary.rpartition("```mermaid\n")[2].partition("\n```")[0]
    assert len(drawn) <= 50_000
    assert "more[" in drawn
    assert end.outputs["count"] == "1500"


def test_the_records_of_this_job_are_read_as_they_are_really_written(step: Step) -> None:
    """A real action in a real process, then this one after it, as two steps of one job."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "src", **step.environ}
    done = subprocess.run(
        [sys.executable, "-m", "release_actions", "digest-artifacts", "--inputs-on-stdin"],
        input=json.dumps({"repository": "acme/app", "paths": "*.none", "token": step.token}),
        env=environment, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (10, 11), done.stderr
    end = run(step)
    (bad,) = [one for one in end.record["findings"] if one["rule"].startswith(f"{NAME}/said-")]
    assert bad["subject"] == "digest-artifacts in summary"
    assert "*.none" in bad["detail"]
    again = run(step)  # Its own record is none of the evidence.
    assert again.outputs["count"] == "1"


def test_in_a_clone_the_workflow_is_read_from_it(step: Step, repository: Repository) -> None:
    work = step.folder / "work"
    git(work, "clone", "--quiet", str(repository.path), ".")
    keep(step, record("guard-release-tag", job="guard"), record("scan-allowed-env"))
    asked = len(repository.github.requests)
    end = run(step, records="records")
    assert "b0 --> b1" in diagram(end)
    assert len(repository.github.requests) == asked


def test_where_the_workflow_is_unknown_there_are_no_arrows(step: Step) -> None:
    keep(step, record("guard-release-tag", job="guard"), record("scan-allowed-env"))
    environ = {**step.environ, "GITHUB_WORKFLOW_REF": ""}
    end = run(Step(step.folder, environ, step.token), records="records")
    assert end.code == 0
    assert not any("-->" in line for line in diagram(end))


def test_a_workflow_that_is_none_gives_no_arrows(step: Step, repository: Repository) -> None:
    commit = repository.commit({".github/workflows/release.yml": "- no\n"})
    keep(step, record("guard-release-tag", job="guard"))
    environ = {**step.environ, "GITHUB_SHA": commit}
    end = run(Step(step.folder, environ, step.token), records="records")
    assert end.code == 0
    assert diagram(end)[0] == "flowchart LR"
