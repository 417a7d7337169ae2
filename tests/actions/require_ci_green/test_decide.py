"""Each rule by itself: one good case, and what makes it bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from release_actions.actions.require_ci_green.again import Again
from release_actions.actions.require_ci_green.again import decide as decide_again
from release_actions.actions.require_ci_green.asked import Inputs
from release_actions.actions.require_ci_green.inside import Inside
from release_actions.actions.require_ci_green.inside import decide as decide_inside
from release_actions.actions.require_ci_green.place import Facts, decide
from release_actions.actions.require_ci_green.runs import fresh
from release_actions.clients.github import Commit, Comparison, Release, Tag
from release_actions.errors import UsageError
from release_actions.formats.ci import Events, Job, JobParts, Parts, WorkflowRun
from release_actions.values import RefName, Repository, Sha, WorkflowFile, Workflows
from release_actions.verdict import Finding, Verdict
from release_actions.world import OwnRun

COMMIT, OTHER = Sha("c" * 40), Sha("d" * 40)
CI = WorkflowFile("ci.yml")
ASKED = Inputs(Workflows("ci.yml"), Repository("acme/app"), COMMIT)
TAGGED = replace(ASKED, tag=RefName("v1"))
STARTED = replace(TAGGED, require_head="started")
ANCESTOR = replace(ASKED, require_head="ancestor")
GREEN = WorkflowRun(
    id=7,
    workflow=CI,
    name="CI",
    number=3,
    attempt=1,
    commit=COMMIT,
    branch="main",
    event="push",
    status="completed",
    conclusion="success",
    repository="Acme/App",
    url="https://github.com/acme/app/actions/runs/7",
)
SEEN = Facts(
    head=COMMIT,
    tag=None,
    standing=None,
    releases=(),
    runs=(GREEN,),
    own=OwnRun(),
    on_a_runner=False,
)
AHEAD = Comparison("ahead", COMMIT)
TAG = Tag(RefName("v1"), COMMIT, False, COMMIT)
BEHIND = replace(SEEN, head=OTHER, standing=AHEAD)
DRAFT = Release(1, "v1", COMMIT, True, False, "https://github.com/acme/app/releases/1")
OWN = replace(GREEN, id=9, workflow=".github/workflows/release.yml", conclusion=None)
HERE = OwnRun(9, 1, OWN.workflow, "acme/app", COMMIT)


def test_a_list_is_fresh_if_it_has_this_very_attempt() -> None:
    assert fresh(OwnRun(id=9), (OWN,))
    assert fresh(HERE, (OWN,))
    assert not fresh(replace(HERE, attempt=2), (OWN,))
    assert not fresh(HERE, (GREEN,))


def rules(verdict: Verdict) -> list[str]:
    """The rules of the bad findings."""
    return [finding.rule for finding in verdict.bad]


def run(**change: object) -> Facts:
    """The one run, changed."""
    return replace(SEEN, runs=(replace(GREEN, **change),))  # type: ignore[arg-type]


def then(**change: object) -> Facts:
    """A newer run after the green one, changed."""
    later = replace(GREEN, id=8, number=4)
    return replace(SEEN, runs=(GREEN, replace(later, **change)))  # type: ignore[arg-type]


MAY_SKIP = replace(ASKED, allow_skipped=Parts("ci.yml"))
FIRST: dict[str, tuple[Inputs, Facts, list[str]]] = {
    "green": (ASKED, SEEN, []),
    "no run": (ASKED, replace(SEEN, runs=()), ["never-ran"]),
    "no run, which may be": (MAY_SKIP, replace(SEEN, runs=()), []),
    "a run of another workflow": (ASKED, run(workflow="a.yml"), ["never-ran"]),
    "a run of another commit": (ASKED, run(commit=OTHER), ["never-ran"]),
    "a run of another branch": (ASKED, run(branch="next"), ["never-ran"]),
    "a run of no branch": (ASKED, run(branch=None), ["never-ran"]),
    "a run of another event": (ASKED, run(event="schedule"), ["never-ran"]),
    "a run of a fork": (ASKED, run(repository="mallory/app"), ["never-ran"]),
    "a run of a fork that is gone": (ASKED, run(repository=None), ["never-ran"]),
    "red": (ASKED, run(conclusion="failure"), ["red"]),
    "ended without a conclusion": (ASKED, run(conclusion=None), ["red"]),
    "in progress": (ASKED, run(status="in_progress", conclusion=None), ["running"]),
    "in progress, whatever it concludes": (ASKED, run(status="queued"), ["running"]),
    "run again": (ASKED, run(status="queued", attempt=2), ["rerunning"]),
    "cancelled": (ASKED, run(conclusion="cancelled"), ["cancelled"]),
    "skipped": (ASKED, run(conclusion="skipped"), ["skipped"]),
    "skipped, which may be": (MAY_SKIP, run(conclusion="skipped"), []),
    "red, which may be skipped": (MAY_SKIP, run(conclusion="failure"), ["red"]),
    "then red": (ASKED, then(conclusion="failure"), ["red"]),
    "red, and then green": (
        ASKED, replace(SEEN, runs=(replace(GREEN, number=2, conclusion="failure"), GREEN)), []),
    "this very run": (ASKED, replace(SEEN, own=OwnRun(id=7)), ["never-ran"]),
    "this very workflow": (ASKED, replace(SEEN, own=OwnRun(workflow=CI)), ["own-workflow"]),
    "a workflow of this name elsewhere": (
        ASKED, replace(SEEN, own=OwnRun(workflow=CI, repository="acme/releases")), []),
    "a runner that says nothing": (ASKED, replace(SEEN, on_a_runner=True), ["own-run"]),
    "a runner that says its run": (ASKED, replace(SEEN, on_a_runner=True, own=OwnRun(1)), []),
    "a runner that says its workflow": (
        ASKED, replace(SEEN, on_a_runner=True, own=OwnRun(workflow="x.yml")), []),
    "no such branch": (ASKED, replace(SEEN, head=None), ["branch-missing"]),
    "another head": (ASKED, replace(SEEN, head=OTHER), ["not-head"]),
    "another head that is ahead": (ANCESTOR, BEHIND, []),
    "ahead, where only equal does": (ASKED, replace(SEEN, head=OTHER), ["not-head"]),
    "another head that is behind": (
        ANCESTOR, replace(BEHIND, standing=Comparison("behind", OTHER)), ["not-head"]),
    "another head that is beside": (
        ANCESTOR, replace(BEHIND, standing=Comparison("diverged", OTHER)), ["not-head"]),
    "a head that stands nowhere": (ANCESTOR, replace(BEHIND, standing=None), ["not-head"]),
    "a tag": (TAGGED, replace(SEEN, tag=TAG), []),
    "no tag": (TAGGED, SEEN, ["tag-missing"]),
    "a tag elsewhere": (TAGGED, replace(SEEN, tag=replace(TAG, commit=OTHER)), ["tag-moved"]),
    "nothing had begun, at the head": (STARTED, SEEN, []),
    "nothing had begun": (STARTED, BEHIND, ["not-started"]),
    "a draft by its target": (STARTED, replace(BEHIND, releases=(DRAFT,)), []),
    "a draft for another commit": (
        STARTED, replace(BEHIND, releases=(replace(DRAFT, target=OTHER),)), ["not-started"]),
    "a draft for another tag": (
        STARTED, replace(BEHIND, releases=(replace(DRAFT, tag="v2"),)), ["not-started"]),
    "a draft by its tag": (
        STARTED, replace(BEHIND, tag=TAG, releases=(replace(DRAFT, target="main"),)), []),
    "a release whose tag is gone": (
        STARTED, replace(BEHIND, releases=(replace(DRAFT, draft=False),)), ["not-started"]),
    "a draft, and the tag elsewhere": (
        STARTED, replace(BEHIND, releases=(DRAFT,), tag=replace(TAG, commit=OTHER)),
        ["tag-moved", "not-started"]),
}  # fmt: skip


@pytest.mark.parametrize("name", FIRST)
def test_place_and_runs(name: str) -> None:
    inputs, facts, bad = FIRST[name]
    verdict = decide(inputs, facts)
    assert rules(verdict) == bad
    assert all(finding.fix for finding in verdict.bad)


BOTH = replace(ASKED, events=Events("push,merge_group"))


@pytest.mark.parametrize(("push", "queue", "bad"), [
    ("success", "success", []), ("failure", "success", ["red"]), ("success", "failure", ["red"]),
])  # fmt: skip
def test_the_newest_run_of_each_event_is_green(push: str, queue: str, bad: list[str]) -> None:
    branch = "gh-readonly-queue/main/pr-1"
    merge = replace(GREEN, id=8, number=4, event="merge_group", branch=branch, conclusion=queue)
    facts = replace(SEEN, runs=(replace(GREEN, conclusion=push), merge))
    assert rules(decide(BOTH, facts)) == bad


def test_the_outputs_are_the_commit_and_the_newest_runs() -> None:
    facts = then(url="https://github.com/acme/app/actions/runs/8")
    outputs = decide(ASKED, facts).outputs
    assert outputs.commit == COMMIT  # type: ignore[attr-defined]  # Outputs of this action
    assert outputs.runs == '{"ci.yml": {"push": "https://github.com/acme/app/actions/runs/8"}}'  # type: ignore[attr-defined]


JOBS = replace(ASKED, required_jobs=JobParts("ci.yml: test*"))
JOBS_MAY_SKIP = replace(JOBS, allow_skipped=Parts("ci.yml: test b"))
ONE = Job("test a", "completed", "success", COMMIT)
LOOKED = Inside(first=SEEN, jobs={CI: (ONE,)}, files={}, commit=None)
FILTERED = b"on: {push: {paths: [docs/**]}}"
DIFF = Commit(COMMIT, (OTHER,), ("src/a.py",), True)
ABSENT = Inside(first=replace(SEEN, runs=()), jobs={}, files={CI: FILTERED}, commit=DIFF)


def seen(*pairs: tuple[str, str | None]) -> Inside:
    jobs = tuple(Job(name, "completed", conclusion, COMMIT) for name, conclusion in pairs)
    return replace(LOOKED, jobs={CI: jobs})


SECOND: dict[str, tuple[Inputs, Inside, list[str]]] = {
    "no job is asked for": (ASKED, replace(LOOKED, jobs={}), []),
    "the job succeeded": (JOBS, LOOKED, []),
    "no job of this name": (JOBS, seen(("lint", "success")), ["job-missing"]),
    "the job is red": (JOBS, seen(("test a", "failure")), ["job-red"]),
    "the job has not ended": (JOBS, seen(("test a", None)), ["job-red"]),
    "one of two is red": (JOBS, seen(("test a", "success"), ("test b", "failure")), ["job-red"]),
    "the job was skipped": (JOBS, seen(("test a", "skipped")), ["job-skipped"]),
    "one of two was skipped": (
        JOBS, seen(("test a", "success"), ("test b", "skipped")), ["job-skipped"]),
    "one of two was skipped, which may be": (
        JOBS_MAY_SKIP, seen(("test a", "success"), ("test b", "skipped")), []),
    "the other was skipped": (
        JOBS_MAY_SKIP, seen(("test a", "skipped"), ("test b", "success")), ["job-skipped"]),
    "a whole workflow may be skipped, which excuses no job": (
        replace(JOBS, allow_skipped=Parts("ci.yml")), seen(("test a", "skipped")),
        ["job-skipped"]),
    "a job of another workflow may be skipped": (
        replace(JOBS, workflows=Workflows("ci.yml,a.yml"), allow_skipped=Parts("a.yml: test a")),
        seen(("test a", "skipped")), ["job-skipped"]),
    "skipped in one run and green in another": (
        JOBS, seen(("test a", "skipped"), ("test a", "success")), []),
    "red in one run and green in another": (
        JOBS, seen(("test a", "failure"), ("test a", "success")), ["job-red"]),
    "left out by its paths": (MAY_SKIP, ABSENT, []),
    "left out, with a job that is required": (replace(JOBS, allow_skipped=Parts("ci.yml")),
                                              ABSENT, []),
    "its paths did change": (
        MAY_SKIP, replace(ABSENT, commit=replace(DIFF, files=("docs/a",))), ["never-ran"]),
    "who knows what changed": (
        MAY_SKIP, replace(ABSENT, commit=replace(DIFF, whole=False)), ["never-ran"]),
    "no filter": (MAY_SKIP, replace(ABSENT, files={CI: b"on: push"}), ["never-ran"]),
    "no such file": (MAY_SKIP, replace(ABSENT, files={CI: None}), ["no-such-workflow"]),
    "no such commit": (MAY_SKIP, replace(ABSENT, commit=None), ["no-such-workflow"]),
}  # fmt: skip


@pytest.mark.parametrize("name", SECOND)
def test_inside_the_runs(name: str) -> None:
    inputs, facts, bad = SECOND[name]
    assert rules(decide_inside(inputs, facts)) == bad


LAST = Again(inside=LOOKED, head=COMMIT, tag=None, standing=None, runs=(GREEN,))
BEGUN = replace(BEHIND, releases=(DRAFT,))


def on(facts: Facts, **change: object) -> Again:
    """The second look after these first facts, changed."""
    inside = replace(LOOKED, first=facts)
    again = replace(LAST, inside=inside, head=facts.head, standing=facts.standing, tag=facts.tag)
    return replace(again, **change)  # type: ignore[arg-type]


MINE = replace(SEEN, own=HERE)
NEWER = replace(GREEN, id=8, number=4)
THIRD: dict[str, tuple[Inputs, Again, list[str]]] = {
    "nothing changed": (ASKED, LAST, []),
    "the head moved": (ASKED, on(SEEN, head=OTHER), ["head-moved"]),
    "the head is gone": (ASKED, on(SEEN, head=None), ["head-moved"]),
    "the head moved on": (ANCESTOR, on(SEEN, head=OTHER, standing=AHEAD), []),
    "the head moved back to it": (
        ANCESTOR, on(BEHIND, head=COMMIT, standing=Comparison("identical", COMMIT)), []),
    "the head moved aside": (
        ANCESTOR, on(BEHIND, head=Sha("e" * 40), standing=Comparison("diverged", OTHER)),
        ["head-moved"]),
    "the head moved, nobody knows where": (
        ANCESTOR, on(SEEN, head=OTHER, standing=None), ["head-moved"]),
    "the head moved on, and nothing had begun": (
        STARTED, on(SEEN, head=OTHER, standing=AHEAD), ["head-moved"]),
    "the head moved on, and a draft had begun": (
        STARTED, on(BEGUN, head=Sha("e" * 40), standing=AHEAD), []),
    "the tag appeared": (STARTED, on(SEEN, tag=TAG), []),
    "the tag appeared elsewhere": (
        STARTED, on(SEEN, tag=replace(TAG, commit=OTHER)), ["tag-moved"]),
    "the runs were not read again": (ASKED, on(SEEN, runs=None), []),
    "a newer run is green": (ASKED, on(SEEN, runs=(GREEN, NEWER)), []),
    "a newer run is red": (
        ASKED, on(SEEN, runs=(GREEN, replace(NEWER, conclusion="failure"))), ["red"]),
    "the run is gone": (ASKED, on(SEEN, runs=()), ["never-ran"]),
    "a newer run is green, and its jobs were not looked at": (
        JOBS, on(SEEN, runs=(GREEN, NEWER)), ["runs-changed"]),
    "a newer attempt is green, and its jobs were not looked at": (
        JOBS, on(SEEN, runs=(replace(GREEN, attempt=2),)), ["runs-changed"]),
    "the same runs, whose jobs were looked at": (JOBS, LAST, []),
    "this very run is in the list": (ASKED, on(MINE, runs=(GREEN, OWN)), []),
    "this very run is in none of the lists": (ASKED, on(MINE), ["stale-list"]),
    "this very run is in the list as it was before": (
        ASKED, on(replace(MINE, own=replace(HERE, attempt=2)), runs=(GREEN, OWN)),
        ["stale-list"]),
    "this very run is another commit's": (
        ASKED, on(replace(MINE, own=replace(HERE, commit=OTHER))), []),
    "this very run is another repository's": (
        ASKED, on(replace(MINE, own=replace(HERE, repository="acme/releases"))), []),
    "this very run has no id": (ASKED, on(replace(MINE, own=replace(HERE, id=None))), []),
}  # fmt: skip


@pytest.mark.parametrize("name", THIRD)
def test_the_second_look(name: str) -> None:
    inputs, facts, bad = THIRD[name]
    assert rules(decide_again(inputs, facts)) == bad


UNUSABLE: dict[str, tuple[Callable[[], object], str]] = {
    "a job of a workflow that is not asked for": (
        lambda: replace(ASKED, required_jobs=JobParts("a.yml: x")), "required-jobs"),
    "a workflow that is not asked for may be skipped": (
        lambda: replace(ASKED, allow_skipped=Parts("a.yml")), "allow-skipped"),
    "started without a tag": (lambda: replace(ASKED, require_head="started"), "tag"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_inputs_that_do_not_go_together(name: str) -> None:
    make, input = UNUSABLE[name]
    with pytest.raises(UsageError, match=f"input `{input}`"):
        make()


TOLD: dict[str, tuple[Facts, str, str]] = {
    "which runs do not count": (
        replace(SEEN, runs=(replace(GREEN, branch="next"), replace(GREEN, workflow="a.yml"))),
        "no run for this commit; runs that do not count: push on next (success)", "Wait"),
    "that there is none at all": (replace(SEEN, runs=()), "no run for this commit", "Wait"),
    "how it ended": (run(conclusion="timed_out"), f"timed_out: run 3, attempt 1, {GREEN.url}",
                     "gh run rerun 7 --repo acme/app"),
    "that it ended somehow": (
        run(conclusion=None), f"no conclusion: run 3, attempt 1, {GREEN.url}", "rerun"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_finding_tells(name: str) -> None:
    facts, detail, fix = TOLD[name]
    (finding,) = decide(ASKED, facts).bad
    assert finding.detail == detail
    assert fix in finding.fix


def test_a_job_is_told_as_it_ended_or_stands() -> None:
    running = Job("test b", "in_progress", None, COMMIT)
    facts = replace(LOOKED, jobs={CI: (replace(ONE, conclusion="failure"), running)})
    assert decide_inside(JOBS, facts).bad[0].detail == "test a failure, test b in_progress"


def test_foreign_text_stays_on_one_line() -> None:
    finding: Finding = decide(ASKED, run(branch="a\n::error::b")).bad[0]
    assert "\n" not in finding.detail
