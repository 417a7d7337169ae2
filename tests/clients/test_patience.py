"""A question is asked four times at most, and only where that may help."""

from __future__ import annotations

import pytest

from release_actions.clients.clock import Clock
from release_actions.clients.patience import LONGEST, TRIES, patiently
from release_actions.errors import UpstreamError
from tests.shelf import StillClock


class Service:
    """Fails so often, in such a way."""

    def __init__(self, error: UpstreamError, times: int) -> None:
        self.error, self.times, self.asked = error, times, 0

    def __call__(self) -> str:
        self.asked += 1
        if self.asked <= self.times:
            raise self.error
        return "here"


PASSING = UpstreamError("502", passing=True)


def test_a_passing_error_is_asked_again_after_longer_and_longer_pauses() -> None:
    clock, service = StillClock(), Service(PASSING, TRIES - 1)
    assert patiently(service, clock) == "here"
    assert clock.slept == [0.3, 0.6, 1.2]
    assert clock.jittered == clock.slept


def test_after_four_tries_the_last_error_is_the_answer() -> None:
    service = Service(PASSING, 99)
    with pytest.raises(UpstreamError, match="502"):
        patiently(service, StillClock())
    assert service.asked == TRIES


def test_an_error_that_does_not_pass_is_not_asked_again() -> None:
    service = Service(UpstreamError("401"), 99)
    with pytest.raises(UpstreamError):
        patiently(service, StillClock())
    assert service.asked == 1


def test_a_service_is_left_alone_for_as_long_as_it_asks() -> None:
    clock = StillClock()
    assert patiently(Service(UpstreamError("429", passing=True, after=LONGEST), 1), clock) == "here"
    assert clock.slept == [LONGEST]


def test_what_asks_for_too_long_is_not_waited_for_here() -> None:
    clock = StillClock()
    with pytest.raises(UpstreamError):
        patiently(Service(UpstreamError("429", passing=True, after=LONGEST + 1), 1), clock)
    assert clock.slept == []


def test_a_clock_goes_forward_and_jitters_about_what_is_asked() -> None:
    clock = Clock()
    before = clock.now()
    clock.sleep(0.001)
    assert clock.now() > before
    assert clock.utc().utcoffset() is not None
    assert all(8 <= clock.jitter(10) <= 12 for _ in range(100))
    assert len({clock.jitter(10) for _ in range(10)}) > 1
