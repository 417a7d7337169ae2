"""Time, as something outside the process that a test can turn."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class Clock:
    """Seconds that only go forward, the time of day, and sleep."""

    def now(self) -> float:
        """Seconds since an unspecified start; never goes back."""
        return time.monotonic()

    def utc(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def jitter(self, seconds: float) -> float:
        """About so many seconds: two jobs that began together shall not ask together."""
        import random  # most runs never wait

        return seconds * random.uniform(0.8, 1.2)
