"""How long the loopback services take to start: `python benchmarks/services.py`.

PyPI, crates.io and sigstore with its new keys, all together, as a rehearsal opens them.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from rehearsal import services  # noqa: E402  # from the checkout, whatever is installed

TURNS, AT_MOST = 7, 1.0  # seconds


def start() -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with services.opened(("pypi", "crates", "sigstore"), Path(folder)):
            return time.perf_counter() - began


def main() -> int:
    start()  # The first one imports them.
    seconds = statistics.median(start() for _ in range(TURNS))
    kept = seconds <= AT_MOST
    print(f"services    {seconds:6.3f} s  {AT_MOST:6.3f} s  {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
