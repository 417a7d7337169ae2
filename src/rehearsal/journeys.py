"""Every journey that can be rehearsed, in the order in which all of them are."""

from __future__ import annotations

from rehearsal import cycle, own_release, registering, rust_python, stories, train

JOURNEYS = (
    *stories.ALONE,
    train.JOURNEY,
    train.TWO_PULLS,
    cycle.JOURNEY,
    registering.CRATES_JOURNEY,
    registering.PYPI_JOURNEY,
    rust_python.JOURNEY,
    *((own_release.JOURNEY,) if own_release.here() else ()),
)
