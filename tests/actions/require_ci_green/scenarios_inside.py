"""The corpus, third part: hollow green inside a run, and workflows that never ran."""

from __future__ import annotations

from tests.actions.require_ci_green.scenario import no, not_yet, yes
from tests.actions.require_ci_green.scenarios_runs import BOTH, QUEUE
from tests.actions.require_ci_green.scene import (
    FOLDER,
    ON_PUSH,
    again,
    commits,
    jobs,
    named,
    ran,
    stands,
    tags,
)

TEST = "ci.yml: test"
LEGS = (("test (ubuntu, 3.11)", "success"), ("test (ubuntu, 3.13)", "success"))
DOCS = "ci.yml\ndocs.yml"
MAY_SKIP = {"workflows": DOCS, "allow_skipped": "docs.yml"}


def docs(trigger: str, **files: str) -> dict[str, str | None]:
    """A commit with docs.yml and its trigger, and what else it changes."""
    return {f"{FOLDER}docs.yml": f"on: {trigger}\njobs: {{}}\n", **files}


def work(name: str = "src/app.py") -> dict[str, str | None]:
    return {name: "2\n"}


INSIDE = (
    yes("the required job succeeded", "A4", ran(jobs=jobs(lint="skipped")), required_jobs=TEST),
    no("hollow: the required job was skipped", "A4", "job-skipped",
       ran(jobs=jobs(conclusion="skipped", gate="success")), required_jobs=TEST),
    no("hollow: there is no such job", "A4", "job-missing",
       ran(jobs=jobs(name="gate")), required_jobs=TEST, says="gate"),
    no("hollow: the run has no job at all", "A4", "job-missing", ran(), required_jobs=TEST),
    no("hollow: the required job is red, in a green run", "A4", "job-red",
       ran(jobs=jobs(conclusion="failure")), required_jobs=TEST),
    no("hollow: the required job was cancelled, in a green run", "A4", "job-red",
       ran(jobs=jobs(conclusion="cancelled")), required_jobs=TEST),
    no("hollow: a required job has not ended, in a green run", "A4", "job-red",
       ran(jobs=jobs(conclusion=None)), required_jobs=TEST),
    yes("the required job may be skipped", "A4", ran(jobs=jobs(conclusion="skipped")),
        required_jobs=TEST, allow_skipped=TEST),
    no("another job may be skipped, this one not", "A4", "job-skipped",
       ran(jobs=jobs(conclusion="skipped")), required_jobs=TEST, allow_skipped="ci.yml: lint"),
    no("a job that may be skipped is red", "A4", "job-red", ran(jobs=jobs(conclusion="failure")),
       required_jobs=TEST, allow_skipped=TEST),
    yes("every leg of a matrix", "A13", ran(jobs=named(*LEGS)), required_jobs="ci.yml: test (*)"),
    no("one leg of a matrix was skipped", "A4", "job-skipped",
       ran(jobs=named(*LEGS, ("test (macos, 3.11)", "skipped"))),
       required_jobs="ci.yml: test (*)"),
    yes("a leg by its whole name, commas and all", "A13", ran(jobs=named(*LEGS)),
        required_jobs="ci.yml: test (ubuntu, 3.11)"),
    yes("a job of a called workflow", "A13", ran(jobs=named(("call / test", "success"))),
        required_jobs="ci.yml: call / test"),
    no("a called workflow's job is not named by its own name alone", "A13", "job-missing",
       ran(jobs=named(("call / test", "success"))), required_jobs=TEST),
    yes("brackets in a name are only brackets", "A13", ran(jobs=named(("test [x64]", "success"))),
        required_jobs="ci.yml: test [x64]"),
    no("brackets are no set of letters", "A13", "job-missing",
       ran(jobs=named(("test x", "success"))), required_jobs="ci.yml: test [x64]"),
    no("a job of this name in another workflow is no proof", "A8", "job-missing",
       ran(jobs=jobs(name="gate")), ran("other.yml", jobs=jobs()),
       required_jobs=TEST, workflows="ci.yml\nother.yml"),
    yes("the green attempt's jobs count, not the red one's", "A1",
        ran(conclusion="failure", jobs=jobs(conclusion="failure")), again(jobs=jobs()),
        required_jobs=TEST),
    no("the green attempt is hollow, the attempt before was not", "A4", "job-skipped",
       ran(jobs=jobs()), again(jobs=jobs(conclusion="skipped")), required_jobs=TEST),
    yes("hollow push, and the merge queue ran the job", "A5",
        ran(event="merge_group", branch=QUEUE, jobs=jobs()),
        ran(jobs=jobs(conclusion="skipped")), events=BOTH, required_jobs=TEST),
    no("hollow push, and the merge queue's run does not count", "A4", "job-skipped",
       ran(event="merge_group", branch=QUEUE, jobs=jobs()),
       ran(jobs=jobs(conclusion="skipped")), required_jobs=TEST),
    no("hollow push and hollow merge queue", "A5", "job-skipped",
       ran(event="merge_group", branch=QUEUE, jobs=jobs(conclusion="skipped")),
       ran(jobs=jobs(conclusion="skipped")), events=BOTH, required_jobs=TEST),
    not_yet("filtered by paths, which was not allowed", "A7", "filtered",
            commits(docs("{push: {paths: [docs/**]}}")), commits(work(), keep="commit"), ran(),
            workflows=DOCS, says="docs/**"),
    yes("filtered by paths, as the caller allows", "A7",
        commits(docs("{push: {paths: [docs/**]}}")), commits(work(), keep="commit"), ran(),
        **MAY_SKIP, says="docs/**"),
    yes("filtered by paths-ignore, as the caller allows", "A7",
        commits(docs("{push: {paths-ignore: ['**.md', src/**]}}")),
        commits(work(), keep="commit"), ran(), **MAY_SKIP),
    not_yet("allowed to be filtered, and its paths did change", "A7", "never-ran",
            commits(docs("{push: {paths: [docs/**]}}")), commits(work("docs/a.md"), keep="commit"),
            ran(), **MAY_SKIP),
    yes("allowed to be filtered, by a pattern that takes back", "A7",
        commits(docs("{push: {paths: ['src/**', '!src/*.py']}}")),
        commits(work(), keep="commit"), ran(), **MAY_SKIP),
    not_yet("allowed to be filtered, and a pattern takes back other files", "A7", "never-ran",
            commits(docs("{push: {paths: ['src/**', '!src/*.md']}}")),
            commits(work(), keep="commit"), ran(), **MAY_SKIP),
    not_yet("allowed to be filtered, and it has no filter", "A7", "never-ran",
            commits(docs("push")), commits(work(), keep="commit"), ran(), **MAY_SKIP),
    no("allowed to be filtered, and it is not there", "A7", "no-such-workflow",
       commits(work(), keep="commit"), ran(), **MAY_SKIP),
    no("allowed to be filtered, but it ran and is red", "A7", "red",
       commits(docs("{push: {paths: [docs/**]}}", **{"docs/a.md": "1"}), keep="commit"), ran(),
       ran("docs.yml", conclusion="failure"), **MAY_SKIP),
    no("renamed: GitHub knows it from before", "A13", "renamed",
       commits({f"{FOLDER}ci.yml": None, f"{FOLDER}cicd.yml": ON_PUSH}, keep="commit"),
       ran("cicd.yml"), says="cicd.yml"),
    no("no such workflow, and the near miss is named", "A13", "no-such-workflow", ran(),
       workflows="cj.yml", says="ci.yml"),
    no("disabled by hand", "A7", "disabled", stands("ci.yml", "disabled_manually"),
       says="gh workflow enable"),
    no("disabled for want of activity", "A7", "disabled", stands("ci.yml", "disabled_inactivity")),
    yes("disabled by now, but it ran for this commit", "A7", ran(),
        stands("ci.yml", "disabled_manually")),
    no("no push starts it", "A7", "not-triggered",
       commits(docs("pull_request"), keep="commit"), ran(), workflows=DOCS),
    no("a push to this branch does not start it", "A7", "not-triggered",
       commits(docs("{push: {branches: ['release/**']}}"), keep="commit"), ran(), workflows=DOCS,
       says="release/**"),
    no("only a pushed tag starts it", "A7", "not-triggered",
       commits(docs("{push: {tags: ['v*']}}"), keep="commit"), ran(), workflows=DOCS),
    no("this branch is left out", "A7", "not-triggered",
       commits(docs("{push: {branches-ignore: [main]}}"), keep="commit"), ran(), workflows=DOCS),
    not_yet("its check is not there yet", "A9", "never-ran", tags("v1.0.0"), tag="v1.0.0"),
    not_yet("a workflow that cannot be read as YAML", "A7", "never-ran",
            commits({f"{FOLDER}ci.yml": "on: [push\n\t- :"}, keep="commit")),
)
