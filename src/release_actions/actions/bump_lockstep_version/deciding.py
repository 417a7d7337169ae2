"""The judgement: what is wrong, what is due, and the proof that every place says its version."""

from __future__ import annotations

import json
from collections.abc import Iterator

from release_actions.actions.bump_lockstep_version.asked import Bumped, Inputs
from release_actions.actions.bump_lockstep_version.judging import Judge
from release_actions.actions.bump_lockstep_version.making import RewriteAll, TidyUp
from release_actions.actions.bump_lockstep_version.planning import Aim, no_version, settle
from release_actions.actions.bump_lockstep_version.searching import Facts
from release_actions.actions.bump_lockstep_version.survey import Survey, survey
from release_actions.clients.staged import STAGED
from release_actions.formats.versions import Version
from release_actions.verdict import Finding, Verdict, due, failed


def unsettled(inputs: Inputs, facts: Facts) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, facts, settle(inputs, facts))


def decide(inputs: Inputs, facts: Facts, aim: Aim) -> Verdict:
    if aim.problems:
        return Verdict(aim.problems, Bumped())
    if wanting := [*_due(inputs, facts, aim)]:
        return Verdict(wanting, Bumped())
    return _proof(inputs, facts, aim)


def _due(inputs: Inputs, facts: Facts, aim: Aim) -> Iterator[Finding]:
    """Each file that is still as it was in the first look."""
    change = RewriteAll(inputs.path, aim.rewrites)
    for rewrite in aim.rewrites:
        seen = facts.seen.get(rewrite.path)
        if seen is not None and seen.content == rewrite.old:
            yield due("old-version", rewrite.path, aim.told[rewrite.path], change)
        elif seen is None or seen.content != rewrite.new:
            yield failed(
                "changed-meanwhile",
                rewrite.path,
                "it is neither as it was read nor as it was to be written",
                fix="Look who else writes here, and run again.",
                file=facts.tree.prefix + rewrite.path,
            )
    if facts.tree.left_over and inputs.operation.changes and not aim.rewrites:
        found = "a run that was killed has left it"
        yield due("left-over", STAGED, found, TidyUp(inputs.path))


def _proof(inputs: Inputs, facts: Facts, aim: Aim) -> Verdict:
    """Every place once more, by a look of its own: the read-back, and all that `check` does."""
    found = survey(inputs, facts)
    old = {name: str(version) for name, version in _versions(found).items()}
    new = dict(old)
    for name, way in aim.steps.items():
        old[name], new[name] = str(way.old), str(way.new)
    files = {name: list(aim.steps[name].files) if name in aim.steps else [] for name in new}
    outputs = Bumped(json.dumps(old), json.dumps(new), json.dumps(files))
    return Verdict(list(_all(inputs, facts, found, aim)), outputs)


def _versions(found: Survey) -> dict[str, Version]:
    return {name: group.lead[1] for name, group in found.groups.items() if group.lead}


def _all(inputs: Inputs, facts: Facts, found: Survey, aim: Aim) -> Iterator[Finding]:
    """What every group's places say, beside what they must."""
    yield from found.problems
    for name, group in found.groups.items():
        expected = inputs.expected.of(name)
        if name in aim.steps:
            expected = aim.steps[name].new
        version = expected or (group.lead[1] if group.lead else None)
        if version is None:
            yield from no_version(group, facts.tree.prefix)
            continue
        judge = Judge(found, group, facts.tree.prefix, (version,))
        bad = list(judge.bad(expected))
        yield from bad
        if not bad:
            yield from judge.good()
