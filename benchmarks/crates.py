"""Sixty crates to a registry whose index lags: how long is waited, and what the order forces.

Ten chains of six crates, each of which needs the one before it: whoever waits for the index after
every upload waits sixty times. What is forced is the longest chain: six times, the last for the
read-back. The waiting is counted (every sleep), beside the whole time and cargo's own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

from rehearsal.registries import Crates  # noqa: E402  # after the path
from release_actions.clients.clock import Clock  # noqa: E402
from tests.actions.publishing import OK, place  # noqa: E402

LAG = 3.0  # seconds
CHAINS, LONG = 10, 6


class Counting(Clock):
    """The real clock, which counts how long it slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        self.slept += seconds
        super().sleep(seconds)


def workspace() -> dict[str, tuple[str, ...]]:
    """The crates, and what each needs."""
    return {
        f"zz-{chain}{link}": (f"zz-{chain}{link - 1}",) if link else ()
        for chain in range(CHAINS)
        for link in range(LONG)
    }


def main() -> int:
    """0 where no more is waited than the longest chain forces."""
    with tempfile.TemporaryDirectory() as folder, Crates(Path(folder, "registry")) as registry:
        here = place(Path(folder), registry, workspace())
        registry.lag = {"index": LAG}
        clock, start = Counting(), time.monotonic()
        ended = here.step(clock=clock)
        took = time.monotonic() - start
        if ended.code != OK or here.served != here.ours:
            print(ended.log)
            return 1
        came = here.came
        order = all(
            came.index(n) > came.index(m) for n, needs in workspace().items() for m in needs
        )
    forced = LAG * LONG
    print(
        f"{len(came)} crates, index lag {LAG:.0f} s: waited {clock.slept:.1f} s of"
        f" {forced:.0f} s that the longest chain forces (one by one: {LAG * len(came):.0f} s);"
        f" {took:.1f} s in all, {len(registry.requests)} requests; in order: {order}"
    )
    return 0 if order and clock.slept <= forced else 1


if __name__ == "__main__":
    raise SystemExit(main())
