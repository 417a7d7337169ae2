"""What a report says, before any browser sees it: graph, bounds, and where each call was."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from rehearsal import proofs, records, stops_told
from rehearsal import report as reports
from rehearsal.ledger import Called
from rehearsal.played import Planned, Played, PlayedJob, PlayedStep
from rehearsal.rehearse import EndedStory
from rehearsal.report import graph, telling
from rehearsal.report.markup import tag, visible, words
from rehearsal.report.model import Digest, Report
from rehearsal.report.page import page
from rehearsal.stories import STORIES
from tests.rehearsal.report import canned

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


# The page as text


class _Balanced(HTMLParser):
    """Complains of an element that is closed by another's end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("meta", "rect", "path", "line", "wbr")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_element_is_closed_and_every_id_is_there_once() -> None:
    parser = _Balanced()
    text = page(canned.everything())
    parser.feed(text)
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    targets = set(re.findall(r'href="#([^"]+)"', text))
    assert targets - set(parser.ids) == set()


def test_a_page_names_no_address_to_load_from() -> None:
    style = (Path(reports.__file__).parent / "page.css").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|@font-face|https?:", style)
    assert not re.search(r'(src|href)="(?!#)', page(canned.report(canned.released())))


def test_long_text_is_folded_and_bounded() -> None:
    """100 kB of a detail: its beginning, some of it behind a fold, and how much more there is."""
    told = words("x" * 100_000)
    assert told.startswith("<details><summary")
    assert len(told) < 21_000
    assert "and 80,000 more characters" in told


def test_long_tables_are_bounded_and_say_so() -> None:
    story = canned.released()
    digests = tuple(Digest(f"file-{n}", (canned.SHA,)) for n in range(500))
    text = page(canned.report(replace(story, end=replace(story.end, digests=digests))))
    assert "file-399" in text
    assert "file-400" not in text
    assert "and 100 more rows, in the JSON" in text


def test_text_keeps_its_letters_and_loses_its_tricks() -> None:
    assert visible("Grüße 日本 👍\n\tok") == "Grüße 日本 👍\n\tok"
    assert visible("a\u202eb\x00") == "a⟨U+202E⟩b⟨U+0000⟩"
    assert tag("p", "<&>\"'", title='"') == '<p title="&#34;">&lt;&amp;&gt;&#34;&#39;</p>'


# What it came to


@pytest.mark.parametrize(
    ("report", "title"),
    [
        pytest.param(canned.report(canned.released()), "Released", id="released"),
        pytest.param(canned.report(canned.refused()), "Refused", id="refused"),
        pytest.param(
            canned.report(replace(canned.refused(), ok=True)), "Refused, as it must be",
            id="refused as it must",
        ),
        pytest.param(
            canned.report(canned.released(), canned.refused()),
            "1 of 2 ended otherwise than they must", id="one of two",
        ),
        pytest.param(
            canned.report(canned.released(), canned.released()), "All 2 ended as they must", id="2"
        ),
        pytest.param(canned.report(), "Nothing was rehearsed", id="nothing"),
        pytest.param(
            canned.report(replace(canned.released(), ok=False)), "Released, not as it must be",
            id="released against what must be",
        ),
        pytest.param(
            replace(canned.report(canned.released()), besides=("other bytes",)),
            "Not as it must be", id="wrong besides",
        ),
        pytest.param(
            replace(canned.report(canned.refused()), besides=("other bytes",)), "Refused",
            id="refused, and wrong besides",
        ),
        pytest.param(
            replace(canned.report(canned.released(), canned.released()), besides=("other bytes",)),
            "Not as it must be", id="wrong besides two",
        ),
    ],
)  # fmt: skip
def test_the_heading_says_whether_it_is_well(report: Report, title: str) -> None:
    text = page(report)
    assert f"<h1>{title}</h1>" in text
    assert f"<title>{title} – rehearsal</title>" in text


def test_a_report_of_nothing_is_never_well() -> None:
    assert canned.report().ok is False


def test_what_is_wrong_besides_is_told_at_the_top() -> None:
    text = page(replace(canned.report(canned.released()), besides=("a.whl: <other> bytes",)))
    assert "<li>a.whl: &lt;other&gt; bytes</li>" in text
    assert '<div class="banner bad">' in text


def test_the_json_is_the_same_data() -> None:
    told = json.loads(json.dumps(reports.document(canned.everything())))
    assert told["ok"] is False
    assert [story["story"] for story in told["stories"]][:2] == ["rust-python", "rust-python"]
    crates = next(job for job in told["stories"][1]["jobs"] if job["id"] == "crates")
    (verdict,) = crates["steps"][1]["verdicts"]
    assert verdict["findings"][0]["fix"] == "Yank it, and release the next version."
    assert told["stops"][1]["differences"][0] == canned.HOSTILE[3]
    assert told["faults"][1]["ok"] is False


@pytest.mark.parametrize(
    ("digest", "same"),
    [
        pytest.param(Digest("a", ("1",), ("1",), ("1",)), True, id="all the same"),
        pytest.param(Digest("a", ("1",), (), ("1",)), True, id="not attested"),
        pytest.param(Digest("a", ("1",), ("1",), ("2",)), False, id="served others"),
        pytest.param(Digest("a", ("1", "2"), (), ()), False, id="packaged twice"),
        pytest.param(Digest("a"), False, id="known to nobody"),
    ],
)
def test_digests_agree_only_if_everybody_has_one_and_the_same(digest: Digest, same: bool) -> None:
    assert digest.same is same


@pytest.mark.parametrize(
    ("digest", "word"),
    [
        pytest.param(Digest("a", ("1",), ("1",), ("1",)), "same", id="all the same"),
        pytest.param(Digest("a", ("1",), ("1",), ()), "not everywhere", id="not served"),
        pytest.param(Digest("a", ("1",), ("2",), ()), "different", id="different"),
    ],
)
def test_a_file_that_is_not_everywhere_is_not_called_the_same(digest: Digest, word: str) -> None:
    story = canned.released()
    text = page(canned.report(replace(story, end=replace(story.end, digests=(digest,)))))
    assert f"</svg>{word}</span></td></tr></tbody>" in text


# The graph


def test_every_job_stands_behind_what_it_waits_for_and_on_no_other() -> None:
    size = graph.Size(100, 40, 10, 20)
    jobs = ["guard", *canned.NEEDS]
    placed = graph.place(jobs, canned.NEEDS, size)
    for job, needs in canned.NEEDS.items():
        for need in needs:
            assert placed.corners[need][1] + 40 <= placed.corners[job][1]
    corners = list(placed.corners.values())
    assert len(corners) == len(set(corners)) == len(jobs)
    for number, (x, y) in enumerate(corners):
        assert all(abs(x - a) >= 110 or abs(y - b) >= 60 for a, b in corners[:number])
        assert 0 <= x <= placed.width - 100
        assert 0 <= y <= placed.height - 40


def test_a_narrow_picture_has_no_more_jobs_beside_each_other_than_fit() -> None:
    jobs = [f"leg-{n}" for n in range(9)]
    placed = graph.place(jobs, {}, graph.Size(150, 48, 16, 24, most=2))
    assert placed.width == 316
    assert len({y for _, y in placed.corners.values()}) == 5


def test_what_is_implied_is_not_drawn() -> None:
    needs = {"b": ("a",), "c": ("b", "a", "gone")}
    assert graph.reduced(["a", "b", "c"], needs) == {"a": (), "b": ("a",), "c": ("b",)}


def test_a_circle_of_needs_is_drawn_all_the_same() -> None:
    """No runner would play it, and no page may hang for it."""
    placed = graph.place(["a", "b"], {"a": ("b",), "b": ("a",)}, graph.Size(10, 10, 1, 1))
    assert placed.corners.keys() == {"a", "b"}


def test_an_edge_over_several_layers_passes_no_job() -> None:
    needs = {"b": ("a",), "c": ("b",), "d": ("c", "x"), "x": ("a",)}
    placed = graph.place(["a", "b", "c", "d", "x"], needs, graph.Size(100, 40, 10, 20))
    (long,) = [edge for edge in placed.edges if len(edge) > 2]
    bends = long[1:-1]
    assert bends
    for x, y in bends:
        inside = [1 for a, b in placed.corners.values() if a < x < a + 100 and b < y < b + 40]
        assert not inside


# What was rehearsed, as values


def _planned(path: str, *needs: str, uses: str = "") -> Planned:
    return Planned(tuple(path.split("/")), path, needs, uses, "", None)


def test_needs_are_told_between_jobs_that_have_steps() -> None:
    """What waits for a caller waits for all inside it that nobody inside waits for."""
    plan = (
        _planned("guard"),
        _planned("gate", "guard", uses="./gate.yml"),
        _planned("gate/look"),
        _planned("gate/green", "look"),
        _planned("gate/scan", "look"),
        _planned("publish", "gate"),
    )
    told = telling.waits(plan)
    assert told["gate/look"] == ("guard",)
    assert told["gate/green"] == ("gate/look",)
    assert told["publish"] == ("gate/green", "gate/scan")


def _step(id: str, at: float, seconds: float, *lines: str) -> PlayedStep:
    start = NOON + timedelta(seconds=at)
    return PlayedStep(
        id=id, name=id, outcome="success", conclusion="success", exit_code=0, seconds=seconds,
        lines=lines, summary="", annotations=(), outputs={}, started=start,
        ended=start + timedelta(seconds=seconds),
    )  # fmt: skip


def _ended(
    *jobs: PlayedJob, plan: tuple[Planned, ...], calls: tuple[Called, ...] = ()
) -> EndedStory:
    played = Played(0, jobs, (), (), 9.0, timed_out=False, plan=plan)
    return EndedStory(STORIES[0], played, "released", (), 9.0, len(calls), calls)


def test_a_change_belongs_to_the_step_that_was_running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Called, "moment", property(lambda call: NOON + timedelta(seconds=call.at)))
    job = PlayedJob(
        ("publish",), "publish", {}, "success", NOON, NOON + timedelta(seconds=9),
        (_step("a", 0, 2), _step("b", 2, 3), _step("c", 5, 1)),
    )  # fmt: skip

    def call(number: int, at: float, *, mutating: bool = True) -> Called:
        return Called(number, "crates", "PUT", "/new", "publish", mutating, 200, at, job="publish")

    calls = (call(1, 1.0), call(2, 2.5), call(3, 4.9), call(4, 3.0, mutating=False), call(5, 8.0))
    told = telling.story(_ended(job, plan=(_planned("publish"),), calls=calls))
    assert [step.changes for step in told.jobs[0].steps] == [(1,), (2, 3), (5,)]
    assert [one.number for one in told.changes] == [1, 2, 3, 5]


def test_a_job_that_was_not_played_is_shown_as_such() -> None:
    plan = (
        _planned("gate", uses="./gate.yml"),
        _planned("gate/green"),
        _planned("publish", "gate"),
    )
    ended = _ended(plan=plan)
    ended = replace(ended, played=replace(ended.played, unseen=("publish",)))
    told = telling.story(ended)
    assert {job.id: job.conclusion for job in told.jobs} == {
        "gate/green": "skipped", "publish": "unseen"
    }  # fmt: skip
    assert "not played" in page(canned.report(told))


# Records


def _record(action: str, outcome: str, job: str) -> dict[str, Any]:
    return {
        "action": action, "outcome": outcome, "exit": 0, "run": {"job": job}, "inputs": {},
        "findings": [], "changes": {}, "errors": [], "outputs": {}, "requests": 1, "dry-run": False,
    }  # fmt: skip


def test_each_record_goes_to_the_step_whose_log_says_the_same(tmp_path: Path) -> None:
    """Two legs of one job leave two folders; a step may run two of our actions, or none."""
    for folder, outcome in {"one": "ok", "two": "failed"}.items():
        place = tmp_path / "records" / folder
        place.mkdir(parents=True)
        for number, action in enumerate(("guard-release-tag", "publish-crates")):
            text = json.dumps(_record(action, outcome if number else "ok", "publish"))
            (place / f"{number}.json").write_text(text)
    (tmp_path / "records/one/3.json").write_text('{"cut')  # The step was ended while it wrote.

    def leg(name: str, outcome: str) -> PlayedJob:
        lines = ("[INFO] guard-release-tag: ok (exit 0 OK, 3 requests)", "other")
        last = f"[INFO] publish-crates: {outcome} (exit 0 OK, 3 requests)"
        steps = (_step("a", 0, 1), _step("b", 1, 1, *lines), _step("c", 2, 1, last))
        return PlayedJob(("publish",), name, {}, "success", NOON, NOON, steps)

    played = Played(0, (leg("2", "failed"), leg("1", "ok")), (), (), 1.0, timed_out=False)
    told = records.attach(played, tmp_path)
    got = {
        job.name: [[(r["action"], r["outcome"]) for r in step.records] for step in job.steps]
        for job in told.jobs
    }
    assert got == {
        "1": [[], [("guard-release-tag", "ok")], [("publish-crates", "ok")]],
        "2": [[], [("guard-release-tag", "ok")], [("publish-crates", "failed")]],
    }


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param({"run": "1"}, id="a run that is none"),
        pytest.param({"run": None}, id="no run"),
        pytest.param({"findings": [{"colour": "red"}]}, id="another shape of finding"),
        pytest.param({"errors": None}, id="no list of errors"),
        pytest.param({"changes": 1}, id="no changes"),
    ],
)
def test_what_is_no_record_of_ours_does_not_break_the_report(
    tmp_path: Path, spoilt: dict[str, Any]
) -> None:
    """Any step may write there: what is no record is nobody's, and the others keep theirs."""
    (tmp_path / "records/one").mkdir(parents=True)
    good, bad = _record("probe", "ok", "publish"), _record("forged", "ok", "publish") | spoilt
    (tmp_path / "records/one/1.json").write_text(json.dumps(bad))
    (tmp_path / "records/one/2.json").write_text(json.dumps(good))
    lines = tuple(f"[INFO] {name}: ok (exit 0 OK, 3 requests)" for name in ("forged", "probe"))
    steps = (_step("a", 0, 1, *lines),)
    job = PlayedJob(("publish",), "publish", {}, "success", NOON, NOON, steps)
    told = records.attach(Played(0, (job,), (), (), 1.0, timed_out=False), tmp_path)
    assert told.jobs[0].steps[0].records == (good,)


def test_a_record_that_no_log_speaks_of_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "records/one").mkdir(parents=True)
    (tmp_path / "records/one/1.json").write_text(json.dumps(_record("probe", "ok", "publish")))
    job = PlayedJob(("publish",), "publish", {}, "success", NOON, NOON, (_step("a", 0, 1),))
    played = Played(0, (job,), (), (), 1.0, timed_out=False)
    assert records.attach(played, tmp_path) == played


# Stops


def test_each_way_out_of_each_stop_has_its_row(tmp_path: Path) -> None:
    call = proofs.Call(3, "publish", 1, "crates", "PUT /api/v1/crates/new")
    good = proofs.Recovery("failed", False, (), 1.0)
    bad = proofs.Recovery("all", True, ("refs: v1.2.0 is missing",), 1.0)
    proved = proofs.Proved("crates: resumed", (call,))
    proved.stops = [
        proofs.Stopped(proofs.Stop(call, "before"), 2.0, (good, bad)),
        proofs.Stopped(proofs.Stop(call, "after"), 2.0, (), "the call did not come"),
    ]
    told = stops_told.for_report(proved)
    assert [(one.number, one.when, one.again, one.ok, one.differences) for one in told] == [
        (3, "before", "failed jobs", True, ()),
        (3, "before", "all jobs, main had moved on", False, ("refs: v1.2.0 is missing",)),
        (3, "after", "-", False, ("the call did not come",)),
    ]
    reports.write(tmp_path / "new/stops.html", stops=told)
    text = (tmp_path / "new/stops.html").read_text(encoding="utf-8")
    assert "<h1>2 of 3 ended otherwise than they must</h1>" in text
    assert "run again in 3 ways, of which 2 did not come to the same end" in text
