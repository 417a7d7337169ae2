"""The workflows as one whole: roles, the steps that a job really runs, what is before a job."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from posixpath import normpath
from typing import Any

from release_actions.actions.lint_release_workflow.asked import Inputs
from release_actions.actions.lint_release_workflow.looking import Facts
from release_actions.formats.expression import Condition, condition
from release_actions.formats.job_pattern import JobPatterns, of_file
from release_actions.formats.release_workflow import Job, Step, Text, Workflow
from release_actions.formats.step_kinds import GENERATOR, Done, kinds, last

DEEPEST = 10  # GitHub's own limit for actions within actions
TYPICAL = {"gate": "gates", "attest": "attest", "provenance": "provenance"}
TYPICAL |= {"publish": "publish", "undraft": "undraft"}


def at(file: str, line: int) -> dict[str, Any]:
    """Where a finding is: its subject, and the place of its annotation."""
    return {"subject": f"{file}:{line}" if line else file, "file": file, "line": line}


@dataclass(frozen=True)
class Stepped:
    """A step as a job runs it, with what was asked on the way to it."""

    done: Done
    kinds: frozenset[str]
    line: int  # of the step in the job's own file that leads to it
    conditions: tuple[Text, ...] = ()
    continues: Text | None = None

    @property
    def step(self) -> Step:
        return self.done.step


@dataclass(frozen=True)
class Book:
    """What was asked, and what was read."""

    inputs: Inputs
    facts: Facts

    @cached_property
    def release(self) -> tuple[Workflow, ...]:
        """The workflows that were asked for, as far as they could be read."""
        found = (self.facts.workflows.get(path) for path in self.facts.asked)
        return tuple(workflow for workflow in found if workflow is not None)

    @cached_property
    def jobs(self) -> tuple[tuple[Workflow, Job], ...]:
        return tuple((flow, job) for flow in self.release for job in flow.jobs.values())

    def meant(self, patterns: JobPatterns | tuple[str, ...]) -> tuple[tuple[Workflow, Job], ...]:
        """The jobs that these patterns name."""
        return tuple(
            (flow, job)
            for flow, job in self.jobs
            if any(of_file(pattern, flow.file, job.id) for pattern in patterns)
        )

    def role(self, name: str) -> tuple[tuple[Workflow, Job], ...]:
        return self.meant(self.inputs.role(name).patterns)

    def in_role(self, job: Job) -> bool:
        """Whether the release hangs on this job."""
        roles = ("gates", "attest", "provenance", "publish", "undraft")
        return any(job is other for role in roles for _, other in self.role(role))

    def every_step(self) -> Iterator[Step]:
        """Each step that was read, once."""
        for flow in self.facts.workflows.values():
            for job in flow.jobs.values():
                yield from job.steps
        for action in self.facts.composites.values():
            yield from action.steps

    def called(self, job: Job) -> Workflow | None:
        """The workflow of this repository that the job calls."""
        if job.uses is None or not job.uses.value.startswith("./"):
            return None
        return self.facts.workflows.get(normpath(job.uses.value.split("@")[0]))

    @cached_property
    def _known(self) -> dict[tuple[str, str], tuple[Stepped, ...]]:
        return {}

    def steps(self, job: Job) -> tuple[Stepped, ...]:
        """All that a job runs, in order, local actions and workflows opened up."""
        key = job.file, job.id
        if key not in self._known:
            self._known[key] = ()  # a workflow that calls itself
            self._known[key] = tuple(self._of_job(job))
        return self._known[key]

    def _of_job(self, job: Job) -> Iterator[Stepped]:
        for step in job.steps:
            yield from self._of_step(step, step.line, (), None, 0)
        inner = self.called(job)
        for each in inner.jobs.values() if inner and job.uses else ():
            for stepped in self.steps(each):
                asked = (*((each.condition,) if each.condition else ()), *stepped.conditions)
                line = job.uses.line if job.uses else job.line
                loose = each.continues or stepped.continues
                yield Stepped(stepped.done, stepped.kinds, line, asked, loose)

    def _of_step(
        self, step: Step, line: int, asked: tuple[Text, ...], loose: Text | None, depth: int
    ) -> Iterator[Stepped]:
        done = self.facts.done[step.file, step.line]
        asked = (*asked, *((step.condition,) if step.condition else ()))
        loose = step.continues or loose
        found = kinds(done, self.inputs.named_steps)
        inner = None
        if step.uses is not None and step.uses.value.startswith("./"):
            inner = self.facts.composites.get(normpath(step.uses.value))
        if found or inner is None or depth > DEEPEST:
            yield Stepped(done, found, line, asked, loose)
            # A local action that is known by its name may still do more than its name says.
        if inner is not None and depth <= DEEPEST:
            for each in inner.steps:
                for below in self._of_step(each, line, asked, loose, depth + 1):
                    if not (found & below.kinds):
                        yield below

    def kinds(self, job: Job) -> frozenset[str]:
        """All that a job does."""
        found = {kind for stepped in self.steps(job) for kind in stepped.kinds}
        if job.uses is not None and job.uses.value.startswith(GENERATOR):
            found.add("provenance")
        if job.uses is not None and last(job.uses.value) in ("gate.yml", "gate.yaml"):
            found.add("gate")
        return frozenset(found)

    # What must have succeeded before a job begins

    def needed(self, flow: Workflow, job: Job) -> frozenset[str]:
        """Every job that comes before, whether it succeeded or not."""
        found: set[str] = set()
        todo = [need.value for need in job.needs]
        while todo:
            name = todo.pop()
            if name not in found and name in flow.jobs:
                found.add(name)
                todo += [need.value for need in flow.jobs[name].needs]
        return frozenset(found)

    def ensured(self, flow: Workflow, job: Job) -> frozenset[str]:
        """Every job that has surely succeeded when this one begins.

        1. Without a status function in its `if:` a job runs only if all that it needs succeeded.
        2. With one (`always()`, `!cancelled()`), only what `needs.X.result == 'success'` demands.
        3. What these made sure of by the same rules, is sure too.
        """
        found: set[str] = set()
        todo = [job]
        while todo:
            here = todo.pop()
            sure = _condition(here)
            for need in here.needs:
                checked = (f"needs.{need.value.lower()}.result", "success") in sure.demands
                new = need.value in flow.jobs and need.value not in found
                if new and (sure.after_success or checked):
                    found.add(need.value)
                    todo.append(flow.jobs[need.value])
        return frozenset(found)

    def demands(self, flow: Workflow, job: Job) -> frozenset[tuple[str, str]]:
        """The equalities that hold when this job begins, by its `if:` and those before it."""
        jobs = [job, *(flow.jobs[name] for name in self.ensured(flow, job))]
        return frozenset(demand for each in jobs for demand in _condition(each).demands)


def _condition(job: Job) -> Condition:
    return condition(job.condition.value if job.condition else None)
