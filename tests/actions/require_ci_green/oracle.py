"""Whether a yes is justified, read from the loopback's own state and by git, not by our decide.

`doubts` are the reasons against; a yes is justified where there are none.
"""

from __future__ import annotations

import fnmatch
import subprocess
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import yaml

from rehearsal.github import Run
from tests.actions.require_ci_green.scene import FOLDER, Scene


@dataclass(frozen=True)
class Truth:
    """One scene and what was asked, each thing looked up where it lives."""

    scene: Scene
    given: Mapping[str, str]

    def git(self, *arguments: str) -> str:
        command = ["git", f"--git-dir={self.scene.repository.path}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def lines(self, name: str, otherwise: str = "") -> list[str]:
        listed = (self.given.get(name) or "\n".join(self._config(name)) or otherwise).split("\n")
        return [line.strip() for line in listed if line]

    def _config(self, name: str) -> list[str]:
        return list(self._table.get(name, []))

    @cached_property
    def _table(self) -> dict[str, list[str]]:
        text = self.git("show", f"{self.commit}:.github/release-actions.toml")
        table: dict[str, list[str]] = tomllib.loads(text).get("require-ci-green", {})
        return table

    @cached_property
    def commit(self) -> str:
        return self.git("rev-parse", "--verify", "-q", f"{self.given['commit']}^{{commit}}")

    @property
    def branch(self) -> str:
        return self.given.get("branch") or "main"

    @cached_property
    def head(self) -> str:
        return self.git("rev-parse", "--verify", "-q", f"refs/heads/{self.branch}")


def doubts(scene: Scene, given: Mapping[str, str]) -> list[str]:
    """Every reason why this commit must not be released so."""
    truth = Truth(scene, given)
    if truth.commit != given["commit"] and not given["commit"].startswith("refs/tags/"):
        return ["the commit is no commit's full id"]
    if not truth.lines("workflows"):
        return ["nothing is required"]
    return [*_place(truth), *_tag(truth), *_workflows(truth), *_jobs(truth)]


def _place(truth: Truth) -> Iterator[str]:
    if not truth.head:
        yield "no such branch"
        return
    if truth.head == truth.commit:
        return
    mode = truth.given.get("require-head") or "equal"
    on_branch = truth.git("rev-list", truth.head).split()
    if mode == "equal" or truth.commit not in on_branch:
        yield "not the head, nor on the branch"
    elif mode == "started" and not _begun(truth):
        yield "no release had begun"


def _begun(truth: Truth) -> bool:
    name = truth.given.get("tag", "")
    tagged = truth.git("rev-parse", "--verify", "-q", f"refs/tags/{name}^{{commit}}")
    for release in truth.scene.repository.releases:
        if release.tag == name:
            at = tagged or (release.target if release.draft else "")
            if at == truth.commit:
                return True
    return False


def _tag(truth: Truth) -> Iterator[str]:
    name = truth.given.get("tag", "")
    if name:
        tagged = truth.git("rev-parse", "--verify", "-q", f"refs/tags/{name}^{{commit}}")
        if tagged and tagged != truth.commit:
            yield "the tag names another commit"
        if not tagged and truth.given.get("require-head") != "started":
            yield "no such tag"


def _proofs(truth: Truth, workflow: str) -> dict[str, list[Run]]:
    """The runs that prove something, by event, in the order in which they were made."""
    path = workflow if workflow.startswith(FOLDER) else FOLDER + workflow
    own = truth.scene.environ.get("GITHUB_RUN_ID")
    proofs: dict[str, list[Run]] = {}
    for run in sorted(truth.scene.repository.runs, key=lambda run: run.id):
        queue = f"gh-readonly-queue/{truth.branch}/"
        there = (
            (run.branch or "").startswith(queue)
            if run.event == "merge_group"
            else run.branch == truth.branch
        )
        if (
            run.path.split("@")[0] == path
            and run.commit == truth.commit
            and there
            and run.event in truth.lines("events", "push")
            and run.head_repository == truth.scene.repository.full_name
            and str(run.id) != own
        ):
            proofs.setdefault(run.event, []).append(run)
    return proofs


def _workflows(truth: Truth) -> Iterator[str]:
    own = truth.scene.environ.get("GITHUB_WORKFLOW_REF", "").partition("@")[0]
    here = truth.scene.repository.full_name
    for workflow in truth.lines("workflows"):
        if own == f"{here}/{FOLDER}{workflow.removeprefix(FOLDER)}":
            yield f"{workflow} is the workflow of this run"
        proofs = _proofs(truth, workflow)
        may_skip = workflow in truth.lines("allow-skipped")
        if not proofs and not (may_skip and _left_out(truth, workflow)):
            yield f"{workflow} never ran"
        for event, runs in proofs.items():
            attempt = runs[-1].attempts[-1]
            fine = ("success", "skipped") if may_skip else ("success",)
            if attempt.status != "completed" or attempt.conclusion not in fine:
                yield f"{workflow} ({event}): {attempt.status}, {attempt.conclusion}"


def _left_out(truth: Truth, workflow: str) -> bool:
    """By git's own pathspecs: whether the commit changes nothing that the workflow wants."""
    document = yaml.safe_load(truth.git("show", f"{truth.commit}:{FOLDER}{workflow}") or "{}")
    push = document.get(True)
    push = push.get("push") if isinstance(push, dict) else None
    if not isinstance(push, dict):
        return False
    changed = ("diff", "--name-only", f"{truth.commit}^", truth.commit, "--")
    if wanted := push.get("paths"):
        specs = [f":(exclude,glob){p[1:]}" if p.startswith("!") else f":(glob){p}" for p in wanted]
        return not truth.git(*changed, *specs)
    ignored = [f":(exclude,glob){p}" for p in push.get("paths-ignore", ())]
    return bool(ignored) and not truth.git(*changed, ".", *ignored)


def _jobs(truth: Truth) -> Iterator[str]:
    for line in truth.lines("required-jobs"):
        workflow, _, pattern = (part.strip() for part in line.partition(":"))
        proofs = _proofs(truth, workflow)
        if not proofs:
            continue  # told already, or left out as it may be
        found: dict[str, set[str | None]] = {}
        for runs in proofs.values():
            for job in runs[-1].attempts[-1].jobs:
                if job.name == pattern or fnmatch.fnmatchcase(job.name, _globbed(pattern)):
                    found.setdefault(job.name, set()).add(job.conclusion)
        if not found:
            yield f"{line}: no such job"
        for name, conclusions in found.items():
            hollow = conclusions == {"skipped"} and f"{workflow}: {name}" not in truth.lines(
                "allow-skipped"
            )
            if hollow or conclusions - {"success", "skipped"}:
                yield f"{line}: {name} {conclusions}"


def _globbed(pattern: str) -> str:
    return pattern.replace("[", "[[]")
