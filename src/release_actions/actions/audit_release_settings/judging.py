"""Judges: each declaration against what GitHub said; the verdict is all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from release_actions.actions.audit_release_settings import binding, suggesting
from release_actions.actions.audit_release_settings.asked import (
    Audited,
    EnvironmentTable,
    Inputs,
)
from release_actions.actions.audit_release_settings.looking import Facts
from release_actions.actions.audit_release_settings.saying import compared, unread
from release_actions.actions.audit_release_settings.settings import PARTS, SETTINGS
from release_actions.clients.environments import Environment
from release_actions.clients.settings import Unread
from release_actions.verdict import Finding, Outcome, Verdict, failed


def decide(inputs: Inputs, facts: Facts) -> Verdict:
    if inputs.suggest:
        return suggesting.decide(inputs, facts)
    findings = [
        *_repository(inputs, facts),
        *_environments(inputs, facts),
        *binding.branches(inputs, facts),
        *binding.tags(inputs, facts),
    ]
    return Verdict(findings, _counted(findings))


def _counted(findings: list[Finding]) -> Audited:
    outcomes = [finding.outcome for finding in findings]
    return Audited(
        judged=len(outcomes),
        failed=outcomes.count(Outcome.FAILED),
        unknown=outcomes.count(Outcome.UNKNOWN),
    )


def _repository(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    for setting in SETTINGS:
        declared = getattr(inputs, setting.field)
        if declared is not None:
            found = setting.read(facts)
            yield compared(setting.rule, setting.subject, found, declared, fix=setting.fix)


def _environments(inputs: Inputs, facts: Facts) -> Iterator[Finding]:
    """O28, PAINS E45: each environment is there, and as it was declared."""
    for name, table in inputs.environment.items():
        subject = f"environment {name}"
        if isinstance(facts.environments, Unread):
            yield unread("environment-missing", subject, facts.environments)
            continue
        same = [e for e in facts.environments if e.name.casefold() == name.casefold()]
        if not same:
            fix = "Make it in Settings, Environments, with its rules, or correct its name."
            detail = "there is none; a job that names it would make one without any rule"
            yield failed("environment-missing", subject, detail, fix=fix)
        for environment in same:
            yield from _environment(subject, table, environment)


def _environment(subject: str, table: EnvironmentTable, found: Environment) -> Iterator[Finding]:
    if table.deployment_policies is not None and found.deployment != "custom":
        # Without custom policies there is no list that could be right.
        yield compared(
            "deployment",
            f"{subject}, deployments come from",
            found.deployment,
            "custom",
            fix=f"In Settings, Environments, {found.name}: choose selected branches and tags.",
        )
        table = replace(table, deployment=None, deployment_policies=None)
    for part in PARTS:
        declared = getattr(table, part.field)
        if declared is not None:
            fix = f"In Settings, Environments, {found.name}: {part.fix}"
            seen = getattr(found, part.read)
            yield compared(part.rule, f"{subject}, {part.what}", seen, declared, fix=fix)
