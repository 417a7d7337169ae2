"""Our own release.yml, by its own config: actions by `./`, and a gate right before the upload."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from release_actions import house
from tests.actions.lint_release_workflow.flows import RELEASE, lay, lint, table

ROOT = house.root()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The workflow, and the actions that it uses from the released commit."""
    lay(tmp_path, {RELEASE: (ROOT / RELEASE).read_text(encoding="utf-8")})
    for file in (*ROOT.glob("actions/*/action.yml"), *ROOT.glob("*/action.yml")):
        lay(tmp_path, {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8")})
    return tmp_path


def config(**changes: Any) -> dict[str, Any]:
    text = (ROOT / ".github/release-actions.toml").read_text(encoding="utf-8")
    told: dict[str, Any] = tomllib.loads(text)["lint-release-workflow"]
    return told | changes


def test_our_own_release_is_as_it_is_declared(own: Path) -> None:
    said = lint(own, config())
    assert said.rules == set(), said.bad


def test_what_it_suggests_for_itself_is_what_is_declared(own: Path) -> None:
    """The guard in the publish job only looks again: no job would have to wait for that one."""
    suggested = table(lint(own, {}, suggest="true").suggested)

    assert {name: suggested[name] for name in config() if name in suggested} == config()


def test_a_gate_in_the_job_that_publishes_is_no_gate_alone(own: Path) -> None:
    found = lint(own, config(gates=["none"]))

    assert "job publish does what `gates` is for" in found.told("undeclared-job")


def test_a_local_action_is_ours_by_what_it_starts_and_not_by_its_name(own: Path) -> None:
    """Whatever it puts into the folder would go to the index."""
    door = own / "canonicalize-pypi-dists/action.yml"
    text = door.read_text(encoding="utf-8")
    other = text.replace('exec "$GITHUB_ACTION_PATH/../actions/run"', "./settle.sh")
    assert other != text
    lay(own, {str(door.relative_to(own)): other})

    assert "dist-extra" in lint(own, config()).rules
