"""Waiting: from the last progress on, with longer and longer pauses and a hard end."""

from __future__ import annotations

from collections.abc import Callable

from release_actions.errors import UpstreamError
from release_actions.values import spell
from release_actions.verdict import Outcome, Verdict
from release_actions.world import World

HARD_TOTAL = 5.5 * 3600  # seconds; GitHub ends a job after six hours, and without a word
LONGEST_PAUSE = 60.0

Say = Callable[[str], None]


class Patience:
    """The waiting of one run: `wait` seconds of no progress end it, and so does HARD_TOTAL."""

    def __init__(self, world: World, wait: float, say: Say, pace: float | None = None) -> None:
        self._clock = world.clock
        self._wait = wait
        self._first = max(0.5, min(10.0, wait / 30)) if pace is None else pace
        self._say = say
        self._end = self._clock.now() + HARD_TOTAL
        self._last = self._clock.now()
        self._seen: frozenset[tuple[str, str, Outcome]] = frozenset()
        self._pause = 0.0
        self._told = ""
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

    def pause(self, verdict: Verdict, soonest: float | None = None) -> bool:
        """Sleep until it is time to look again; False where there is no time left.

        `soonest` is when the first Change that was put off may be made. If that is after the
        end of the wait, and nothing else is waited for, then there is no point in waiting.
        """
        self.first = False
        seen = frozenset((f.rule, f.subject, f.outcome) for f in verdict.findings)
        if self._seen and seen != self._seen:
            self.progress()
        self._seen = seen
        if self.left <= 0:
            return False
        if soonest is not None and soonest > self.left and len(verdict.bad) == 1:
            return False
        waiting = [f"{f.subject}: {f.detail}" for f in verdict.bad]
        more = f" (and {len(waiting) - 1} more)" if len(waiting) > 1 else ""
        self._sleep(f"{waiting[0]}{more}", 0.0, LONGEST_PAUSE if soonest is None else soonest)
        return True

    def _sleep(self, state: str, least: float, most: float = HARD_TOTAL) -> None:
        self._pause = min(self._pause * 1.5 or self._first, LONGEST_PAUSE)
        pause = min(self._clock.jitter(self._pause), max(most, 0.1))
        seconds = min(max(pause, least), max(self.left, 0.0))
        if self._told == state and seconds < 5:
            self._clock.sleep(seconds)  # a line for each short look would hide the others
            return
        self._told = state
        self._say(f"waiting: {state}; again in {spell(seconds)}, at most {spell(self.left)} more")
        self._clock.sleep(seconds)
