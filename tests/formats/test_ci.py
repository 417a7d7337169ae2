"""Which runs and jobs are meant, whatever the order and the spelling."""

from __future__ import annotations

from dataclasses import replace

import pytest

from release_actions.formats.ci import (
    Events,
    JobParts,
    Part,
    Parts,
    WorkflowRun,
    newest,
    on_branch,
)
from release_actions.values import WorkflowFile

CI = WorkflowFile("ci.yml")
RUN = WorkflowRun(
    id=1,
    workflow=CI,
    name="CI",
    number=1,
    attempt=1,
    commit="c" * 40,
    branch="main",
    event="push",
    status="completed",
    conclusion="success",
    repository="acme/app",
    url="",
)


def test_the_newest_run_has_the_greatest_number_whatever_the_order() -> None:
    runs = [replace(RUN, number=number, id=20 - number) for number in (2, 10, 9)]
    assert newest(runs).number == newest(reversed(runs)).number == 10


def test_the_newest_attempt_of_one_run_is_meant() -> None:
    runs = [replace(RUN, attempt=2), RUN]
    assert newest(runs).attempt == newest(reversed(runs)).attempt == 2


@pytest.mark.parametrize(("event", "branch", "expected"), [
    ("push", "main", True), ("push", "Main", False), ("push", None, False),
    ("push", "gh-readonly-queue/main/pr-1", False), ("merge_group", "main", False),
    ("merge_group", "gh-readonly-queue/main/pr-1", True), ("merge_group", None, False),
    ("merge_group", "gh-readonly-queue/main-2/pr-1", False),
])  # fmt: skip
def test_a_merge_queue_runs_on_branches_of_its_own(
    event: str, branch: str | None, expected: bool
) -> None:
    assert on_branch(replace(RUN, event=event, branch=branch), "main") is expected


@pytest.mark.parametrize(("pattern", "name", "expected"), [
    ("test", "test", True), ("test", "tests", False), ("test", "a test", False),
    ("test (*)", "test (ubuntu, 3.13)", True), ("test (*)", "test", False),
    ("test ?", "test 1", True), ("test ?", "test 12", False), ("*", "call / test", True),
    ("test [x64]", "test [x64]", True), ("test [x64]", "test x", False), ("a.b", "axb", False),
    ("a+", "aa", False), ("what?", "what?", True),
])  # fmt: skip
def test_a_job_is_meant_by_name_or_pattern(pattern: str, name: str, expected: bool) -> None:
    assert Part(CI, pattern).matches(name) is expected


def test_parts_are_workflows_and_jobs_each_once() -> None:
    parts = Parts("docs.yml\nci.yml: test (a, b)\n\n.github/workflows/docs.yml\nci.yml:call / x: y")
    assert [str(part) for part in parts] == [
        "docs.yml",
        "ci.yml: test (a, b)",
        "ci.yml: call / x: y",
    ]


def test_parts_stand_on_one_line_too() -> None:
    assert Parts("ci.yml: test (a, b), docs.yml") == Parts("ci.yml: test (a, b)\ndocs.yml")


@pytest.mark.parametrize("raw", ["test", "ci.yml:", "ci.yml: ", ": test", "../ci.yml"])
def test_what_is_no_part_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r"docs\.yml"):
        Parts(raw)


def test_a_required_job_is_a_job() -> None:
    assert JobParts("ci.yml: test") == (Part(CI, "test"),)
    with pytest.raises(ValueError, match="name that GitHub shows"):
        JobParts("ci.yml")


def test_events_are_those_that_prove_something_each_once() -> None:
    assert Events("push\nmerge_group\npush") == ("push", "merge_group")


@pytest.mark.parametrize("raw", ["pull_request", "pull_request_target", "Push", "push,release"])
def test_other_events_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="pull request"):
        Events(raw)
