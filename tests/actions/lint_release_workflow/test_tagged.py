"""Of several release workflows each may have its own tags, and then is held to them alone (O34)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from release_actions.errors import UsageError
from tests.actions.lint_release_workflow.flows import RELEASE, lay, lint, table
from tests.actions.lint_release_workflow.test_publishing import APP, ONE

TWO = ".github/workflows/two.yml"
BOTH = {"workflows": ["release.yml", "two.yml"]}
FILES = {
    RELEASE: ONE.replace('tags: ["v*"]', 'tags: ["tool-v*"]'),
    TWO: APP.replace('tags: ["v*"]', 'tags: ["app-v*"]'),
}
SAID = ["release.yml: tool-v*", "two.yml: app-v*"]


def declared(folder: Path, files: dict[str, str] = FILES, **more: Any) -> dict[str, Any]:
    """The table that is suggested, with other values."""
    lay(folder, files)
    said = table(lint(folder, BOTH, suggest="true").suggested)
    return {**said, **{name.replace("_", "-"): value for name, value in more.items()}}


def test_a_pattern_for_each_file_is_suggested_and_passes(tmp_path: Path) -> None:
    config = declared(tmp_path)

    assert config["tag-pattern"] == config["deployment-pattern"] == SAID
    assert lint(tmp_path, config).bad == set()


def test_a_file_that_no_push_starts_needs_no_line(tmp_path: Path) -> None:
    by_hand = FILES[TWO].replace('  push:\n    tags: ["app-v*"]\n', "  workflow_dispatch:\n")
    config = declared(tmp_path, {**FILES, TWO: by_hand})

    assert config["tag-pattern"] == "tool-v*"
    config["tag-pattern"] = ["release.yml: tool-v*", "two.yml: none"]
    assert lint(tmp_path, config).bad == set()


WRONG: dict[str, tuple[str, dict[str, Any]]] = {
    "each that of the other": (
        f"tag-pattern {TWO}:6",
        {"tag_pattern": ["release.yml: app-v*", "two.yml: tool-v*"]},
    ),
    "one for both": (f"tag-pattern {TWO}:6", {"tag_pattern": "tool-v*"}),
    "of one nothing": (f"tag-pattern {TWO}:6", {"tag_pattern": SAID[:1]}),
    "of one none": (f"tag-pattern {TWO}:6", {"tag_pattern": [SAID[0], "two.yml: none"]}),
    "a file that is not asked for": ("tag-pattern :0", {"tag_pattern": [*SAID, "x.yml: v*"]}),
    "another deployment": (
        "deployment-pattern :0",
        {"deployment_pattern": [SAID[0], "two.yml: tool-v*"]},
    ),
    "one deployment for both": ("deployment-pattern :0", {"deployment_pattern": "tool-v*"}),
    "of one no deployment": ("not-declared :0", {"deployment_pattern": SAID[:1]}),
    "a deployment of no file": (
        "deployment-pattern :0",
        {"deployment_pattern": [*SAID, "x.yml: v*"]},
    ),
}


@pytest.mark.parametrize(("place", "more"), WRONG.values(), ids=WRONG)
def test_each_file_is_held_to_its_own_pattern(
    tmp_path: Path, place: str, more: dict[str, Any]
) -> None:
    assert place in lint(tmp_path, declared(tmp_path, **more)).bad


def test_a_line_for_what_no_push_starts_is_refused(tmp_path: Path) -> None:
    by_hand = FILES[TWO].replace('  push:\n    tags: ["app-v*"]\n', "  workflow_dispatch:\n")
    config = declared(tmp_path, {**FILES, TWO: by_hand}, tag_pattern=SAID)

    assert f"tag-pattern {TWO}:1" in lint(tmp_path, config).bad


def test_which_tags_one_changelog_goes_by_is_said_where_there_are_several(tmp_path: Path) -> None:
    files = {**FILES, "cliff.toml": '[git]\ntag_pattern = "app-v*"\n'}
    config = declared(tmp_path, files)
    assert config.pop("changelog-pattern") == "app-v*"

    found = lint(tmp_path, config)

    assert found.rules == {"changelog-pattern"}
    assert "several patterns of tags are declared" in found.told("changelog-pattern")
    assert lint(tmp_path, {**config, "changelog-pattern": "app-v*"}).bad == set()
    assert lint(tmp_path, {**config, "changelog": "none"}).bad == set()


@pytest.mark.parametrize(
    "lines",
    [["v*", "w*"], ["v*", "two.yml: w*"], ["two.yml: v*", "two.yml: w*"]],
    ids=["two for all", "one for all and one for a file", "two for a file"],
)
def test_what_can_be_read_in_two_ways_is_no_declaration(tmp_path: Path, lines: list[str]) -> None:
    with pytest.raises(UsageError, match=r"One pattern of tags, or `FILE\.yml: PATTERN`"):
        lint(tmp_path, {"tag-pattern": lines})
