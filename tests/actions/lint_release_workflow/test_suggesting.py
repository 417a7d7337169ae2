# ruff: noqa: E501  # trees and workflows stand here as people write them
"""The config that is suggested passes on the workflow it was made of, and excuses nothing weaker."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest

from release_actions import cli, house
from release_actions.errors import Exit
from release_actions.formats.job_pattern import NONE
from release_actions.inputs import Given
from release_actions.perform import Asked, perform
from release_actions.tell import Teller
from release_actions.world import World
from tests.actions.lint_release_workflow.flows import (
    CLIFF,
    GOOD,
    RELEASE,
    TAGS,
    changed,
    lay,
    lint,
    table,
    without,
)
from tests.probe import clone_with, git, read_outputs, step_in

ROOT = house.root()
NAME = "lint-release-workflow"
IDENTITY = {"identity-steps": ["The files are the built ones"]}


def test_the_suggestion_passes_on_the_same_workflow(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD, "cliff.toml": CLIFF})
    said = lint(tmp_path, IDENTITY, suggest="true")
    assert said.bad == set()
    assert said.advice == set()

    config = table(said.suggested)

    assert config["publish"] == ["publish-core", "publish-pypi"]
    assert config["after"] == ["publish-pypi: publish-core"]
    assert lint(tmp_path, config).bad == set()
    assert 'undraft = ["undraft"]' in said.told("suggested")


def test_what_was_declared_stays_in_the_suggestion(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD, "cliff.toml": '[git]\ntag_pattern = "^v"\n'})
    config = without("identity-steps", gates=["build", "gate"]) | IDENTITY | {"suggest": True}

    said = table(lint(tmp_path, config).suggested)

    assert said["gates"] == ["build", "guard", "gate"]
    assert said["identity-steps"] == IDENTITY["identity-steps"]
    assert said["changelog-pattern"] == "^v"
    assert "suggest" not in said
    assert lint(tmp_path, said).bad == set()


def test_what_is_wrong_or_weak_is_no_suggestion_but_advice(tmp_path: Path) -> None:
    """A config that excused a missing identity would be a yes to anything."""
    text = changed("cancel-in-progress: false", "cancel-in-progress: true")
    text = text.replace("environment: crates-io", "environment: ${{ inputs.x }}")
    lay(tmp_path, {RELEASE: text, "cliff.toml": "[git\n"})

    said = lint(tmp_path, {}, suggest="true")

    assert said.bad == set()
    assert {"cancels", "step-missing", "environment", "changelog-pattern"} <= said.advice
    assert table(said.suggested)["steps"] == [
        "publish-core: identity > dry-run > token > publish > read-back"
    ]


def test_a_workflow_of_hardly_anything_is_described_too(tmp_path: Path) -> None:
    text = "on: workflow_dispatch\npermissions: {}\nconcurrency: x\njobs: {a: {steps: [{run: make}]}}\n"
    lay(tmp_path, {RELEASE: text})

    said = lint(tmp_path, {}, suggest="true")

    config = table(said.suggested)
    assert [config[role] for role in ("gates", "publish", "undraft")] == [[NONE]] * 3
    assert config["tag-pattern"] == NONE
    found = lint(tmp_path, config)
    assert found.bad == set()
    assert "declared as none" in found.told("none")


def test_two_patterns_of_tags_are_none_to_suggest(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: changed(f'"{TAGS}"', f'"{TAGS}", dev')})

    said = lint(tmp_path, IDENTITY, suggest="true")

    assert "tag-pattern" not in table(said.suggested)
    assert "not-declared" in said.advice


def test_jobs_of_the_same_name_are_told_by_their_file(tmp_path: Path) -> None:
    second = GOOD.replace("publish-core", "publish-more").replace("publish-pypi", "publish-all")
    lay(tmp_path, {RELEASE: GOOD, ".github/workflows/two.yml": second})

    said = table(
        lint(
            tmp_path, IDENTITY | {"workflows": ["release.yml", "two.yml"]}, suggest="true"
        ).suggested
    )

    assert said["gates"][:2] == ["release.yml/guard", "release.yml/gate"]
    assert "publish-more" in said["publish"]


def test_a_provenance_without_a_name_is_the_generators_own(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: changed("      provenance-name: ordvec.intoto.jsonl\n", "")})

    said = table(lint(tmp_path, IDENTITY, suggest="true").suggested)

    assert said["provenance-names"] == ["multiple: multiple.intoto.jsonl"]


def test_a_file_that_cannot_be_read_fails_a_suggestion_too(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: "on: [\n"})

    assert lint(tmp_path, {}, suggest="true").rules == {"not-a-workflow"}


# Our own


OURS = [*sorted((ROOT / ".github/workflows").glob("*.yml"))]
OURS += sorted((ROOT / "workflows-templates").glob("*.yml"))


# It shows on purpose what fails, and holds every action side by side.
SMOKE = {"continue-on-error", "undraft-points", "not-needed", "step-order"}
EXCEPTIONS = {"smoke.yml": SMOKE}


def test_there_are_workflows_of_our_own() -> None:
    assert len(OURS) > 3


@pytest.mark.parametrize("path", OURS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_own_workflows_keep_the_rules_that_ask_for_no_role(path: Path, tmp_path: Path) -> None:
    """Pins, checkouts, permissions, ids and gates of everything that we ship or run."""
    text = path.read_text(encoding="utf-8").replace("@<sha>", f"@{'0' * 40}")
    lay(tmp_path, {RELEASE: text})
    for folder in ("actions", *cli.actions()):
        lay_actions(tmp_path, folder)
    lay(tmp_path, {"action.yml": (ROOT / "action.yml").read_text(encoding="utf-8")})

    said = lint(tmp_path, {}, suggest="true")
    assert said.rules == set(), said.bad
    found = lint(tmp_path, table(said.suggested))

    # A workflow that is no release starts by branches and by pull requests, and may be cut off.
    usual = {"tag-pattern", "trigger", "concurrency", "cancels", "not-declared"}
    assert found.rules <= usual | EXCEPTIONS.get(path.name, set()), found.bad


def lay_actions(folder: Path, name: str) -> None:
    for source in (ROOT / name).rglob("action.yml"):
        lay(folder, {str(source.relative_to(ROOT)): source.read_text(encoding="utf-8")})


def test_the_gated_release_template_keeps_every_rule(tmp_path: Path) -> None:
    """It publishes nothing yet; all that it has is right as it stands."""
    path = ROOT / "workflows-templates/gated-release.yml"
    text = path.read_text(encoding="utf-8").replace("@<sha>", f"@{'0' * 40}")
    lay(tmp_path, {RELEASE: text})

    assert lint(tmp_path, table(lint(tmp_path, {}, suggest="true").suggested)).bad == set()


# As a step


def performed(folder: Path, **given: str) -> tuple[int, str, str]:
    """The exit code, the log and the outputs of a step in this folder's work."""
    environ = step_in(folder).environ
    values = {"repository": "acme/ordvec", **{k.replace("_", "-"): v for k, v in given.items()}}
    raw = {key: Given(value, "with") for key, value in values.items()}
    log = StringIO()
    world = World("", environ)
    code = perform(Asked(NAME, raw, world, cli.actions()), Teller(log, environ, ""))
    return code, log.getvalue(), (folder / "output").read_text(encoding="utf-8")


def test_a_step_tells_each_finding_at_its_line(tmp_path: Path) -> None:
    clone_with(tmp_path, b"[lint-release-workflow]\ngates = ['none']\n")
    lay(tmp_path / "work", {RELEASE: GOOD})

    code, log, output = performed(tmp_path, tag_pattern=TAGS)

    assert code == Exit.FAILED
    told = [line for line in log.split("\n") if f"title={NAME}/not-pinned" in line]
    assert any(f"file={RELEASE},line=97" in line for line in told), told
    assert read_outputs(output)["outcome"] == "failed"
    assert read_outputs(output)["jobs"] == "10"


def test_the_config_of_the_file_is_the_suggested_one(tmp_path: Path) -> None:
    """The whole way: suggested, committed, and passed."""
    clone_with(tmp_path, b"")
    lay(tmp_path / "work", {RELEASE: GOOD})
    code, _, output = performed(
        tmp_path, suggest="true", identity_steps="The files are the built ones"
    )
    assert code == Exit.OK

    (tmp_path / "work" / ".github/release-actions.toml").write_text(
        read_outputs(output)["suggested"]
    )
    git(tmp_path / "work", "add", "-A")
    git(tmp_path / "work", "commit", "-q", "-m", "declare")

    code, log, _ = performed(tmp_path)
    assert code == Exit.OK, log
