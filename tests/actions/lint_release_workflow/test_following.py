"""What a workflow calls is followed, what cannot be read fails, and what is elsewhere is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.actions.lint_release_workflow.flows import (
    CLIFF,
    GOOD,
    RELEASE,
    SHA,
    TAGS,
    changed,
    lay,
    lint,
    without,
)

LOCAL = ".github/actions/ship"
ACTION = f"{LOCAL}/action.yml"
CALLED = ".github/workflows/called.yml"
OTHER = "\n  other:\n    needs: undraft\n    runs-on: ubuntu-latest\n    steps:\n"


def composite(*steps: str) -> str:
    lines = "".join(f"    - {step}\n" for step in steps)
    return f"name: Ship\nruns:\n  using: composite\n  steps:\n{lines}"


def called(text: str) -> str:
    return f"on: workflow_call\npermissions: {{}}\njobs:\n  inner:\n    steps:\n      - {text}\n"


CALLER = f"\n  other:\n    needs: undraft\n    uses: ./{CALLED}\n"

FOLLOWED: dict[str, tuple[str, dict[str, str]]] = {
    "a pin in a local action": (
        "not-pinned",
        {RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL}\n", ACTION: composite("uses: a/b@v1 «")},
    ),
    "a checkout in a local action": (
        "keeps-credentials",
        {
            RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL}/\n",
            ACTION: composite(f"uses: actions/checkout{SHA} «"),
        },
    ),
    "an un-draft in a local action": (
        "undraft-points",
        {
            RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL} «\n",
            ACTION: composite("{shell: bash, run: 'gh release edit v1 --draft=false'}"),
        },
    ),
    "a publish two actions down": (
        "undeclared-job",
        {
            RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL} «\n",
            ACTION: composite("uses: ./in"),
            "in/action.yaml": composite("{shell: bash, run: npm publish}"),
        },
    ),
    "a pin in a called workflow": (
        "not-pinned",
        {RELEASE: GOOD + CALLER, CALLED: called("uses: a/b@v1 «")},
    ),
    "permissions of a called workflow": (
        "top-permissions",
        {
            RELEASE: GOOD + CALLER,
            CALLED: called("run: make").replace("permissions: {}", "permissions: write-all «"),
        },
    ),
    "a publish in a called workflow": (
        "undeclared-job",
        {
            RELEASE: GOOD + CALLER.replace(f"uses: ./{CALLED}", f"uses: ./{CALLED} «"),
            CALLED: called("run: cargo publish"),
        },
    ),
    "a publish in a script": (
        "undeclared-job",
        {
            RELEASE: GOOD + OTHER + "      - run: ./ci/ship.sh «\n",
            "ci/ship.sh": "#!/usr/bin/env bash\n# cargo publish\ncargo publish\n",
        },
    ),
    "a publish in a script of the step's folder": (
        "undeclared-job",
        {
            RELEASE: GOOD + OTHER + "      - run: ./ship.sh «\n        working-directory: ci\n",
            "ci/ship.sh": "cargo publish\n",
        },
    ),
    "a publish in a script by the workspace": (
        "undeclared-job",
        {
            RELEASE: GOOD + OTHER + '      - run: bash "$GITHUB_WORKSPACE/ci/ship.sh" «\n',
            "ci/ship.sh": "cargo publish\n",
        },
    ),
    "a publish in a script that a script calls": (
        "undeclared-job",
        {
            RELEASE: GOOD + OTHER + "      - run: bash -eu ci/ship «\n",
            "ci/ship": "#!/bin/sh\n. ci/lib.sh\n",
            "ci/lib.sh": "twine upload x/*\n",
        },
    ),
    "a local action that is not there": (
        "no-such-file",
        {RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL} «\n"},
    ),
    "a called workflow that is not there": (
        "no-such-file",
        {RELEASE: GOOD + CALLER.replace(f"uses: ./{CALLED}", f"uses: ./{CALLED} «")},
    ),
    "a local action that is no YAML": (
        "not-a-workflow",
        {RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL}\n", ACTION: "runs:\n  steps: [\n«"},
    ),
    "a local action without runs": (
        "not-a-workflow",
        {RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL}\n", ACTION: "name: x «\n"},
    ),
    "no YAML": ("not-a-workflow", {RELEASE: "on: push\njobs:\n   a: b\n  c: d «\n"}),
    "a key that stands twice": (
        "not-a-workflow",
        {
            RELEASE: changed(
                "permissions: {}\n", "permissions: {}\npermissions: {contents: write} «\n"
            )
        },
    ),
    "an empty file": ("not-a-workflow", {RELEASE: "«"}),
    "no trigger": ("not-a-workflow", {RELEASE: "jobs: {a: {steps: []}} «\n"}),
    "no jobs": ("not-a-workflow", {RELEASE: "on: push «\n"}),
    "jobs of nothing": ("not-a-workflow", {RELEASE: "«on: push\njobs: {}\n"}),
    "a job that is a text": ("not-a-workflow", {RELEASE: "on: push\njobs:\n  a: b «\n"}),
    "steps that are no list": (
        "not-a-workflow",
        {RELEASE: "on: push\njobs:\n  a:\n    steps:\n      run: make «\n"},
    ),
    "a step that is a text": (
        "not-a-workflow",
        {RELEASE: "on: push\njobs:\n  a:\n    steps:\n      - make «\n"},
    ),
    "a step of nothing": (
        "not-a-workflow",
        {RELEASE: "on: push\njobs:\n  a:\n    steps:\n      - name: make «\n"},
    ),
    "needs of a mapping": (
        "not-a-workflow",
        {RELEASE: "on: push\njobs:\n  a:\n    needs: [{b: c}] «\n    steps: []\n"},
    ),
    "permissions of a list": (
        "not-a-workflow",
        {RELEASE: changed("permissions: {}\n", "permissions: [contents] «\n")},
    ),
    "a condition that is a list": (
        "not-a-workflow",
        {
            RELEASE: changed(
                "    needs: guard\n    if: needs", "    needs: guard\n    if: [a] # « needs"
            )
        },
    ),
}


@pytest.mark.parametrize(("rule", "files"), FOLLOWED.values(), ids=FOLLOWED)
def test_what_is_called_is_held_to_the_same_rules(
    rule: str, files: dict[str, str], tmp_path: Path
) -> None:
    places = lay(tmp_path, files)

    found = lint(tmp_path)

    assert {f"{rule} {place}" for place in places} <= found.bad, found.bad


def test_a_workflow_that_is_not_there_fails_and_nothing_is_right_by_that(tmp_path: Path) -> None:
    found = lint(tmp_path)

    assert f"no-such-file {RELEASE}:0" in found.bad
    assert "there is no file" in found.told("no-such-file")


def test_bytes_that_are_no_utf8_and_links_that_lead_out_fail(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD})
    (tmp_path / RELEASE).write_bytes(GOOD.encode() + b"# \xff\n")
    assert f"unreadable {RELEASE}:{GOOD.count(chr(10)) + 1}" in lint(tmp_path).bad

    (tmp_path / RELEASE).unlink()
    (tmp_path / RELEASE).symlink_to("/etc/hostname")
    assert f"unreadable {RELEASE}:0" in lint(tmp_path).bad


def test_actions_and_workflows_that_call_themselves_end(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            RELEASE: GOOD + OTHER + f"      - uses: ./{LOCAL}\n" + CALLER.replace("other", "more"),
            ACTION: composite(f"uses: ./{LOCAL}"),
            CALLED: f"on: workflow_call\npermissions: {{}}\njobs:\n  a:\n    uses: ./{CALLED}\n",
        },
    )

    assert lint(tmp_path).bad == set()


def test_a_script_is_read_only_below_the_folder_and_only_as_shell(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {
            RELEASE: GOOD
            + OTHER
            + "      - run: ./ci/ship.py\n      - run: bash ../x.sh\n      - run: bash\n"
            + "      - run: ./ci/gone.sh\n",
            "ci/ship.py": "#!/usr/bin/env python3\ncargo publish\n",
        },
    )
    (tmp_path / "ci" / "gone.sh").symlink_to("/etc/passwd")

    assert lint(tmp_path).bad == set()


def test_a_publish_job_that_calls_another_repository_is_unknown(tmp_path: Path) -> None:
    """C22: and registries would not know it either."""
    text = (
        GOOD + f"\n  publish-x:\n    needs: draft\n    uses: a/b/.github/workflows/p.yml{SHA} «\n"
    )
    (place,) = lay(tmp_path, {RELEASE: text})

    found = lint(tmp_path, without(environments=["publish-core: crates-io", "publish-pypi: pypi"]))

    assert f"remote-steps {place}" in found.bad
    assert "remote-steps" in found.unknown


def test_a_script_of_a_publish_job_that_is_no_shell_is_unknown(tmp_path: Path) -> None:
    text = changed("      - name: Try it\n", "      - run: echo 'x «\n      - name: Try it\n")
    (place,) = lay(tmp_path, {RELEASE: text})

    found = lint(tmp_path)

    assert f"unread-script {place}" in found.bad
    assert "unread-script" in found.unknown


def test_a_publish_job_may_call_a_workflow_of_this_repository(tmp_path: Path) -> None:
    body = GOOD[GOOD.index("  publish-core:") : GOOD.index("  publish-pypi:")]
    steps = body[body.index("    steps:") :].replace(
        "${{ needs.guard.outputs.commit }}", "${{ inputs.commit }}"
    )
    text = GOOD.replace(
        body,
        body[: body.index("    steps:")].replace("    runs-on: ubuntu-latest\n", "")
        + f"    uses: ./{CALLED}\n\n",
    )
    inner = f"on: workflow_call\npermissions: {{}}\njobs:\n  inner:\n    runs-on: x\n{steps}"
    lay(tmp_path, {RELEASE: text, CALLED: inner})
    assert lint(tmp_path).bad == set()

    (tmp_path / CALLED).write_text(inner.replace("    runs-on: x\n", "    if: always()\n"))
    assert lint(tmp_path).rules == {"step-can-be-skipped"}

    (tmp_path / CALLED).write_text(
        inner.replace("    runs-on: x\n", "    continue-on-error: true\n")
    )
    assert lint(tmp_path).rules == {"continue-on-error"}


# Several files


SECOND = f"""on:
  push:
    tags: ["{TAGS}"]
permissions: {{}}
concurrency: release
jobs:
  build:
    steps: [{{run: make}}]
"""


def test_rules_hold_for_every_file_that_is_asked_for(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD, ".github/workflows/two.yml": SECOND})
    both = without(workflows=["release.yml", "two.yml"])
    assert lint(tmp_path, both).bad == set()

    (tmp_path / ".github/workflows/two.yml").write_text(
        SECOND.replace("concurrency: release", "concurrency: other")
    )
    assert lint(tmp_path, both).bad == {"concurrency .github/workflows/two.yml:1"}


def test_a_second_file_that_publishes_needs_gates_of_its_own(tmp_path: Path) -> None:
    """A job can need no job of another file."""
    more = "  publish-x:\n    needs: build\n    steps: [{run: cargo publish}]\n"
    lay(tmp_path, {RELEASE: GOOD, ".github/workflows/two.yml": SECOND + more})

    found = lint(tmp_path, without(workflows=["release.yml", "two.yml"]))

    assert "no-such-job .github/workflows/two.yml:1" in found.bad
    assert "cannot wait for publish-x" in found.told("not-needed")


def test_jobs_of_one_file_can_be_meant_alone(tmp_path: Path) -> None:
    more = f"  gate:\n    steps: [{{uses: a/require-ci-green{SHA}}}]\n"
    lay(tmp_path, {RELEASE: GOOD, ".github/workflows/two.yml": SECOND + more})
    files = ["release.yml", "two.yml"]

    assert lint(tmp_path, without(workflows=files)).rules == set()
    alone = without("gates", workflows=files, gates=["release.yml/gate", "guard"])
    assert lint(tmp_path, alone).rules == {"undeclared-job"}


def test_a_called_workflow_that_publishes_is_asked_for_its_own_concurrency(tmp_path: Path) -> None:
    """Nobody sees the caller's group, unless the caller is linted too."""
    text = GOOD.replace(f'on:\n  push:\n    tags: ["{TAGS}"]\n', "on: workflow_call\n")
    text = text.replace("concurrency:\n  group: release\n  cancel-in-progress: false\n", "")
    lay(tmp_path, {RELEASE: text})

    config = without("deployment-pattern", tag_pattern="none", triggers=["workflow_call"])

    assert lint(tmp_path, config).bad == {f"concurrency {RELEASE}:1"}


GATED = (
    SECOND.replace("    steps: [{run: make}]\n", "")
    + f"""    steps:
      - uses: org/release-actions/actions/guard-release-tag{SHA}
        id: guard
      - uses: org/release-actions/require-ci-green{SHA}
        if: steps.guard.outputs.release == 'true'
"""
)


@pytest.mark.parametrize(
    ("on", "skipped"),
    [
        pytest.param("on:\n", {"gate-can-be-skipped"}, id="nobody asks"),
        pytest.param("on:\n  workflow_call:\n", set(), id="the caller may ask"),
    ],
)
def test_a_gate_that_is_skipped_with_nothing_behind_it_demands_nothing(
    tmp_path: Path, on: str, skipped: set[str]
) -> None:
    """All of no jobs demand what the step was run for, and none does."""
    lay(tmp_path, {RELEASE: GATED.replace("on:\n", on)})
    config = {role: ["none"] for role in ("attest", "provenance", "publish", "undraft")}

    found = lint(tmp_path, {**config, "gates": ["build"], "tag-pattern": TAGS})

    assert found.rules & {"gate-can-be-skipped"} == skipped


# The changelog (O34)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param('[git]\ntag_pattern = "v.*" «\n', True, id="another pattern"),
        pytest.param(f'[git]\n# tag_pattern = "{TAGS}"\n', False, id="in a comment"),
        pytest.param(f'[changelog]\ntag_pattern = "{TAGS}"\n', False, id="of another table"),
        pytest.param("[git]\ntag_pattern = 1\n", False, id="no text"),
        pytest.param("[git]\ntag_pattern = [ «\n", False, id="no TOML"),
        pytest.param("[git]\ntag_pattern = " + "[" * 9_999, False, id="nested to break us"),
    ],
)
def test_the_changelog_takes_the_tags_that_start_a_release(
    text: str, place: bool, tmp_path: Path
) -> None:
    places = lay(tmp_path, {RELEASE: GOOD, "cliff.toml": text})

    found = lint(tmp_path)

    assert found.rules == {"changelog-pattern"}
    if place:
        assert found.bad == {f"changelog-pattern {p}" for p in places}


def test_a_changelog_that_is_no_utf8_fails_and_one_of_another_pattern_can_be_declared(
    tmp_path: Path,
) -> None:
    lay(tmp_path, {RELEASE: GOOD, "docs/cliff.toml": '[git]\ntag_pattern = "^v[0-9]"\n'})
    named = without(changelog="docs/cliff.toml", changelog_pattern="^v[0-9]")
    assert lint(tmp_path, named).bad == set()

    (tmp_path / "docs/cliff.toml").write_bytes(b"[git]\n\xff\n")
    assert lint(tmp_path, named).bad == {"changelog-pattern docs/cliff.toml:2"}
    assert lint(tmp_path, without(changelog="none")).bad == set()


def test_a_tag_pattern_that_nothing_is_started_by_is_refused(tmp_path: Path) -> None:
    text = changed(f'on:\n  push:\n    tags: ["{TAGS}"]\n', "on: [workflow_dispatch]\n")
    lay(tmp_path, {RELEASE: text, "cliff.toml": CLIFF})
    events = without(triggers=["workflow_dispatch"])

    assert lint(tmp_path, events).rules == {"tag-pattern"}
    assert lint(tmp_path, events | {"tag-pattern": "none"}).rules == set()


def test_provenance_without_the_generator_must_name_its_file(tmp_path: Path) -> None:
    """M8-like releases sign by hand; exactly the declared name counts (O19)."""
    start, end = (
        GOOD.index("    permissions:\n      actions: read\n      id-token"),
        GOOD.index("  draft:"),
    )
    by_hand = "    steps:\n      - run: make provenance > ordvec.intoto.jsonl\n\n"
    lay(tmp_path, {RELEASE: GOOD[:start] + by_hand + GOOD[end:]})
    config = without("by-tag", **{"id-token": ["attest", "publish-*"]})
    assert lint(tmp_path, config).bad == set()

    lay(tmp_path, {RELEASE: GOOD[:start] + by_hand.replace("> ordvec", "# ordvec") + GOOD[end:]})
    assert lint(tmp_path, config).rules == {"provenance-name"}


@pytest.mark.parametrize(
    ("step", "hides"),
    [
        pytest.param(
            "shell: pwsh\n        run: gh release edit v1 --draft:$false", True, id="pwsh"
        ),
        pytest.param("run: |\n          cargo publish 'x", True, id="no shell"),
        pytest.param("run: |\n          make 'x", False, id="no shell, and nothing of the kind"),
        pytest.param("shell: python\n        run: import hashlib", False, id="python"),
    ],
)
def test_what_is_not_read_does_not_publish_in_silence(
    step: str, hides: bool, tmp_path: Path
) -> None:
    text = GOOD + OTHER + f"      - name: A step «\n        {step}\n"
    (place,) = lay(tmp_path, {RELEASE: text})

    assert lint(tmp_path).bad == ({f"unread-script {place}"} if hides else set())


def test_what_was_not_looked_at_is_no_evidence(tmp_path: Path) -> None:
    """A pass of a rule that saw nothing would be believed by whoever reads the table."""
    lay(tmp_path, {RELEASE: "on: [\n"})
    assert {f.outcome for f in lint(tmp_path).findings} == {"failed"}

    lay(tmp_path, {RELEASE: GOOD})
    seen = {f.rule for f in lint(tmp_path, {}).findings if f.outcome == "ok"}
    assert not seen & {"not-needed", "step-order", "undraft-points", "dist-extra", "required-file"}
    assert not seen & {"gate-can-be-skipped", "provenance-name", "changelog-pattern"}


def test_an_order_of_packages_across_files_is_no_order(tmp_path: Path) -> None:
    more = "  publish-x:\n    needs: build\n    steps: [{run: cargo publish}]\n"
    lay(tmp_path, {RELEASE: GOOD, ".github/workflows/two.yml": SECOND + more})

    config = without(workflows=["release.yml", "two.yml"], after=["publish-x: publish-core"])

    assert "cannot wait for publish-core" in lint(tmp_path, config).told("not-needed")


def test_a_job_that_publishes_and_un_drafts_does_it_in_this_order(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("  undraft:\n")].rstrip() + "\n"
    step = f"      - uses: a/publish-draft-release{SHA}\n"
    lay(tmp_path, {RELEASE: text + step})
    config = without("undraft", undraft=["publish-pypi"])
    assert lint(tmp_path, config).bad == set()

    early = text.replace("      - uses: pypa/", f"{step}      - uses: pypa/")
    lay(tmp_path, {RELEASE: early})
    assert lint(tmp_path, config).rules == {"step-order"}
