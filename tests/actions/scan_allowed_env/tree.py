"""A work tree made of marked texts, scanned for real: «NAME» is where a hit is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from release_actions.actions.scan_allowed_env import action
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.verdict import Finding
from release_actions.world import World

RELEASE = ".github/workflows/release.yml"


@dataclass(frozen=True)
class Scan:
    """How a scan ended."""

    ended: Ended

    @property
    def findings(self) -> tuple[Finding, ...]:
        assert self.ended.verdict is not None, self.ended.error
        return tuple(self.ended.verdict.findings)

    @property
    def bad(self) -> list[str]:
        assert self.ended.verdict is not None, self.ended.error
        return [finding.rule for finding in self.ended.verdict.bad]

    @property
    def places(self) -> set[str]:
        """Where a forbidden name is set: file:line:column NAME."""
        return {
            f"{f.subject} {f.detail.partition(' is set')[0].rpartition(': ')[2].rstrip('…')}"
            for f in self.findings
            if f.rule == "forbidden"
        }

    def told(self, rule: str) -> str:
        return "\n".join(
            f"{f.subject}: {f.detail} -> {f.fix}" for f in self.findings if f.rule == rule
        )


def scan(folder: Path, **inputs: Any) -> Scan:
    """The action in a folder, its inputs through the same door as a caller's."""
    given = {"repository": "acme/app"}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    problems = Problems()
    parsed = parse(action.inputs, {k: Given(v, "with") for k, v in given.items()}, problems)
    problems.end()
    world = World("", {"GITHUB_WORKSPACE": str(folder)})
    return Scan(Loop(action, parsed, world, lambda line: None).run(dry_run=False, wait=0))


def lay(folder: Path, files: Mapping[str, str]) -> set[str]:
    """Write the files without their marks, and tell where hits are expected."""
    expected: set[str] = set()
    for path, text in files.items():
        plain = ""
        for number, part in enumerate(text.split("«")):
            if number:
                name, _, rest = part.partition("»")
                row = plain.count("\n") + 1
                column = len(plain) - plain.rfind("\n")
                bare = name.replace("'", "").replace('"', "").replace("\\", "")
                expected.add(f"{path}:{row}:{column} {bare}")
                part = name + rest
            plain += part
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(plain, encoding="utf-8", newline="")
    return expected


def run(script: str, *, shell: str = "", more: str = "") -> str:
    """A workflow with this script as its one step."""
    lines = "".join(f"          {line}\n" if line else "\n" for line in script.split("\n"))
    shells = f"        shell: {shell}\n" if shell else ""
    return (
        "on: push\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n"
        f"      - name: Build\n{shells}{more}        run: |\n{lines}"
    )


def job(text: str) -> str:
    """A workflow whose one job has these lines."""
    lines = "".join(f"    {line}\n" for line in text.split("\n"))
    return f"on: push\njobs:\n  release:\n    runs-on: ubuntu-24.04\n{lines}"


def step(text: str) -> str:
    """A workflow whose one step has these lines."""
    first, *rest = text.split("\n")
    return job("\n".join(["steps:", f"  - {first}", *(f"    {line}" for line in rest)]))
