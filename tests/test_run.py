"""The loop looks before it acts, acts only on a clean look, and ends on a look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest

from release_actions.action import Action
from release_actions.errors import (
    Exit,
    PostponedError,
    RefusedError,
    UpstreamError,
    UsageError,
)
from release_actions.run import Loop
from release_actions.verdict import (
    Finding,
    Outcome,
    Verdict,
    advise,
    due,
    failed,
    missing,
    ok,
    unknown,
)
from release_actions.waiting import HARD_TOTAL, LONGEST_PAUSE
from release_actions.world import World
from tests.shelf import (
    Inputs,
    Judge,
    Put,
    Running,
    Seal,
    Shelf,
    StillClock,
    Told,
    action_on,
    run,
    wanting,
)

GOOD = ok("fine", "a", "it is there")
WRONG = failed("wrong", "a", "it is not right", fix="Mend it.")
ABSENT = missing("absent", "a", "it is not there", fix="Wait.")
UNTOLD = unknown("untold", "a", "nobody says", fix="Ask again.")


def saying(*rounds: list[Finding] | Exception) -> Judge:
    """A judge that says these in turn, and the last one for ever."""
    left = list(rounds)

    def judge(facts: frozenset[str]) -> list[Finding]:
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, Exception):
            raise said
        return said

    return judge


def looking(judge: Judge, shelf: Shelf | None = None) -> Action[Inputs, frozenset[str]]:
    return action_on(shelf or Shelf(), judge)


# Stages


def staged(*verdicts: list[Finding]) -> tuple[Action[Inputs, object], list[str]]:
    happened: list[str] = []

    def gather(number: int) -> Callable[..., int]:
        def look(*given: object) -> int:
            happened.append(f"gather {number} after {given[2] if len(given) > 2 else None}")
            return number

        return look

    def decide(number: int) -> Callable[[Inputs, object], Verdict]:
        def judge(inputs: Inputs, facts: object) -> Verdict:
            happened.append(f"decide {facts}")
            return Verdict(verdicts[number])

        return judge

    action: Action[Inputs, object] = Action(Inputs, gather(0), decide(0))
    for number in range(1, len(verdicts)):
        action = action.then(gather(number), decide(number))
    return action, happened


def end(action: Action[Inputs, object]) -> Verdict:
    ended = Loop(action, Inputs(), World(clock=StillClock()), lambda state: None).run(
        dry_run=False, wait=0
    )
    assert ended.verdict is not None
    return ended.verdict


def test_each_stage_gathers_then_decides_and_hands_its_facts_on() -> None:
    action, happened = staged([GOOD], [GOOD], [GOOD])
    assert end(action).outcome is Outcome.OK
    assert happened == [
        "gather 0 after None",
        "decide 0",
        "gather 1 after 0",
        "decide 1",
        "gather 2 after 1",
        "decide 2",
    ]


@pytest.mark.parametrize("bad", [WRONG, ABSENT, UNTOLD], ids=lambda f: f.outcome.value)
def test_a_bad_stage_ends_the_look_before_the_next_one(bad: Finding) -> None:
    action, happened = staged([GOOD], [bad], [GOOD])
    assert end(action).outcome is bad.outcome
    assert happened[-1] == "decide 1"


def test_a_due_stage_ends_the_look_too() -> None:
    shelf = Shelf()
    action, happened = staged([due("there", "a", "", Put("a", shelf), after="never")], [GOOD])
    assert end(action).outcome is Outcome.DUE
    assert happened == ["gather 0 after None", "decide 0"]


def test_the_findings_of_all_stages_are_told_and_the_last_outputs_stand() -> None:
    action, _ = staged([GOOD], [replace(GOOD, subject="b")])
    assert [finding.subject for finding in end(action).findings] == ["a", "b"]


# The answer


@pytest.mark.parametrize(
    ("findings", "exit"),
    [
        pytest.param([GOOD], Exit.OK, id="ok"),
        pytest.param([GOOD, ABSENT], Exit.MISSING, id="missing outranks ok"),
        pytest.param([UNTOLD, ABSENT], Exit.ERROR, id="unknown outranks missing"),
        pytest.param([ABSENT, UNTOLD, WRONG, GOOD], Exit.FAILED, id="failed outranks unknown"),
        pytest.param([GOOD, advise(WRONG, ["wrong"])], Exit.OK, id="advisory does not decide"),
        pytest.param([GOOD, advise(WRONG, ["other"])], Exit.FAILED, id="only what is named"),
    ],
)
def test_the_worst_finding_that_weighs_decides(findings: list[Finding], exit: Exit) -> None:
    """M31: exit codes 0, 1, 10 and 11."""
    assert run(looking(saying(findings))).ended.exit is exit


def test_a_usage_error_in_a_look_ends_with_its_exit() -> None:
    ended = run(looking(saying(UsageError("no")))).ended
    assert (ended.exit, ended.verdict) == (Exit.USAGE, None)


# Changes


def test_what_is_due_is_made_and_the_last_look_reads_it_back() -> None:
    shelf = Shelf()
    running = run(looking(wanting(Put("a", shelf)), shelf))
    assert running.ended.exit is Exit.OK
    assert shelf.happened == ["look", "put a", "look"]
    assert [str(change) for change in running.ended.effects.made] == ["put a"]
    assert running.said == ["put a …"]


def test_reversible_changes_are_made_side_by_side() -> None:
    shelf = Shelf(meet=threading.Barrier(3))  # breaks unless all three are there at once
    running = run(looking(wanting(*(Put(name, shelf) for name in "abc")), shelf))
    assert running.ended.exit is Exit.OK
    assert shelf.happened.count("look") == 2


def test_an_irreversible_change_is_made_alone_and_right_after_a_look() -> None:
    shelf = Shelf()
    changes = (Seal("x", shelf), Put("a", shelf), Put("b", shelf), Seal("y", shelf))
    assert run(looking(wanting(*changes), shelf)).ended.exit is Exit.OK
    assert sorted(shelf.happened[1:3]) == ["put a", "put b"]
    assert shelf.happened[3:] == ["look", "put x", "look", "put y", "look"]


@pytest.mark.parametrize("bad", [WRONG, UNTOLD, ABSENT], ids=lambda f: f.outcome.value)
def test_nothing_changes_while_any_finding_is_bad(bad: Finding) -> None:
    shelf = Shelf()
    wanted = wanting(Put("b", shelf))
    running = run(looking(lambda facts: [bad, *wanted(facts)], shelf))
    assert running.ended.exit is bad.outcome.exit
    assert shelf.happened == ["look"]


def test_an_advisory_finding_holds_nothing_up() -> None:
    shelf = Shelf()
    wanted = wanting(Put("b", shelf))
    for bad in (WRONG, ABSENT):
        told = replace(bad, advisory=True)
        running = run(looking(lambda facts, told=told: [told, *wanted(facts)], shelf))  # type: ignore[misc]
        assert running.ended.exit is Exit.OK
    assert shelf.happened.count("put b") == 1


def test_a_change_that_waits_for_another_is_not_made_before() -> None:
    shelf = Shelf()
    a, b = Put("a", shelf), Put("b", shelf)

    def judge(facts: frozenset[str]) -> list[Finding]:
        after = "" if "a" in facts else "a"
        later = due("there", "b", "", b, after=after) if "b" not in facts else GOOD
        return [*wanting(a)(facts), later]

    assert run(looking(judge, shelf)).ended.exit is Exit.OK
    assert shelf.happened == ["look", "put a", "look", "put b", "look"]


def test_a_made_change_is_not_made_again_and_is_missing_until_seen() -> None:
    shelf = Shelf(lag=3)
    running = run(looking(wanting(Put("a", shelf)), shelf), wait=600)
    assert running.ended.exit is Exit.OK
    assert shelf.happened.count("put a") == 1
    assert "made, and not to be seen yet" in running.said[1]


def test_a_made_change_that_never_shows_ends_missing() -> None:
    shelf = Shelf(lag=10_000)
    running = run(looking(wanting(Put("a", shelf)), shelf), wait=60)
    assert running.ended.exit is Exit.MISSING
    assert running.ended.verdict is not None
    assert running.ended.verdict.bad[0].fix
    assert shelf.happened.count("put a") == 1


def test_what_is_made_and_not_seen_yet_lets_other_changes_go_on() -> None:
    shelf = Shelf(lag=2)
    slow, free = Seal("slow", shelf), Seal("free", shelf)
    assert run(looking(wanting(slow, free), shelf), wait=600).ended.exit is Exit.OK
    assert shelf.happened[:4] == ["look", "put slow", "look", "put free"]


def test_a_foreign_missing_holds_changes_even_beside_a_made_one() -> None:
    shelf = Shelf(lag=10_000)
    slow, free = Seal("slow", shelf), Seal("free", shelf)
    wanted = wanting(slow, free)

    def judge(facts: frozenset[str]) -> list[Finding]:
        return [*wanted(facts), *([ABSENT] if "put slow" in shelf.happened else [])]

    assert run(looking(judge, shelf), wait=30).ended.exit is Exit.MISSING
    assert "put free" not in shelf.happened


def test_a_refused_change_is_a_failed_finding_beside_the_lists() -> None:
    why = RefusedError("no-permission", "403: no", fix="Give it contents: write.")
    shelf = Shelf(errors={"b": why})
    ended = run(looking(wanting(Put("a", shelf), Put("b", shelf)), shelf)).ended
    assert ended.exit is Exit.FAILED
    assert ended.verdict is not None
    told = ended.verdict.bad[0]
    assert (told.rule, told.detail, told.fix) == ("no-permission", "403: no", why.fix)
    assert (ended.effects.made, ended.effects.not_made) == ([Put("a", shelf)], [Put("b", shelf)])
    assert shelf.happened.count("look") == 1


def test_a_change_that_was_not_answered_is_not_known() -> None:
    shelf = Shelf(errors={"a": UpstreamError("POST: no answer", passing=True)})
    ended = run(looking(wanting(Put("a", shelf)), shelf), wait=600).ended
    assert ended.exit is Exit.ERROR
    assert ended.effects.not_known == [Put("a", shelf)]
    assert shelf.happened == ["look", "put a"]  # an effect is never asked for twice unseen


def test_a_refusal_outranks_what_is_not_known_and_both_are_listed() -> None:
    shelf = Shelf(errors={"a": UpstreamError("gone"), "b": RefusedError("refused", "no", fix="x")})
    ended = run(looking(wanting(Put("a", shelf), Put("b", shelf)), shelf)).ended
    assert ended.exit is Exit.FAILED
    assert (len(ended.effects.not_known), len(ended.effects.not_made)) == (1, 1)


def test_a_bug_in_one_change_does_not_hide_what_the_others_did() -> None:
    shelf = Shelf(errors={"a": KeyError("sha")})
    action = looking(wanting(Put("a", shelf), Put("b", shelf)), shelf)
    loop = Loop(action, Inputs(), World(clock=StillClock()), lambda state: None)
    with pytest.raises(KeyError):
        loop.run(dry_run=False, wait=0)
    assert loop.effects.made == [Put("b", shelf)]
    assert loop.effects.not_known == [Put("a", shelf)]


def test_what_is_due_and_waits_for_nothing_is_told_as_a_bug() -> None:
    shelf = Shelf()
    running = run(looking(lambda facts: [due("there", "a", "", Put("a", shelf), after="moon")]))
    assert running.ended.exit is Exit.ERROR
    assert "a bug" in str(running.ended.error)
    assert shelf.happened == []


def test_a_change_that_is_wanted_twice_is_made_once() -> None:
    shelf = Shelf()
    change = Put("a", shelf)
    assert run(looking(wanting(change, change), shelf)).ended.exit is Exit.OK
    assert shelf.happened.count("put a") == 1


# A dry run


def test_a_dry_run_changes_nothing_and_is_ok_where_all_is_only_due() -> None:
    shelf = Shelf()
    running = run(looking(wanting(Put("a", shelf), Seal("b", shelf)), shelf), dry=True, wait=600)
    assert running.ended.exit is Exit.OK
    assert running.ended.verdict is not None
    assert running.ended.verdict.outcome is Outcome.DUE
    assert shelf.happened == ["look"]


@pytest.mark.parametrize("bad", [WRONG, UNTOLD, ABSENT], ids=lambda f: f.outcome.value)
def test_a_dry_run_tells_what_is_bad_as_any_run_does(bad: Finding) -> None:
    assert run(looking(saying([bad])), dry=True).ended.exit is bad.outcome.exit


# Waiting


def test_without_wait_what_is_missing_ends_it() -> None:
    running = run(looking(saying([ABSENT], [GOOD])))
    assert (running.ended.exit, running.clock.slept) == (Exit.MISSING, [])


def test_with_wait_it_looks_until_it_is_there() -> None:
    running = run(looking(saying([ABSENT], [ABSENT], [GOOD])), wait=600)
    assert running.ended.exit is Exit.OK
    assert len(running.clock.slept) == 2


def test_pauses_grow_are_jittered_are_told_and_end_at_the_deadline() -> None:
    running = run(looking(saying([ABSENT])), wait=900)
    slept = running.clock.slept
    assert running.ended.exit is Exit.MISSING
    assert slept[0] == 10
    assert slept[:-1] == sorted(slept[:-1])
    assert max(slept) == LONGEST_PAUSE
    assert sum(slept) == pytest.approx(900)
    assert len(running.clock.jittered) == len(slept) == len(running.said)
    assert running.said[0] == ("waiting: a: it is not there; again in 10 s, at most 15 min more")


def test_a_state_line_names_the_first_and_counts_the_rest() -> None:
    running = run(looking(saying([ABSENT, replace(ABSENT, subject="b")])), wait=10)
    assert "a: it is not there (and 1 more)" in running.said[0]


def test_failed_and_unknown_are_not_waited_for() -> None:
    for bad in (WRONG, UNTOLD):
        assert run(looking(saying([bad, ABSENT])), wait=600).clock.slept == []


def rounds(count: int) -> Iterator[list[Finding]]:
    """One thing more is there in each round, so that each round is progress."""
    for number in range(count):
        yield [
            ok("there", str(n), "") if n < number else replace(ABSENT, subject=str(n))
            for n in range(count)
        ]


def test_progress_extends_the_wait() -> None:
    running = run(looking(saying(*rounds(8), [GOOD])), wait=12)
    assert running.ended.exit is Exit.OK
    assert running.clock.time > 0
    held = run(looking(saying(*[[ABSENT]] * 40, [GOOD])), wait=12)
    assert held.ended.exit is Exit.MISSING
    assert held.clock.time == pytest.approx(12)


def test_a_closer_look_is_no_progress() -> None:
    """Its finding differs from the next round's: the wait would count from there anew."""
    action = looking(saying([ABSENT])).explained(
        lambda inputs, verdict, world: {ABSENT: replace(ABSENT, rule="filtered")}
    )
    assert run(action, wait=60).clock.time == pytest.approx(60)


def test_progress_for_ever_ends_at_the_hard_total() -> None:
    count = 0

    def judge(facts: frozenset[str]) -> list[Finding]:
        nonlocal count
        count += 1
        return [replace(ABSENT, subject=str(count))]

    running = run(looking(judge), wait=3600)
    assert running.ended.exit is Exit.MISSING
    assert running.clock.time == pytest.approx(HARD_TOTAL)


def test_a_change_made_is_progress() -> None:
    shelf = Shelf(lag=3)
    changes = [Seal(str(n), shelf) for n in range(6)]

    def judge(facts: frozenset[str]) -> list[Finding]:
        """Each thing is due once the one before it is there."""
        there = [change for change in changes if change.name in facts]
        return wanting(*changes[: len(there) + 1])(facts)

    assert run(looking(judge, shelf), wait=3).ended.exit is Exit.OK


def test_one_passing_error_in_a_wait_is_a_retry() -> None:
    passing = UpstreamError("GET /x: GitHub answered 502", passing=True)
    running = run(looking(saying([ABSENT], passing, passing, [GOOD])), wait=600)
    assert running.ended.exit is Exit.OK
    assert "502" in running.said[1]


def test_a_passing_error_leaves_the_service_alone_for_as_long_as_it_asked() -> None:
    limited = UpstreamError("rate limit", passing=True, after=120)
    running = run(looking(saying(limited, [GOOD])), wait=600)
    assert running.clock.slept == [120]
    assert run(looking(saying(limited, [GOOD])), wait=100).ended.exit is Exit.ERROR


def test_a_passing_error_without_wait_ends_it() -> None:
    running = run(looking(saying(UpstreamError("502", passing=True), [GOOD])))
    assert (running.ended.exit, running.clock.slept) == (Exit.ERROR, [])


def test_an_error_that_does_not_pass_ends_a_wait() -> None:
    running = run(looking(saying([ABSENT], UpstreamError("401"), [GOOD])), wait=600)
    assert running.ended.exit is Exit.ERROR


def test_errors_for_ever_end_at_the_deadline() -> None:
    running = run(looking(saying(UpstreamError("502", passing=True))), wait=60)
    assert running.ended.exit is Exit.ERROR
    assert running.clock.time == pytest.approx(60)


def test_the_read_back_is_told_when_it_fails() -> None:
    """The Change was made; that is said although the run could not see it."""
    shelf = Shelf()
    judge = saying([due("there", "a", "", Put("a", shelf))], UpstreamError("GET: no answer"))
    ended = run(looking(judge, shelf)).ended
    assert ended.exit is Exit.ERROR
    assert ended.effects.made == [Put("a", shelf)]


# Aims


def test_what_is_aimed_at_is_settled_in_the_first_round() -> None:
    shelf = Shelf(seen={"1", "2"})
    aims: list[str] = []

    def settle(inputs: Inputs, facts: frozenset[str]) -> str:
        return str(len(facts) + 1)

    def decide(inputs: Inputs, facts: frozenset[str], aim: str) -> Verdict:
        aims.append(aim)
        return Verdict(wanting(Seal(aim, shelf))(facts))

    running = run(looking(wanting(), shelf).aiming(settle, decide))
    assert running.ended.exit is Exit.OK
    assert aims == ["3", "3"]
    assert "put 4" not in shelf.happened


# Explaining


def explaining(
    better: Callable[[Finding], Finding] | Exception, *, finding: Finding = ABSENT, wait: float = 0
) -> Running:
    def explain(inputs: Inputs, verdict: Verdict, world: World) -> dict[Finding, Finding]:
        if isinstance(better, Exception):
            raise better
        return {finding: better(finding)}

    return run(looking(saying([finding, GOOD])).explained(explain), wait=wait)


def test_an_explanation_may_make_a_finding_more_precise_or_worse() -> None:
    ended = explaining(lambda f: replace(f, rule="disabled", outcome=Outcome.FAILED)).ended
    assert ended.exit is Exit.FAILED
    assert ended.verdict is not None
    assert [finding.rule for finding in ended.verdict.findings] == ["disabled", "fine"]


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.DUE, Outcome.MISSING, Outcome.UNKNOWN])
def test_an_explanation_never_makes_a_finding_better(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="made wrong better"):
        explaining(lambda f: replace(f, outcome=outcome), finding=WRONG)


def test_an_explanation_that_does_not_come_off_leaves_the_findings() -> None:
    running = explaining(UpstreamError("502"))
    assert running.ended.exit is Exit.MISSING
    assert running.ended.verdict is not None
    assert running.ended.verdict.bad == (ABSENT,)
    assert running.said == ["no closer look: 502"]


def test_what_no_time_will_bring_is_said_before_the_wait() -> None:
    running = explaining(lambda f: replace(f, outcome=Outcome.FAILED), wait=600)
    assert (running.ended.exit, running.clock.slept) == (Exit.FAILED, [])


def test_where_nothing_is_bad_nothing_is_explained() -> None:
    action = looking(saying([GOOD])).explained(lambda *given: pytest.fail("asked"))
    assert run(action).ended.exit is Exit.OK


def test_a_verdict_without_findings_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one finding"):
        run(looking(saying([])))


def test_outputs_are_those_of_the_last_look() -> None:
    shelf = Shelf()
    ended = run(looking(wanting(Put("a", shelf)), shelf)).ended
    assert ended.verdict is not None
    assert ended.verdict.outputs == Told(1)


# What is put off


@dataclass(frozen=True)
class Later(Put):
    """A Change that is put off some times before it is taken; `untold` if nobody answers."""

    reversible: ClassVar[bool] = False
    times: list[PostponedError] = field(default_factory=list, compare=False, repr=False)

    def make(self, world: World) -> None:
        self.shelf.happened.append(f"try {self.name}")
        if self.times:
            raise self.times.pop(0)
        super().make(world)


def limit(seconds: float = 0.0, *, made: bool | None = False) -> PostponedError:
    return PostponedError("come again", after=seconds, made=made)


def test_what_is_put_off_is_made_when_its_time_has_come_and_others_go_on() -> None:
    shelf = Shelf()
    late, early = Later("late", shelf, [limit(100)]), Later("early", shelf)
    played = run(action_on(shelf, wanting(late, early)), wait=300)
    assert played.ended.exit is Exit.OK
    tries = [what for what in shelf.happened if what.startswith("try")]
    assert tries == ["try late", "try early", "try late"]
    assert sum(played.clock.slept) >= 100
    assert played.ended.effects.made == [early, late]
    assert played.ended.effects.not_made == []


def test_what_is_put_off_beyond_the_wait_ends_at_once_as_missing() -> None:
    shelf = Shelf()
    late = Later("late", shelf, [limit(1000)])
    played = run(action_on(shelf, wanting(late)), wait=300)
    assert played.ended.exit is Exit.MISSING
    assert played.ended.effects.not_made == [late]
    assert played.clock.slept == []


def test_what_was_never_answered_is_could_not_tell() -> None:
    shelf = Shelf()
    late = Later("late", shelf, [limit(made=None) for _ in range(99)])
    played = run(action_on(shelf, wanting(late)), wait=60)
    assert played.ended.exit is Exit.ERROR
    assert played.ended.effects.not_known == [late]
    tries = [what for what in shelf.happened if what.startswith("try")]
    assert 3 < len(tries) < 12  # later each time


def test_what_was_not_answered_and_came_all_the_same_was_made() -> None:
    shelf = Shelf(seen=set())
    late = Later("late", shelf, [limit(made=None)])
    rounds = [[due("put", "late", "it is not there", late)], [GOOD]]
    played = run(action_on(shelf, saying(*rounds)), wait=60)
    assert played.ended.exit is Exit.OK
    assert played.ended.effects.made == [late]


def test_what_no_wait_brings_ends_the_wait() -> None:
    final = missing("absent", "a", "it is not there", fix="Run again.", final=True)
    shelf = Shelf()
    played = run(action_on(shelf, saying([final, ABSENT])), wait=3600)
    assert played.ended.exit is Exit.MISSING
    assert played.clock.slept == []


def test_an_action_may_set_its_first_pause() -> None:
    shelf = Shelf()
    action = action_on(shelf, saying([ABSENT], [ABSENT], [GOOD])).pacing(0.25)
    assert run(action, wait=3600).clock.slept == [0.25, 0.375]
