"""The worst finding decides, and a verdict of nothing is no verdict."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from release_actions.errors import Exit
from release_actions.verdict import Finding, Outcome, Outputs, Verdict, advise, due, failed, ok
from tests.shelf import Put, Seal, Shelf, Told

ORDER = (Outcome.OK, Outcome.DUE, Outcome.MISSING, Outcome.UNKNOWN, Outcome.FAILED)


def finding(outcome: Outcome, subject: str = "a") -> Finding:
    return Finding("rule", subject, outcome, "it is so", "Mend it.")


@pytest.mark.parametrize(("better", "worse"), tuple(itertools.combinations(ORDER, 2)))
def test_the_worse_of_two_decides_in_any_order(better: Outcome, worse: Outcome) -> None:
    for pair in itertools.permutations((finding(better), finding(worse))):
        assert Verdict(pair).outcome is worse


def test_each_outcome_has_its_exit() -> None:
    exits = [outcome.exit for outcome in ORDER]
    assert exits == [Exit.OK, Exit.OK, Exit.MISSING, Exit.ERROR, Exit.FAILED]
    assert [int(code) for code in Exit] == [0, 1, 2, 10, 11]


def test_a_verdict_needs_a_finding() -> None:
    with pytest.raises(ValueError, match="at least one finding"):
        Verdict([])


@pytest.mark.parametrize("outcome", ORDER)
def test_an_advisory_finding_weighs_nothing_where_it_is_bad(outcome: Outcome) -> None:
    told = advise(finding(outcome), ["rule"])
    assert told.advisory
    assert told.weighs is (Outcome.OK if outcome.bad else outcome)
    assert not advise(finding(outcome), ["other"]).advisory


def test_bad_findings_come_worst_first_and_advisory_ones_last() -> None:
    advisory = replace(finding(Outcome.FAILED, "advisory"), advisory=True)
    findings = [advisory, *(finding(outcome, outcome.value) for outcome in ORDER)]
    assert [f.subject for f in Verdict(findings).bad] == [
        "failed",
        "unknown",
        "missing",
        "advisory",
    ]


def test_ready_changes_are_those_that_wait_for_nothing_each_once() -> None:
    shelf = Shelf()
    one, other = Put("a", shelf), Seal("b", shelf)
    findings = [
        due("there", "a", "", one),
        due("there", "a again", "", one),
        due("there", "b", "", other, after="a"),
    ]
    assert Verdict(findings).ready == (one,)


def test_two_stages_add_up_and_the_later_outputs_stand() -> None:
    first = Verdict([ok("a", "a", "")], Told(1))
    both = first + Verdict([failed("b", "b", "", fix="x")], Told(2))
    assert [f.rule for f in both.findings] == ["a", "b"]
    assert both.outputs == Told(2)
    assert Verdict([ok("a", "a", "")]).outputs == Outputs()


def test_every_text_of_a_finding_is_one_calm_line() -> None:
    shelf = Shelf()
    hostile = "x\n::error::y\x1b[31m\u202e| ` <b>"
    told = due("rule", hostile, hostile, Put("a", shelf), after=hostile)
    told = replace(told, fix=hostile)
    for text in (told.subject, told.detail, told.fix, told.after):
        assert text.isprintable()
    assert len(failed("rule", "s" * 9999, "d" * 9999, fix="f" * 9999).detail) == 1000
