"""How long the rehearsal of a whole release takes: `python benchmarks/rehearsal.py`.

Two crates and two Python packages, once and undisturbed, from nothing: the library laid out, its
locked environment made, the loopback world started, every job played. On 2 cores it must take at
most 30 s. What the processors did is told beside it, for a machine that has other things to do.
"""

import os
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from rehearsal import rust_python
from rehearsal.rehearse import perform, prepared
from rehearsal.show import Silent

MOST = 30.0  # seconds
TURNS = 3


def main() -> int:
    taken = min(once() for _ in range(TURNS))
    kept = "kept" if taken <= MOST else "NOT KEPT"
    print(f"  {taken:.1f} s of at most {MOST:.0f}  {kept}")
    return 0 if kept == "kept" else 1


def once() -> float:
    journey = rust_python.JOURNEY
    started, worked = time.monotonic(), work()
    with prepared(Silent()) as setup:
        ready = time.monotonic() - started
        (ended,) = perform(
            replace(journey, stories=journey.stories[:1], shown=None), setup, Silent()
        )
    taken = time.monotonic() - started
    if not ended.ok:
        raise SystemExit(f"it ended {ended.ending} by {ended.rules}")
    busy = f"processors {work() - worked:.1f} s, load {os.getloadavg()[0]:.0f}"
    print(f"{taken:6.1f} s, of which {ready:.1f} s to prepare; {busy}", flush=True)
    return taken


def work() -> float:
    """Seconds of processor time so far, by us and all that we waited for."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, who))


if __name__ == "__main__":
    raise SystemExit(main())
