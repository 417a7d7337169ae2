"""Several journeys at once, each in a world of its own, told as if one came after the other.

Most of a run is waiting for processes: two worlds on two cores take little more than one.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from rehearsal.errors import RehearsalError
from rehearsal.rehearse import EndedStory, Watcher, perform
from rehearsal.run import Setup
from rehearsal.stories import Journey, Story
from rehearsal.transcript import Told

#: More worlds than these only wait for each other.
_MOST = 4
Kept = Callable[[Watcher], None] | EndedStory | BaseException | None


def perform_all(
    journeys: Sequence[Journey], setup: Setup, watcher: Watcher
) -> Iterator[EndedStory]:
    """Play them, as many at once as there are cores; what they tell comes in their order.

    :raises RehearsalError: the first that one of them raises; the others are ended then.
    """
    together = min(len(journeys), os.cpu_count() or 1, _MOST)
    if together < 2:
        for journey in journeys:
            yield from perform(journey, setup, watcher)
        return
    given_up = threading.Event()
    turns = [_Turn(given_up) for _ in journeys]
    pool = ThreadPoolExecutor(together)
    try:
        for turn, journey in zip(turns, journeys, strict=True):
            pool.submit(turn.play, journey, setup)
        for turn in turns:
            yield from turn.retold(watcher)
    except BaseException:  # Ctrl-C, too: nothing may play on
        given_up.set()
        setup.scratch.close()  # whatever still plays there ends now
        raise
    finally:
        pool.shutdown(cancel_futures=True)
        if given_up.is_set():  # what ended last may have left something
            shutil.rmtree(setup.scratch.path, ignore_errors=True)


class _Turn:
    """A watcher that keeps what its journey tells until that one's turn has come."""

    def __init__(self, given_up: threading.Event) -> None:
        self._given_up = given_up
        self._kept: SimpleQueue[Kept] = SimpleQueue()

    def play(self, journey: Journey, setup: Setup) -> None:
        """The journey, in a thread of its own; whatever goes wrong is kept, too."""
        try:
            for ended in perform(journey, setup, self):
                self._kept.put(ended)
            self._kept.put(None)
        except BaseException as error:
            self._kept.put(error)

    def retold(self, watcher: Watcher) -> Iterator[EndedStory]:
        """All that it tells, as it comes, and how each of its stories ended."""
        while (kept := self._kept.get()) is not None:
            if isinstance(kept, BaseException):
                raise kept
            if isinstance(kept, EndedStory):
                yield kept
            else:
                kept(watcher)

    def _keep(self, tell: Callable[[Watcher], None]) -> None:
        if self._given_up.is_set():
            raise RehearsalError("The rehearsal was given up")
        self._kept.put(tell)

    # As a watcher

    def preparing(self, what: str) -> None:
        self._keep(lambda watcher: watcher.preparing(what))

    def begins(self, story: Story) -> None:
        self._keep(lambda watcher: watcher.begins(story))

    def told(self, told: Told) -> None:
        self._keep(lambda watcher: watcher.told(told))

    def ended(self, ended: EndedStory) -> None:
        self._keep(lambda watcher: watcher.ended(ended))

    def shown(self, rows: Sequence[tuple[str, ...]]) -> None:
        self._keep(lambda watcher: watcher.shown(rows))
