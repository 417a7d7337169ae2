"""Every example in the docs uses actions that there are, with inputs that they have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from release_actions import cli, house

ROOT = house.root()
OWN = re.compile(r"org/release-actions(?:/(?:actions/)?(?P<name>[\w-]+))?@<sha>")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples(page: Path) -> list[Any]:
    """The YAML of a page, blocks that leave something out by `…` left out."""
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [yaml.safe_load(block) for block in blocks if "…\n" not in block]


def steps(part: Any) -> Iterator[Mapping[str, Any]]:
    """Whatever uses something, however deep it stands."""
    if isinstance(part, dict):
        if isinstance(part.get("uses"), str):
            yield part
        for inner in part.values():
            yield from steps(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from steps(inner)


def ours() -> list[Any]:
    return [
        pytest.param(match["name"], step, id=f"{page.name}: {match['name'] or 'by name'} {number}")
        for page in PAGES
        for number, step in enumerate(steps(examples(page)))
        if (match := OWN.fullmatch(step["uses"]))
    ]


def test_there_are_examples() -> None:
    assert len(ours()) > 30


@pytest.mark.parametrize(("name", "step"), ours())
def test_an_example_can_be_pasted(name: str | None, step: Mapping[str, Any]) -> None:
    """A door that is there, inputs that its action.yml declares."""
    door = ROOT / step["uses"].partition("@")[0].removeprefix("org/release-actions").strip("/")
    declared = yaml.safe_load((door / "action.yml").read_text(encoding="utf-8"))
    assert set(step.get("with") or {}) <= set(declared["inputs"])
    assert name is None or name in cli.actions()


def test_the_workflow_to_paste_is_a_whole_one() -> None:
    """A tag starts it, nothing is granted to all, and the gate is what others need."""
    (workflow,) = (found for found in examples(ROOT / "README.md") if "jobs" in found)
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML 1.1 takes `on` for a truth value
    assert workflow["permissions"] == {}
    used = [step["uses"].partition("@")[0].rpartition("/")[2] for step in steps(workflow)]
    assert used == ["checkout", "guard-release-tag", "require-ci-green"]
    outputs = workflow["jobs"]["gate"]["outputs"]
    declared = cli.declared("guard-release-tag")["outputs"]
    assert [re.findall(r"outputs\.([\w-]+)", value)[0] for value in outputs.values()] == [
        *(name for name in ("release", "commit") if name in declared)
    ]
