"""The one path every action takes: facts, verdict, changes, and facts again.

1. Every stage looks and judges; a bad or due stage ends the look.
2. Anything failed or unknown ends the run, and so does what is missing after `wait`.
3. Else the Changes that are ready are made: reversible ones side by side, an irreversible one
   alone and right after a look. Then from 1, so that the last look is the read-back.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from release_actions.action import Action
from release_actions.changes import Change
from release_actions.errors import (
    Exit,
    PostponedError,
    RefusedError,
    ReleaseError,
    UpstreamError,
)
from release_actions.values import spell
from release_actions.verdict import Finding, Outcome, Verdict, failed
from release_actions.waiting import LONGEST_PAUSE, Patience, Say
from release_actions.world import World

TOGETHER = 8  # reversible changes at once


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


@dataclass
class Held:
    """A Change that is put off until then (the clock's), the last reason, and how often it was."""

    until: float
    error: PostponedError
    count: int


class Loop:
    """One run of one action."""

    def __init__(self, action: Action[Any, Any], inputs: Any, world: World, say: Say) -> None:
        self._action = action
        self._inputs = inputs
        self._world = world
        self._say = world.progress.say = say
        self._aims: dict[int, Any] = {}
        self._effects = Effects()
        self._held: dict[Change, Held] = {}
        self._last: Verdict | None = None

    def run(self, *, dry_run: bool, wait: float) -> Ended:
        """Round after round, to the verdict that is the run's."""
        try:
            verdict = self._rounds(dry_run, wait)
        except ReleaseError as error:
            self._put_off()
            return Ended(self._last, self._effects, error)
        untold = self._put_off()
        weighs = verdict.outcome in (Outcome.DUE, Outcome.MISSING)
        return Ended(verdict, self._effects, untold if weighs else None)

    def _put_off(self) -> PostponedError | None:
        """List what was put off to the end; why, if nobody can tell whether it was made.

        What nothing waits for any more came all the same: by an upload that was not answered.
        """
        untold: PostponedError | None = None
        wanted = {finding.change for finding in self._last.findings} if self._last else set()
        for change, held in self._held.items():
            if change not in wanted:
                self._effects.made += [change] if held.error.made is None else []
            elif held.error.made is None:
                self._effects.not_known.append(change)
                untold = held.error
            else:
                self._effects.not_made.append(change)
        self._held.clear()
        return untold

    @property
    def effects(self) -> Effects:
        """What became of the Changes so far, even where a bug ended the run."""
        return self._effects

    def _rounds(self, dry_run: bool, wait: float) -> Verdict:
        patience = Patience(self._world, wait, self._say, self._action.pace)
        while True:
            verdict = self._last = patience.look(self._look)
            if self._over(verdict, dry_run):
                return self._explained(verdict)
            if ready := self._ready(verdict):
                before = len(self._effects.made)
                refused = self._make(ready)
                if len(self._effects.made) > before:
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
            if not patience.pause(verdict, self._soonest()):
                return self._explained(verdict)

    def _over(self, verdict: Verdict, dry_run: bool) -> bool:
        if verdict.outcome in (Outcome.OK, Outcome.FAILED, Outcome.UNKNOWN):
            return True
        if verdict.outcome is Outcome.MISSING and any(finding.final for finding in verdict.bad):
            return True
        return dry_run

    def _soonest(self) -> float | None:
        """In how many seconds the first Change that was put off may be made."""
        now = self._world.clock.now()
        return min((max(held.until - now, 0.0) for held in self._held.values()), default=None)

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
        """What was made and is not to be seen yet is missing, and is not made again.

        What was put off is missing until its time has come.
        """
        held = self._held.get(finding.change) if finding.change else None
        if held and finding.outcome is Outcome.DUE and held.until > self._world.clock.now():
            left = spell(held.until - self._world.clock.now())
            detail = f"{finding.detail}; not taken yet: {held.error}; again in {left}"
            fix = "Run again: what is there by then is not made twice."
            return replace(finding, outcome=Outcome.MISSING, detail=detail, fix=fix)
        if finding.outcome is not Outcome.DUE or finding.change not in self._effects.made:
            return finding
        fix = "Run again: what is there by then is not made twice."
        detail = f"{finding.detail}; made, and not to be seen yet"
        return replace(finding, outcome=Outcome.MISSING, detail=detail, fix=fix)

    def _ready(self, verdict: Verdict) -> tuple[Change, ...]:
        """The Changes to make now: none while something is missing that is not of our making."""
        # One that holds a Change is on its way: made, put off, or seen in part.
        foreign = [f for f in verdict.findings if f.weighs is Outcome.MISSING and f.change is None]
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
            held = self._held.pop(change, None)
            if error is None:
                self._effects.made.append(change)
            elif isinstance(error, PostponedError):
                self._hold(change, error, held.count if held else 0)
            elif isinstance(error, RefusedError):
                self._effects.not_made.append(change)
                refused.append(failed(error.rule, str(change), error.detail, fix=error.fix))
            else:
                self._effects.not_known.append(change)
                unanswered = error
        if unanswered and not refused:
            raise unanswered
        return refused

    def _hold(self, change: Change, error: PostponedError, count: int) -> None:
        """Not before the time that the service named, and later each time."""
        own = self._world.clock.jitter(min(2.0**count, LONGEST_PAUSE))
        seconds = max(error.after, own)
        self._held[change] = Held(self._world.clock.now() + seconds, error, count + 1)
        self._say(f"{change}: not taken yet: {error}; again in {spell(seconds)}")

    def _attempts(self, changes: tuple[Change, ...]) -> list[tuple[Change, BaseException | None]]:
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
