"""How long a bump takes, beside what other bumpers do: `python benchmarks/bump.py`.

Whole processes, started as the launcher starts them, on real git work trees. A workspace as large
as the large ones; twice as many crates; and one hundred one-line files beside tbump and
bump-my-version, which have the same list of files and the same work. All take turns, and medians
are compared.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import version_trees  # noqa: E402  # from the checkout, whatever is installed

THEIRS = ROOT / "build" / "bench"
TURNS = 9
MAIN = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from release_actions.__main__ import main;"
    " sys.exit(main([*sys.argv[1:], '--inputs-on-stdin']))"
)
SETTLED = {"PATH": os.environ["PATH"], "HOME": str(ROOT / "build"), "GIT_CONFIG_NOSYSTEM": "1"}


@dataclass(frozen=True)
class Bumper:
    """A command that takes a tree from one version to another one."""

    folder: Path
    command: Callable[[str], list[str]]
    stdin: Callable[[str], str] = lambda version: ""

    def seconds(self, version: str) -> float:
        command, stdin = self.command(version), self.stdin(version)
        began = time.perf_counter()
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=SETTLED,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - began
        if done.returncode != 0:
            raise SystemExit(f"{command}: {done.stdout}{done.stderr}")
        return seconds


@dataclass(frozen=True)
class Row:
    """One comparison, and what was promised of it."""

    what: str
    ours: float
    limit: float
    beside: str

    @property
    def kept(self) -> bool:
        return self.ours <= self.limit

    def __str__(self) -> str:
        told = f"{self.ours:6.3f} s  at most {self.limit:6.3f} s  {self.beside}"
        return f"{self.what:<34}  {told}  {'kept' if self.kept else 'NOT KEPT'}"


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        rows = [*workspaces(Path(name)), *beside_others(Path(name))]
    print(*rows, sep="\n")
    return 0 if all(row.kept for row in rows) else 1


def workspaces(folder: Path) -> list[Row]:
    """150 manifests with 22 files to change; and whether 1,000 cost more than twice what 500 do."""
    large = ours(folder / "150", version_trees.cargo_workspace())
    half = ours(folder / "500", version_trees.cargo_workspace(500, lock_lines=16_667))
    whole = ours(folder / "1000", version_trees.cargo_workspace(1_000, lock_lines=33_333))
    (seconds,) = in_turns("50.{}.0", large)
    fewer, more = in_turns("50.{}.0", half, whole)
    return [
        Row("150 manifests, 5,000-line lock", seconds, 0.5, "22 files change"),
        # Twice as much in twice the time; a tenth for what fits in no cache any more.
        Row("1,000 crates, 33,333-line lock", more, 2.2 * fewer, f"500 take {fewer:.3f} s"),
    ]


def beside_others(folder: Path) -> list[Row]:
    files = version_trees.one_line_files()
    here = ours(folder / "ours", {**files, **ours_told()})
    tbump = theirs(folder / "tbump", {**files, **tbump_told(list(files))}, tbump_command)
    other = theirs(folder / "other", {**files, **other_told(list(files))}, other_command)
    mine, tbumps, others = in_turns("1.3.{}", here, tbump, other)
    return [
        Row("100 one-line files, as tbump", mine, tbumps, f"tbump takes {tbumps:.3f} s"),
        Row("… and three times as fast as the", mine, others / 3, f"other's {others:.3f} s"),
    ]


def in_turns(pattern: str, *bumpers: Bumper) -> list[float]:
    """The median seconds of each. They take turns, so that a busy minute is everybody's."""
    for bumper in bumpers:  # The first start finds nothing compiled.
        bumper.seconds(pattern.format(0))
    turns = [
        [bumper.seconds(pattern.format(turn)) for bumper in bumpers] for turn in range(1, TURNS + 1)
    ]
    return [statistics.median(each) for each in zip(*turns, strict=True)]


def tree(folder: Path, files: version_trees.Files) -> Path:
    """The files in a clone, committed."""
    version_trees.write(files, folder)
    who = ("-c", "user.name=A", "-c", "user.email=a@b.c")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), (*who, "commit", "-q", "-m", "so")):
        subprocess.run(["git", "-C", str(folder), *words], env=SETTLED, check=True)
    return folder


def ours(folder: Path, files: version_trees.Files) -> Bumper:
    command = [sys.executable, "-I", "-X", "utf8", "-c", MAIN, str(ROOT / "src")]

    def inputs(version: str) -> str:
        given = {"operation": f"set:{version}", "repository": "acme/app", "allow-dirty": "true"}
        return json.dumps(given)

    return Bumper(tree(folder, files), lambda version: [*command, "bump-lockstep-version"], inputs)


def ours_told() -> dict[str, str]:
    table = '[version-group.parts]\nmanifests = ["part-*/VERSION"]\n'
    return {".github/release-actions.toml": table}


def theirs(folder: Path, files: version_trees.Files, command: Callable[[str], list[str]]) -> Bumper:
    lock = str(ROOT / "requirements" / "bench.txt")
    made = [sys.executable, str(ROOT / "tools" / "environment.py"), str(THEIRS), lock]
    if not (THEIRS / "bin" / "tbump").exists():
        subprocess.run(made, check=True)
    return Bumper(tree(folder, files), command)


def tbump_told(paths: list[str]) -> dict[str, str]:
    regex = r"(?P<major>\d+)\.(?P<minor>\d+)\.(?P<patch>\d+)"
    files = "".join(f'[[file]]\nsrc = "{path}"\n' for path in paths)
    head = f"[version]\ncurrent = \"1.2.3\"\nregex = '''{regex}'''\n"
    git = '[git]\nmessage_template = "{new_version}"\ntag_template = "v{new_version}"\n'
    return {"tbump.toml": f"{head}\n{git}\n{files}"}


def tbump_command(version: str) -> list[str]:
    return [str(THEIRS / "bin" / "tbump"), "--only-patch", "--non-interactive", version]


def other_told(paths: list[str]) -> dict[str, str]:
    files = "".join(f'[[tool.bumpversion.files]]\nfilename = "{path}"\n' for path in paths)
    head = '[tool.bumpversion]\ncurrent_version = "1.2.3"\nallow_dirty = true\n'
    return {".bumpversion.toml": f"{head}commit = false\ntag = false\n\n{files}"}


def other_command(version: str) -> list[str]:
    return [str(THEIRS / "bin" / "bump-my-version"), "bump", "--new-version", version, "patch"]


if __name__ == "__main__":
    sys.exit(main())
