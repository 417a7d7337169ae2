"""The one path every action takes: facts, verdict, changes, and facts again.

1. Every stage looks and judges; a bad or due stage ends the look.
2. Anything failed or unknown ends the run, and so does what is missing after `wait`.
3. Else the Changes that are ready are made: reversible ones side by side, an irreversible one
   alone and right after a look. Then from 1, so that the last look is the read-back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from release_actions.action import Action
from release_actions.changes import Change
from release_actions.errors import Exit, RefusedError, ReleaseError, UpstreamError
from release_actions.values import spell
from release_actions.verdict import Finding, Outcome, Verdict, failed
from release_actions.world import World

HARD_TOTAL = 5.5 * 3600  # seconds; GitHub ends a job after six hours, and without a word
LONGEST_PAUSE = 60.0
TOGETHER = 8  # reversible changes at once

Say = Callable[[str], None]


@dataclass
class Effects:
    """What became of the Changes: the three lists that a failed run owes its reader."""

    made: list[Change] = field(default_factory=list)
    not_made: list[Change] = field(default_factory=list)
    not_known: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Ended:
    """How a run ended: the last verdict, or the error that kept it from one."""

    verdict: Verdict | None
    effects: Effects
    error: ReleaseError | None = None

    @property
    def exit(self) -> Exit:
        if self.error is not None:
            return self.error.exit
        assert self.verdict is not None  # one of the two is there
        return self.verdict.outcome.exit


class Loop:
    """One run of one action."""

    def __init__(self, action: Action[Any, Any], inputs: Any, world: World, say: Say) -> None:
        self._action = action
        self._inputs = inputs
        self._world = world
        self._say = world.progress.say = say
        self._aims: dict[int, Any] = {}
        self._effects = Effects()
        self._last: Verdict | None = None

    def run(self, *, dry_run: bool, wait: float) -> Ended:
        """Round after round, to the verdict that is the run's."""
        try:
            return Ended(self._rounds(dry_run, wait), self._effects)
        except ReleaseError as error:
            return Ended(self._last, self._effects, error)

    @property
    def effects(self) -> Effects:
        """What became of the Changes so far, even where a bug ended the run."""
        return self._effects

    def _rounds(self, dry_run: bool, wait: float) -> Verdict:
        patience = Patience(self._world, wait, self._say)
        while True:
            verdict = self._last = patience.look(self._look)
            if self._over(verdict, dry_run):
                return self._explained(verdict)
            if ready := self._ready(verdict):
                refused = self._make(ready)
                patience.progress()
                if refused:
                    return Verdict((*verdict.findings, *refused), verdict.outputs)
                continue
            if verdict.outcome is Outcome.DUE:
                raise UpstreamError(
                    "what is due waits for nothing that could come: a bug, please report it"
                )
            # Something is missing. What no time will bring shall be said before the wait.
            if patience.first and patience.left > 0:
                explained = self._explained(verdict)
                if self._over(explained, dry_run):
                    return explained
            if not patience.pause(verdict):
                return self._explained(verdict)

    def _over(self, verdict: Verdict, dry_run: bool) -> bool:
        if verdict.outcome in (Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN):
            return True
        return dry_run

    def _look(self) -> Verdict:
        """One look of every stage, up to the first that is not all right."""
        facts: Any = None
        whole: Verdict | None = None
        for number, stage in enumerate(self._action.stages):
            facts = stage.gather(self._inputs, self._world, facts)
            if number not in self._aims:
                self._aims[number] = stage.settle(self._inputs, facts)
            verdict = stage.decide(self._inputs, facts, self._aims[number])
            whole = whole + verdict if whole else verdict
            if whole.outcome is not Outcome.OK:
                break
        assert whole is not None  # an action has at least one stage
        return replace(whole, findings=[self._awaited(finding) for finding in whole.findings])

    def _awaited(self, finding: Finding) -> Finding:
        """What was made and is not to be seen yet is missing, and is not made again."""
        if finding.outcome is not Outcome.DUE or finding.change not in self._effects.made:
            return finding
        fix = "Run again: what is there by then is not made twice."
        detail = f"{finding.detail}; made, and not to be seen yet"
        return replace(finding, outcome=Outcome.MISSING, detail=detail, fix=fix)

    def _ready(self, verdict: Verdict) -> tuple[Change, ...]:
        """The Changes to make now: none while something is missing that is not of our making."""
        foreign = [
            f
            for f in verdict.findings
            if f.weighs is Outcome.MISSING and f.change not in self._effects.made
        ]
        if foreign:
            return ()
        ready = [change for change in verdict.ready if change not in self._effects.made]
        reversible = tuple(change for change in ready if change.reversible)
        return reversible or tuple(ready[:1])

    def _make(self, changes: tuple[Change, ...]) -> list[Finding]:
        """Make them; what a service refused with its reason comes back as findings."""
        for change in changes:
            self._say(f"{change} …")
        attempts = self._attempts(changes)
        refused: list[Finding] = []
        unanswered: BaseException | None = None
        for change, error in attempts:
            if error is None:
                self._effects.made.append(change)
            elif isinstance(error, RefusedError):
                self._effects.not_made.append(change)
                refused.append(failed(error.rule, str(change), error.detail, fix=error.fix))
            else:
                self._effects.not_known.append(change)
                unanswered = error
        if unanswered and not refused:
            raise unanswered
        return refused

    def _attempts(
        self, changes: tuple[Change, ...]
    ) -> list[tuple[Change, BaseException | None]]:
        """Each Change, and what kept it from being made."""
        if len(changes) == 1:  # in this thread: no other one may hold a signal back
            return [(changes[0], self._attempt(changes[0]))]
        from concurrent.futures import ThreadPoolExecutor  # a gate never needs it

        with ThreadPoolExecutor(min(TOGETHER, len(changes))) as pool:
            return list(zip(changes, pool.map(self._attempt, changes), strict=True))

    def _attempt(self, change: Change) -> BaseException | None:
        try:
            change.make(self._world)
        except Exception as error:
            return error
        return None

    def _explained(self, verdict: Verdict) -> Verdict:
        """The verdict with its bad findings made more precise, where the action can; never better.

        A look that does not come off leaves the findings as they were.
        """
        if self._action.explain is None or not verdict.bad:
            return verdict
        try:
            better = self._action.explain(self._inputs, verdict, self._world)
        except UpstreamError as error:
            self._say(f"no closer look: {error}")
            return verdict
        findings = [
            _no_better(finding, better.get(finding, finding)) for finding in verdict.findings
        ]
        return replace(verdict, findings=findings)


def _no_better(before: Finding, after: Finding) -> Finding:
    if list(Outcome).index(after.outcome) < list(Outcome).index(before.outcome):
        raise ValueError(f"an explanation made {before.rule} better")
    return after


class Patience:
    """Waiting: from the last progress on, with longer and longer pauses and a hard end."""

    def __init__(self, world: World, wait: float, say: Say) -> None:
        self._clock = world.clock
        self._wait = wait
        self._say = say
        self._end = self._clock.now() + HARD_TOTAL
        self._last = self._clock.now()
        self._seen: frozenset[tuple[str, str, Outcome]] = frozenset()
        self._pause = 0.0
        self.first = True

    def progress(self) -> None:
        self._last = self._clock.now()
        self._pause = 0.0

    @property
    def left(self) -> float:
        """Seconds until nothing is waited for any more."""
        return min(self._last + self._wait, self._end) - self._clock.now()

    def look(self, look: Callable[[], Verdict]) -> Verdict:
        """One look; a world that does not answer in a long wait is asked again."""
        while True:
            try:
                return look()
            except UpstreamError as error:
                if not error.passing or self.left <= (error.after or 0.0):
                    raise
                self._sleep(str(error), error.after or 0.0)

    def pause(self, verdict: Verdict) -> bool:
        """Sleep until it is time to look again; False where there is no time left."""
        self.first = False
        seen = frozenset((f.rule, f.subject, f.outcome) for f in verdict.findings)
        if self._seen and seen != self._seen:
            self.progress()
        self._seen = seen
        if self.left <= 0:
            return False
        waiting = [f"{f.subject}: {f.detail}" for f in verdict.bad]
        more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        self._sleep(f"{waiting[0]}{more}", 0.0)
        return True

    def _sleep(self, state: str, least: float) -> None:
        first = max(0.5, min(10.0, self._wait / 30))
        self._pause = min(self._pause * 1.5 or first, LONGEST_PAUSE)
        seconds = min(max(self._clock.jitter(self._pause), least), max(self.left, 0.0))
        self._say(f"waiting: {state}; again in {spell(seconds)}, at most {spell(self.left)} more")
        self._clock.sleep(seconds)
