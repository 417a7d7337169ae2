"""What no linter knows: the rules of this house, looked for in what git tracks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^[ -]*uses:\s*(?P<action>[\w./-]+)@(?P<ref>\S+)(?P<comment>\s*#.*)?$", re.M)
OWN = "org/release-actions"


def tracked() -> list[tuple[str, Path]]:
    """Mode and path of every file that is, or is about to be, tracked."""
    command = ["git", "-C", str(ROOT), "ls-files", "--stage"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [(line.split()[0], ROOT / line.split("\t")[1]) for line in listed.splitlines()]


def wrong() -> Iterator[str]:
    """Each breach, as `path: what`."""
    for mode, path in tracked():
        name = path.relative_to(ROOT)
        if mode == "120000":
            yield f"{name}: a symlink; runners copy them wrongly, or not at all"
        if not path.is_file():
            continue
        if re.search(r"(^|/)(utils?|helpers?|common|misc|manager)\.py$", str(name)):
            yield f"{name}: a room named for nothing"
        if name.parts[0] == "requirements" and re.search(
            r"--(extra-)?index-url|file:|https?://", path.read_text()
        ):
            yield f"{name}: the address of an index"
        if name.suffix == ".yml" and {"workflows", "workflows-templates"} & set(name.parts):
            yield from pins(name, path.read_text(encoding="utf-8"))


def coverage() -> Iterator[str]:
    """Every behaviour of the five systems has a row, and every test that a row names is there."""
    text = (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8")
    for path in re.findall(r"`(tests/[^`]+)`", text):
        if not (ROOT / path).exists():
            yield f"docs/coverage.md: {path}: no such test"
    for letter, last in {"O": 36, "W": 32, "M": 42, "S": 20, "C": 15}.items():
        for number in range(1, last + 1):
            if f"| {letter}{number} |" not in text:
                yield f"docs/coverage.md: {letter}{number} has no row"


def pins(name: Path, text: str) -> Iterator[str]:
    """Others' actions by a full commit that docs/pins.md tells; ours by `<sha>`, or by path."""
    listed = (ROOT / "docs" / "pins.md").read_text(encoding="utf-8")
    for match in PIN.finditer(text):
        action, ref = match["action"], match["ref"]
        if action.startswith(OWN):
            if ref != "<sha>":
                yield f"{name}: {action}@{ref}: our own pins are <sha>"
        elif not re.fullmatch(r"[0-9a-f]{40}", ref):
            yield f"{name}: {action}@{ref}: not a full commit"
        elif not (match["comment"] or "").strip().startswith("# v"):
            yield f"{name}: {action}@{ref}: no version comment"
        elif ref not in listed:
            yield f"{name}: {action}@{ref}: not in docs/pins.md"


if __name__ == "__main__":
    found = [*wrong(), *coverage()]
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
