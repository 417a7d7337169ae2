"""What no linter knows: the rules of this house, looked for in what git tracks."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

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


def pins(name: Path, text: str) -> Iterator[str]:
    """Others' actions by a full commit that docs/pins.md tells; ours by `<sha>`, or by path."""
    seen = listed((ROOT / "docs" / "pins.md").read_text(encoding="utf-8"))
    read = {f"{match['action']}@{match['ref']}" for match in PIN.finditer(text)}
    for value in sorted(used(yaml.safe_load(text)) - read):
        if not value.startswith("./"):
            yield f"{name}: {value}: cannot be read as a pin: write it bare, on a line of its own"
    for match in PIN.finditer(text):
        action, ref = match["action"], match["ref"]
        if action.startswith(OWN):
            if ref != "<sha>":
                yield f"{name}: {action}@{ref}: our own pins are <sha>"
        elif not re.fullmatch(r"[0-9a-f]{40}", ref):
            yield f"{name}: {action}@{ref}: not a full commit"
        elif not (match["comment"] or "").strip().startswith("# v"):
            yield f"{name}: {action}@{ref}: no version comment"
        elif len(seen.get((action, comment_of(match), ref), ())) < 2:
            yield f"{name}: {action}@{ref}: docs/pins.md does not list it with two places"


def used(node: Any) -> set[str]:
    """Each value of a `uses`, however it is written."""
    if isinstance(node, list):
        return {value for entry in node for value in used(entry)}
    if not isinstance(node, dict):
        return set()
    own = {str(node["uses"])} if "uses" in node else set()
    return own | {value for entry in node.values() for value in used(entry)}


def comment_of(match: re.Match[str]) -> str:
    """The version that stands behind a pin."""
    return (match["comment"] or "").strip(" #").split(" ")[0]


def listed(text: str) -> dict[tuple[str, str, str], tuple[str, ...]]:
    """The public workflows in which each pin was seen: action, version and commit -> places."""
    rows = re.findall(r"^\| `(\S+)` \| (\S+) \| `([0-9a-f]{40})` \| (.+) \|$", text, re.M)
    return {
        (action, version, ref): tuple(where.split("; ")) for action, version, ref, where in rows
    }


if __name__ == "__main__":
    found = list(wrong())
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
