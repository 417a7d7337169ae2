"""The judgement of each mark: what keeps it from its tag, or the Change that makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from release_actions.actions.push_tag_on_marker.asked import Inputs, Made
from release_actions.actions.push_tag_on_marker.refusing import kept_from
from release_actions.actions.push_tag_on_marker.starting import Dispatch, started
from release_actions.actions.push_tag_on_marker.tagged import Aim, Claim, Tagged, settle
from release_actions.changes.tagging import MakeTag, PushTag
from release_actions.formats.workflow_filter import push_trigger, takes_tag
from release_actions.verdict import Finding, Verdict, due, failed, ok


def unsettled(inputs: Inputs, tagged: Tagged) -> Verdict:
    """As if nothing had been aimed at before."""
    return decide(inputs, tagged, settle(inputs, tagged))


def decide(inputs: Inputs, tagged: Tagged, aim: Aim) -> Verdict:
    """In the order of history: each tag, and the run that it is to start, before the next tag."""
    asked = [claim for claim in tagged.claims if aim.asks(claim)]
    if not asked:
        none = ok("nothing-asked", "marker", f"no commit asks for a tag by {inputs.marker}")
        return Verdict([none], Made())
    findings = [*_each(inputs, tagged, asked), *_starts_nothing(inputs, tagged)]
    return Verdict(findings, _made([claim for claim in asked if claim.kept], aim))


def _each(inputs: Inputs, tagged: Tagged, asked: Sequence[Claim]) -> Iterator[Finding]:
    for claim in asked:
        finding = _tagged(inputs, claim, asked)
        yield _weighed(claim, finding)
        if claim.name and inputs.dispatch and (claim.kept or finding.change):
            change = Dispatch(inputs.repository, inputs.dispatch, claim.name, claim.commit)
            by_itself = _starts_itself(tagged, claim)
            if claim.kept or not by_itself:
                run = started(change, claim.runs, tagged=claim.kept, by_itself=by_itself)
                yield _weighed(claim, run)


def _weighed(claim: Claim, finding: Finding) -> Finding:
    """History cannot be mended: what is wrong with an earlier push must not end this one."""
    earlier = not claim.mark.pushed and finding.outcome.bad
    return replace(finding, advisory=True) if earlier else finding


def _starts_itself(tagged: Tagged, claim: Claim) -> bool:
    """Whether the tag starts the workflow by `on: push`: not if GITHUB_TOKEN makes it."""
    if tagged.installation or claim.mark.workflow is None:
        return False
    return takes_tag(push_trigger(claim.mark.workflow), str(claim.name))


def _made(kept: Sequence[Claim], aim: Aim) -> Made:
    tags = [
        {
            "name": str(claim.name),
            "commit": str(claim.commit),
            "version": str(claim.mark.reading.version),
            "created": claim.name not in aim.there,
        }
        for claim in kept
    ]
    return Made(str(kept[-1].name) if kept else "", json.dumps(tags))


def _tagged(inputs: Inputs, claim: Claim, asked: Sequence[Claim]) -> Finding:
    """The tag is there; or something keeps the mark from it; or it is due."""
    if claim.kept:
        return _as_asked(inputs, claim)
    if found := kept_from(inputs, claim, asked):
        return found
    subject, commit = f"tag {claim.name}", claim.mark.commit
    return due("tag-missing", subject, f"commit {commit} asks for it", _change(inputs, claim))


def _as_asked(inputs: Inputs, claim: Claim) -> Finding:
    tag, subject = claim.tag, f"tag {claim.name}"
    assert tag is not None  # it is kept
    if inputs.sign != "none" and not tag.signed:
        fix = "Delete it if nothing has used it yet, and run again."
        found = f"it is on {claim.commit}, but not signed: made by somebody else"
        return failed("not-signed", subject, found, fix=fix)
    kind = "annotated" if tag.annotated else "lightweight"
    return ok("tag-missing", subject, f"it is there, {kind}, on {claim.mark.commit}")


def _change(inputs: Inputs, claim: Claim) -> MakeTag | PushTag:
    name = claim.name
    assert name is not None  # else there were nothing to make
    if inputs.method == "rest":
        return MakeTag(inputs.repository, name, claim.commit, name)
    asked = (inputs.repository, name, claim.commit, str(name), inputs.path)
    return PushTag(*asked, inputs.sign, inputs.signing_key)


def _starts_nothing(inputs: Inputs, tagged: Tagged) -> Iterator[Finding]:
    """GitHub lets nothing start by what GITHUB_TOKEN pushes, and says nothing."""
    if tagged.installation and inputs.dispatch is None:
        said = (
            "if `token` is GITHUB_TOKEN, its tags start no workflow: name one in `dispatch`, or"
            " give a GitHub App's token"
        )
        yield ok("starts-nothing", "workflows", said)
