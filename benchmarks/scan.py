"""How fast scan-allowed-env is, beside `zizmor --offline`: `python benchmarks/scan.py`.

1,000 workflow files of 15 kB, no two alike. One in CALLERS calls a script of the repository or
writes GITHUB_ENV, and is read node by node; of the others it is proved from their lines that they
say nothing. The share is a choice: files of this size are mostly `uses:` and scripts that stay
within their step, and a thousand of them are a few that were written, again and again. Where each
file calls something (`--callers 1`) it takes three times as long, and nothing is promised.
zizmor does more; both read every file, take turns, and medians of whole processes are compared.
Beside the seconds stands the processor time of both, which other work on the machine changes less.
Memory must not grow with the files: it is held against that of a tenth of them.
"""

import argparse
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILES, SIZE, TURNS = 1_000, 15_000, 5
CALLERS = 10
SECONDS, TIMES, GROWTH = 1.5, 3, 1.5
WORDS = (
    *("alpha", "beta", "gamma", "delta", "build", "test", "lint", "cache", "wheel", "crate"),
    *("image", "deploy", "stage", "check", "verify", "attest", "sign", "upload", "docs"),
    *("bench", "fuzz", "cover", "rust", "node", "python"),
)


def main(arguments: Sequence[str] = ()) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=CALLERS, help="one file in so many calls")
    callers = parser.parse_args(arguments).callers
    with tempfile.TemporaryDirectory() as name:
        few, many = Path(name, "few"), Path(name, "many")
        write(few, FILES // 10, callers)
        write(many, FILES, callers)
        size = sum(path.stat().st_size for path in many.rglob("*.yml")) / FILES
        turns = [(spent(ours, many), spent(theirs, many)) for _ in range(TURNS)]
        (mine, own), (zizmor, other) = (medians(side) for side in zip(*turns, strict=True))
        small, large = (memory(folder) for folder in (few, many))
    rows = [
        (
            f"scan, {FILES} files of {size / 1000:.1f} kB",
            f"{mine:.2f} s ({own:.2f} s of processors)",
            mine <= SECONDS,
        ),
        (
            "zizmor --offline",
            f"{zizmor:.2f} s ({other:.2f} s), {zizmor / mine:.1f} times",
            zizmor >= TIMES * mine,
        ),
        ("memory", f"{large} MB, {small} MB of a tenth", large <= GROWTH * small),
    ]
    for what, number, kept in rows:
        print(f"{what:<30} {number:<36} {'kept' if kept else 'NOT KEPT'}")
    return 0 if all(kept for _, _, kept in rows) else 1


def ours(folder: Path) -> list[str]:
    return [sys.executable, "-m", "release_actions", "scan-allowed-env", "--repository", "acme/app"]


def theirs(folder: Path) -> list[str]:
    beside = Path(sys.executable).with_name("zizmor")
    return [str(beside), "--offline", "--no-progress", "--quiet", str(folder)]


def medians(turns: Sequence[tuple[float, float]]) -> tuple[float, float]:
    seconds, processor = zip(*turns, strict=True)
    return statistics.median(seconds), statistics.median(processor)


def spent(command: Callable[[Path], list[str]], folder: Path) -> tuple[float, float]:
    """Seconds of a whole process, and of processors in it and its children."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = used()
    began = time.perf_counter()
    done = subprocess.run(command(folder), cwd=folder, env=environment, capture_output=True)
    seconds = time.perf_counter() - began
    if command is ours and done.returncode != 0:
        raise SystemExit(done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:])
    return seconds, used() - before


def used() -> float:
    """Seconds of processors in all children so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def memory(folder: Path) -> int:
    """The most that any one process of a scan takes, in megabytes."""
    script = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", script, *ours(folder)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return int(done.stdout) // unit


def write(folder: Path, files: int, callers: int = CALLERS) -> None:
    workflows, scripts = folder / ".github/workflows", folder / "scripts"
    workflows.mkdir(parents=True)
    scripts.mkdir()
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    for word in WORDS:
        (scripts / f"{word}.sh").write_text("#!/bin/bash\n" + f"echo {word}; tar -c dist\n" * 40)
    for number in range(files):
        (workflows / f"w{number:04}.yml").write_text(workflow(number, callers))


def workflow(number: int, callers: int) -> str:
    dice = random.Random(number)
    text = HEAD.format(number=number, word=dice.choice(WORDS))
    jobs = 0
    while len(text) < SIZE:
        jobs += 1
        a, b = dice.choice(WORDS), dice.choice(WORDS)
        text += JOB.format(a=a, b=b, n=jobs, minutes=dice.randrange(5, 60), sha=sha(dice))
        for _ in range(dice.randrange(4, 14)):
            text += step(dice) if len(text) < SIZE else ""
    if number % callers == 0:
        text += dice.choice(CLOSER).format(a=dice.choice(WORDS))
    return text


def step(dice: random.Random) -> str:
    a, b, c = (dice.choice(WORDS) for _ in range(3))
    return dice.choice(STEPS).format(
        a=a, b=b, c=c, A=a.upper(), B=b.upper(), n=dice.randrange(10**6), sha=sha(dice)
    )


def sha(dice: random.Random) -> str:
    return f"{dice.getrandbits(160):040x}"


HEAD = """name: {word} {number}
on:
  push:
    branches: [main, 'release/**']
    paths: ['src/**', '.github/workflows/{number}.yml']
  pull_request:
  workflow_dispatch:
    inputs:
      dry-run: {{ type: boolean, default: true, description: "Only say what would be done" }}
permissions:
  contents: read
concurrency:
  group: ${{{{ github.workflow }}}}-${{{{ github.ref }}}}
  cancel-in-progress: false
env:
  CARGO_TERM_COLOR: always
  RUSTFLAGS: -D warnings
jobs:
"""
JOB = """  {a}-{n}:
    name: {a} on ${{{{ matrix.os }}}}
    runs-on: ${{{{ matrix.os }}}}
    timeout-minutes: {minutes}
    permissions:
      contents: read
      id-token: write
    strategy:
      fail-fast: false
      matrix:
        os: [ubuntu-24.04, macos-15, windows-2025]
        {b}: ['3.11', '3.12', "3.13"]
        include:
          - os: ubuntu-24.04-arm
            {b}: '3.14'
    steps:
      - uses: actions/checkout@{sha} # v4.2.2
        with:
          persist-credentials: false
"""
STEPS = (
    """      - name: Set up {a} {n}
        uses: actions/setup-{a}@{sha} # v4
        with:
          {b}-version: ${{{{ matrix.{c} }}}}
          cache: {b}
""",
    """      - name: The {b} of {a} {n}
        shell: bash
        env:
          {A}_{B}: ${{{{ steps.{a}.outputs.{b} }}}}
          GH_TOKEN: ${{{{ github.token }}}}
        run: |
          set -euo pipefail
          version="$(jq -r .version package.json)"
          if [[ "$version" != "{A}_{B}" ]]; then
            echo "::error::expected $version ({n})" >&2
            exit 1
          fi
          for f in dist/*.{c}; do
            sha256sum "$f" | tee -a checksums-{n}.txt
          done
          echo "{a}=$version" >> "$GITHUB_OUTPUT"
""",
    """      - run: cargo {a} --locked --features {b},{c} -- --test-threads={n}
""",
    """      - name: Upload {a}
        if: ${{{{ always() && matrix.{b} == '{c}-{n}' }}}}
        uses: actions/upload-artifact@{sha} # v4
        with:
          name: {a}-{n}-${{{{ matrix.{b} }}}}
          path: |
            dist/{a}/*.whl
            dist/{b}/*.tar.gz
          if-no-files-found: error
""",
    """      # {a} wants its {b} before the {c}: see issue {n}
      - id: {a}-{n}
        run: |
          npm ci --ignore-scripts
          npm run {a}:{b} -- --reporter={c}
          git diff --exit-code -- {b}/
""",
)
CLOSER = (
    "      - run: bash scripts/{a}.sh --all\n",
    """      - run: |
          echo "HEAD_OF_{a}=$(git rev-parse HEAD)" >> "$GITHUB_ENV"
""",
    "      - run: ./scripts/{a}.sh\n",
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
