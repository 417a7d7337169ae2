"""How fast digest-artifacts hashes: `python benchmarks/digest.py`.

4 GiB in eight files, on all cores beside one; and one file, beside `openssl dgst` for each byte.
The files are sparse, so that no disk is measured. Both sides take turns, and the best of each
are compared: what else the machine did is nobody's.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from release_actions.clients import files  # noqa: E402  # from the checkout

TURNS, FILES, SIZE = 5, 8, 512 * 2**20
FASTER = 1.8  # on two cores or more
SLOWER = 1.1


def main() -> int:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        paths = [Path(name, str(number)) for number in range(FILES)]
        for path in paths:
            with path.open("wb") as file:
                file.truncate(SIZE)
        one, all_ = in_turns(lambda: one_by_one(paths), lambda: files.digests(paths))
        ours, theirs = in_turns(lambda: files.digest(paths[0]), lambda: openssl(paths[0]))
    kept = one / all_ >= FASTER, ours / theirs <= SLOWER
    told = ["kept" if each else "NOT KEPT" for each in kept]
    print(
        f"4 GiB, all cores  {all_:6.2f} s, one {one:6.2f} s  {one / all_:.2f} of {FASTER} {told[0]}"
    )
    print(f"512 MiB, ours     {ours:6.2f} s, openssl {theirs:6.2f} s")
    print(f"                  {ours / theirs:.2f} of at most {SLOWER}  {told[1]}")
    return 0 if all(kept) else 1


def one_by_one(paths: list[Path]) -> None:
    for path in paths:
        files.digest(path)


def openssl(path: Path) -> None:
    subprocess.run(["openssl", "dgst", "-sha256", path], check=True, stdout=subprocess.DEVNULL)


def in_turns(*works: Callable[[], object]) -> list[float]:
    """The least seconds of each. They take turns, so that a busy minute is everybody's."""
    seconds = [[timed(work) for work in works] for _ in range(TURNS)]
    return [min(each) for each in zip(*seconds, strict=True)]


def timed(work: Callable[[], object]) -> float:
    files.forget()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
