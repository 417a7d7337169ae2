"""Every journey that can be rehearsed, in the order in which all of them are."""

from __future__ import annotations

from rehearsal import cycle, registering, stories, train

JOURNEYS = (
    *stories.ALONE,
    train.JOURNEY,
    train.TWO_PULLS,
    cycle.JOURNEY,
    registering.CRATES_JOURNEY,
    registering.PYPI_JOURNEY,
)
