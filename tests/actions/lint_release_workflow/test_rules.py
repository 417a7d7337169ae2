# ruff: noqa: E501  # workflows stand here as people write them
"""Each rule, broken in a workflow that is otherwise right, is refused by its name and its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.actions.lint_release_workflow.flows import (
    CLIFF,
    CONFIG,
    GENERATOR,
    GOOD,
    RELEASE,
    SHA,
    TAGS,
    changed,
    lay,
    lint,
    table,
    without,
)

CHECKOUT = "actions/checkout@1af3b93b6815bc44a9784bd300feb67ff0d1eeb3 # v6.0.0"
STAGE = f"      - uses: org/release-actions/actions/stage-draft-release{SHA}\n"
PUBLIC = f"""      - name: Make it public
        uses: org/release-actions/actions/publish-draft-release{SHA}
"""
CORE = """        run: cargo publish --no-verify --locked -p ordvec
"""
PRE = """        with:
          mode: pre-publish
"""
PYPI = "      - uses: pypa/gh-action-pypi-publish@5555555555555555555555555555555555555555 # v1\n"
DIST = """          name: dist-ordvec
          path: dist
"""
IN_GATE = """      - name: Its commit is the green head of main
"""


def job(name: str, more: str = "") -> str:
    """The first lines of a job, to be put before others."""
    return f"  {name}:\n{more}"


def jobs(text: str, old: str = "") -> str:
    """The workflow with one more job at its end."""
    return (old or GOOD) + text


OTHER = """
  other:
    needs: undraft
    runs-on: ubuntu-latest
    steps:
"""

# Our own canonicalize-pypi-dists settles the artifact once more, from its folder into dist.
SETTLE = f"""      - uses: org/release-actions/canonicalize-pypi-dists{SHA}
        with: {{built-directory: built, output-directory: dist}}
"""
SETTLED = changed(
    PYPI, SETTLE + PYPI, changed(DIST, "          name: dist-ordvec\n          path: ./built\n")
)
# Our own publish-crates compares, fetches its token, publishes and reads back by itself.
FIRST = GOOD.index("      - name: The package is the attested one")
LAST = GOOD.index("\n  publish-pypi:")
BY_OURS = f"      - uses: org/release-actions/actions/publish-crates{SHA}\n"


def whole(step: str) -> str:
    """publish-core by this step alone."""
    return GOOD[:FIRST] + step + GOOD[LAST:]


# name: (rule, the workflow with « on each line that is told)
BROKEN: dict[str, tuple[str, str]] = {
    # Pins (O29, O19, D-M17)
    "a moving tag": ("not-pinned", changed(f"{PYPI}", f"{PYPI[:40]}@release/v1 «\n")),
    "a short commit": (
        "not-pinned",
        jobs(OTHER + "      - uses: a/b@1af3b93 «\n"),
    ),
    "no version at all": ("not-pinned", jobs(OTHER + "      - uses: a/b «\n")),
    "our own library by tag": (
        "not-pinned",
        changed(
            f"org/release-actions/require-ci-green{SHA}",
            "org/release-actions/require-ci-green@v1 «",
        ),
    ),
    "an image by tag": (
        "not-pinned",
        jobs(OTHER + "      - uses: docker://rhysd/actionlint:latest «\n"),
    ),
    "a commit that stands in a comment only": (
        "not-pinned",
        jobs(OTHER + "      - uses: a/b@v1 # @1af3b93b6815bc44a9784bd300feb67ff0d1eeb3 «\n"),
    ),
    "the generator by a moving tag": (
        "not-pinned",
        changed(f"{GENERATOR}@v2.1.0", f"{GENERATOR}@v2 «"),
    ),
    "a called workflow by branch": (
        "not-pinned",
        jobs("\n  other:\n    uses: a/b/.github/workflows/c.yml@main «\n"),
    ),
    # Checkouts
    "a checkout that keeps its token": (
        "keeps-credentials",
        jobs(OTHER + f"      - uses: {CHECKOUT} «\n"),
    ),
    "a checkout that says so": (
        "keeps-credentials",
        jobs(
            OTHER
            + f"      - uses: {CHECKOUT}\n        with:\n          persist-credentials: true «\n"
        ),
    ),
    "persist-credentials in a comment": (
        "keeps-credentials",
        jobs(OTHER + f"      - uses: {CHECKOUT} «\n        # with: persist-credentials: false\n"),
    ),
    "persist-credentials beside with": (
        "keeps-credentials",
        jobs(
            OTHER
            + f"      - uses: {CHECKOUT} «\n        env:\n          persist-credentials: false\n"
        ),
    ),
    # Permissions
    "no top-level permissions": ("top-permissions", "«" + changed("permissions: {}\n", "\n")),
    "top-level permissions in a comment": (
        "top-permissions",
        "«" + changed("permissions: {}\n", "# permissions: {}\n"),
    ),
    "read-all": ("top-permissions", changed("permissions: {}\n", "permissions: read-all «\n")),
    "write-all": ("top-permissions", changed("permissions: {}\n", "permissions: write-all «\n")),
    "permissions of nothing": ("top-permissions", changed("permissions: {}\n", "permissions: «\n")),
    "a write for every job": (
        "top-permissions",
        changed("permissions: {}\n", "permissions:\n  contents: read\n  packages: write «\n"),
    ),
    "flow style": (
        "top-permissions",
        changed("permissions: {}\n", "permissions: {contents: read, id-token: write} «\n"),
    ),
    "a job granted all": (
        "job-permissions",
        jobs("\n  other:\n    permissions: read-all «\n    steps: [{run: make}]\n"),
    ),
    # Identity tokens
    "an identity token for another job": (
        "id-token",
        jobs("\n  other:\n    permissions:\n      id-token: write «\n    steps: [{run: make}]\n"),
    ),
    "an identity token by an alias": (
        "id-token",
        jobs(
            "\n  other:\n    permissions: *may\n    steps: [{run: make}]\n",
            changed(
                "    permissions:\n      id-token: write\n      attestations: write\n",
                "    permissions: &may\n      id-token: write «\n      attestations: write\n",
            ),
        ),
    ),
    "an allowed job that does not ask for it": (
        "id-token",
        changed(
            "  attest:\n    needs: [build, package]\n    runs-on: ubuntu-latest\n    permissions:\n"
            "      id-token: write\n",
            "  attest: «\n    needs: [build, package]\n    runs-on: ubuntu-latest\n    permissions:\n",
        ),
    ),
    # Environments
    "another environment": (
        "environment",
        changed("environment: crates-io", "environment: test «"),
    ),
    "no environment": (
        "environment",
        changed("  publish-core:", "  publish-core: «").replace("    environment: crates-io\n", ""),
    ),
    "an environment in a comment": (
        "environment",
        changed("  publish-core:", "  publish-core: «").replace(
            "    environment:", "    # environment:", 1
        ),
    ),
    "an environment by expression": (
        "environment",
        changed("environment: crates-io", "environment: ${{ github.ref_name }} «"),
    ),
    "an environment that is not declared": (
        "environment",
        jobs("\n  other:\n    environment: prod «\n    steps: [{run: make}]\n"),
    ),
    # Triggers
    "pull_request_target": ("trigger", changed("on:\n", "on:\n  pull_request_target: «\n")),
    "workflow_run": (
        "trigger",
        changed("on:\n", "on:\n  workflow_run: «\n    workflows: [CI]\n    types: [completed]\n"),
    ),
    "a pull request of a fork": ("trigger", changed("on:\n", "on:\n  pull_request: «\n")),
    "a comment of a stranger": ("trigger", changed("on:\n", "on:\n  issue_comment: «\n")),
    "one that is not declared": ("trigger", changed("on:\n", "on:\n  workflow_dispatch: «\n")),
    # One pattern of tags (O34, D-W9, D-W10)
    "any v tag": ("tag-pattern", changed(f'tags: ["{TAGS}"]', 'tags: ["v*"] «')),
    "two patterns": ("tag-pattern", changed(f'tags: ["{TAGS}"]', f'tags: ["{TAGS}", "dev"] «')),
    "a branch too": (
        "tag-pattern",
        changed(f'tags: ["{TAGS}"]', f'tags: ["{TAGS}"]\n    branches: [main] «'),
    ),
    "any push": ("tag-pattern", changed(f'  push:\n    tags: ["{TAGS}"]\n', "  push: «\n")),
    "a pattern in a comment": (
        "tag-pattern",
        changed(f'  push:\n    tags: ["{TAGS}"]\n', f'  push: «\n    # tags: ["{TAGS}"]\n'),
    ),
    # Concurrency (O32, D-M12)
    "no concurrency": (
        "concurrency",
        "«" + changed("concurrency:\n  group: release\n  cancel-in-progress: false\n", ""),
    ),
    "concurrency in a comment": (
        "concurrency",
        "«"
        + changed(
            "concurrency:\n  group: release\n  cancel-in-progress: false\n",
            "# concurrency: release\n",
        ),
    ),
    "a group for each ref": (
        "concurrency",
        changed("group: release", "group: release-${{ github.ref }} «"),
    ),
    "a group for each run": (
        "concurrency",
        changed("group: release", "group: ${{ github.run_id }} «"),
    ),
    "no group": ("concurrency", changed("  group: release\n  cancel", "  «cancel")),
    "a run that is cut off": (
        "cancels",
        changed("cancel-in-progress: false", "cancel-in-progress: true «"),
    ),
    "one that may be cut off": (
        "cancels",
        changed(
            "cancel-in-progress: false", "cancel-in-progress: ${{ github.event_name == 'push' }} «"
        ),
    ),
    "a job that is cut off": (
        "cancels",
        jobs(
            "\n  other:\n    concurrency:\n      group: x\n      cancel-in-progress: true «\n"
            "    steps: [{run: make}]\n"
        ),
    ),
    # needs
    "publish that does not need the draft": (
        "not-needed",
        changed("needs: [guard, draft]", "needs: [guard, gate] «"),
    ),
    "needs in a comment": (
        "not-needed",
        changed("needs: [guard, draft]", "needs: # [guard, draft]\n      - gate «"),
    ),
    "publish that needs nothing": (
        "not-needed",
        changed("  publish-core:\n    needs: [guard, draft]\n", "  publish-core: «\n"),
    ),
    "the un-draft without PyPI": (
        "not-needed",
        changed("needs: [publish-core, publish-pypi]", "needs: publish-core «"),
    ),
    # O26
    "a package before what it depends on": (
        "not-needed",
        changed("    needs: publish-core\n", "    needs: draft «\n"),
    ),
    # Conditions
    "always": (
        "can-be-skipped",
        changed("    needs: [guard, draft]\n", "    needs: [guard, draft]\n    if: always() «\n"),
    ),
    "not cancelled": (
        "can-be-skipped",
        changed(
            "    needs: [guard, draft]\n",
            "    needs: [guard, draft]\n    if: ${{ !cancelled() }} «\n",
        ),
    ),
    "neither failed nor cancelled, but perhaps skipped": (
        "can-be-skipped",
        changed(
            "    needs: [guard, draft]\n",
            "    needs: [guard, draft]\n    if: ${{ !failure() && !cancelled() }} «\n",
        ),
    ),
    "the result of one need only": (
        "can-be-skipped",
        changed(
            "    needs: [guard, draft]\n",
            "    needs: [guard, draft]\n    if: always() && needs.guard.result == 'success' «\n",
        ),
    ),
    "a result, or else": (
        "can-be-skipped",
        changed(
            "    needs: [guard, draft]\n",
            "    needs: [guard, draft]\n"
            "    if: always() && (needs.draft.result == 'success' || true) «\n",
        ),
    ),
    "a condition that is a text, and so true": (
        "can-be-skipped",
        changed(
            "    needs: [guard, draft]\n",
            "    needs: [guard, draft]\n    if: ${{ false }} && needs.draft.result == 'success' «\n",
        ),
    ),
    "always on the way": (
        "can-be-skipped",
        changed(
            "    needs: [attest, provenance]\n",
            "    needs: [attest, provenance]\n    if: always() «\n",
        ),
    ),
    "the un-draft after a failure": (
        "can-be-skipped",
        changed(
            "    needs: [publish-core, publish-pypi]\n",
            "    needs: [publish-core, publish-pypi]\n    if: always() «\n",
        ),
    ),
    "a gate's step that is skipped": (
        "gate-can-be-skipped",
        changed(IN_GATE, "      - if: github.event_name == 'push' «\n        name: Its commit\n"),
    ),
    "a gate's step that only one output lets run": (
        "gate-can-be-skipped",
        changed(
            IN_GATE, "      - if: steps.x.outputs.release == 'true' «\n        name: Its commit\n"
        ),
    ),
    # Going on after a failure (D-W9)
    "a gate that may fail": (
        "continue-on-error",
        changed("  gate:\n", "  gate: «\n    continue-on-error: true\n"),
    ),
    "a step of a gate that may fail": (
        "continue-on-error",
        changed(IN_GATE, "      - name: Its commit «\n        continue-on-error: true\n"),
    ),
    "a step that may fail by expression": (
        "continue-on-error",
        changed(
            IN_GATE, "      - name: Its commit «\n        continue-on-error: ${{ inputs.x }}\n"
        ),
    ),
    "a failure that the script swallows": (
        "continue-on-error",
        changed(
            "      - name: The files are the built ones\n        run: sha256sum --check checksums.sha256\n",
            "      - name: The files are the built ones «\n"
            "        run: sha256sum --check checksums.sha256 || true\n",
        ),
    ),
    # Steps of a publish job (O21, O24, O25)
    "errors that do not end the script": (
        "continue-on-error",
        changed("      - name: Try it\n", "      - name: Try it «\n").replace(
            "        run: cargo publish --dry-run",
            "        run: set +o errexit; cargo publish --dry-run",
        ),
    ),
    "a gate's step that runs after a failure": (
        "gate-can-be-skipped",
        changed(IN_GATE, "      - if: failure() «\n        name: Its commit\n"),
    ),
    "no identity": (
        "step-missing",
        changed("  publish-core:", "  publish-core: «").replace(
            "mode: pre-publish", "mode: package"
        ),
    ),
    "a mode that only the run knows": (
        "step-missing",
        changed("  publish-core:", "  publish-core: «").replace(
            "mode: pre-publish", "mode: ${{ inputs.mode }}"
        ),
    ),
    "no dry run": (
        "step-missing",
        changed("  publish-core:", "  publish-core: «").replace(
            "        run: cargo publish --dry-run --locked -p ordvec\n",
            "        run: |\n          # cargo publish --dry-run --locked -p ordvec\n          echo cargo publish --dry-run\n",
        ),
    ),
    "no token": (
        "step-missing",
        changed("  publish-core:", "  publish-core: «").replace(
            "rust-lang/crates-io-auth-action@", "a/b@"
        ),
    ),
    "no read-back": (
        "step-missing",
        changed("  publish-core:", "  publish-core: «").replace(
            "mode: post-publish", "mode: package"
        ),
    ),
    "a token before the identity": (
        "step-order",
        changed(
            "      - name: The package is the attested one\n",
            "      - uses: rust-lang/crates-io-auth-action@4444444444444444444444444444444444444444 «\n"
            "      - name: The package is the attested one\n",
        ),
    ),
    "a publish before the dry run": (
        "step-order",
        changed(
            "      - name: Try it\n",
            "      - run: cargo publish -p ordvec «\n      - name: Try it\n",
        ),
    ),
    "a second publish after the read-back": (
        "step-order",
        changed(
            "      - name: What is served is the attested one\n",
            "      - name: What is served is the attested one «\n",
        ).replace(
            "          mode: post-publish\n",
            "          mode: post-publish\n      - run: cargo publish -p ordvec-cli\n",
        ),
    ),
    "a publish after a failure": (
        "step-can-be-skipped",
        changed("      - name: Publish it\n", "      - name: Publish it «\n        if: always()\n"),
    ),
    "an identity that is skipped": (
        "step-can-be-skipped",
        changed(
            "      - name: The package is the attested one\n",
            "      - name: The package is the attested one «\n        if: inputs.thorough\n",
        ),
    ),
    "an un-draft after a failure": (
        "step-can-be-skipped",
        changed(
            "      - name: Make it public\n",
            "      - name: Make it public «\n        if: ${{ !cancelled() }}\n",
        ),
    ),
    "a token for every step": (
        "early-token",
        changed(
            "    environment: crates-io\n",
            "    environment: crates-io\n    env:\n      T: ${{ secrets['CARGO_TOKEN'] }} «\n"
            "      G: ${{ secrets.GITHUB_TOKEN }}\n",
        ),
    ),
    "a token for every job": (
        "early-token",
        changed(
            "permissions: {}\n", "permissions: {}\nenv: { T: '${{ secrets.CARGO_TOKEN }}' } «\n"
        ),
    ),
    "a publish in a matrix": (
        "publish-matrix",
        changed(
            "    environment: crates-io\n",
            "    environment: crates-io\n    strategy:\n      matrix:\n        package: [a, b] «\n",
        )
        .replace("package: [a, b] «", "package: [a, b]")
        .replace("      matrix:\n        pack", "      matrix:\n       « pack"),
    ),
    # One un-draft (O27)
    "a second un-draft": (
        "undraft-points",
        changed(
            PUBLIC,
            f"{PUBLIC.replace('public', 'public «', 1)}      - run: gh release edit v1 --draft=false «\n",
        ),
    ),
    "no un-draft": (
        "undraft-points",
        "«" + changed(PUBLIC, "      - run: make\n      # gh release edit --draft=false\n"),
    ),
    "an un-draft in a matrix": (
        "undraft-points",
        changed(
            "    needs: [publish-core, publish-pypi]\n",
            "    needs: [publish-core, publish-pypi]\n    strategy:\n      matrix:\n       « a: [1, 2]\n",
        ),
    ),
    # dist (O16, D-O14)
    "a crate by a pattern": (
        "crate-glob",
        changed(
            "path: target/package/ordvec-${{ needs.guard.outputs.version }}.crate",
            "path: target/package/*.crate «",
        ),
    ),
    "the folder of all crates": (
        "crate-glob",
        changed(
            "path: target/package/ordvec-${{ needs.guard.outputs.version }}.crate",
            "path: target/package/ «",
        ),
    ),
    "a second artifact into dist": (
        "dist-extra",
        changed(
            PYPI,
            "      - uses: actions/download-artifact@2222222222222222222222222222222222222222 «\n"
            "        with: {name: sbom, path: dist/}\n" + PYPI,
        ),
    ),
    "every artifact into dist": (
        "dist-extra",
        changed(
            PYPI,
            "      - uses: actions/download-artifact@2222222222222222222222222222222222222222 «\n"
            "        with: {path: dist, merge-multiple: true}\n" + PYPI,
        ),
    ),
    "an artifact above dist": (
        "dist-extra",
        changed(
            PYPI,
            "      - uses: actions/download-artifact@2222222222222222222222222222222222222222 «\n"
            "        with: {name: all}\n" + PYPI,
        ),
    ),
    "an artifact whose name only the run knows": (
        "dist-extra",
        changed(
            PYPI,
            "      - uses: actions/download-artifact@2222222222222222222222222222222222222222 «\n"
            "        with: {name: '${{ inputs.x }}', path: x}\n" + PYPI,
        ),
    ),
    "a file copied into dist": (
        "dist-extra",
        changed(PYPI, "      - run: cp sbom.json dist/ «\n" + PYPI),
    ),
    "a file copied by the workspace": (
        "dist-extra",
        changed(PYPI, '      - run: cp x "$PWD/dist/" «\n' + PYPI),
    ),
    "a step that stands in dist": (
        "dist-extra",
        changed(
            PYPI, "      - run: curl -O https://a/x «\n        working-directory: ./dist\n" + PYPI
        ),
    ),
    "a script that is not read": (
        "dist-extra",
        changed(PYPI, "      - run: open('dist/x', 'w') «\n        shell: python\n" + PYPI),
    ),
    "a file written into dist": (
        "dist-extra",
        changed(PYPI, "      - run: echo x > dist/notes «\n" + PYPI),
    ),
    "a step in dist": (
        "dist-extra",
        changed(PYPI, "      - run: cd dist && curl -O https://example.com/x «\n" + PYPI),
    ),
    "an action that is given dist": (
        "dist-extra",
        changed(
            PYPI,
            f"      - uses: a/sbom{SHA} «\n        with: {{output: ./dist/sbom.json}}\n" + PYPI,
        ),
    ),
    "a second maker of the artifact": (
        "dist-extra",
        jobs(
            OTHER
            + f"      - uses: actions/upload-artifact{SHA} «\n        with: {{name: dist-ordvec, path: x}}\n",
            changed(
                "      - uses: actions/upload-artifact@1111111111111111111111111111111111111111 # v4\n"
                "        with:\n          name: dist-ordvec",
                "      - uses: actions/upload-artifact@1111111111111111111111111111111111111111 # v4 «\n"
                "        with:\n          name: dist-ordvec",
            ),
        ),
    ),
    "a file beside what is settled": (
        "dist-extra",
        changed(PYPI, "      - run: cp sbom.json dist/ «\n" + PYPI, SETTLED),
    ),
    "a file put there before it is settled": (
        "dist-extra",
        changed(SETTLE, "      - run: cp sbom.json dist/ «\n" + SETTLE, SETTLED),
    ),
    "a file beside what will be settled": (
        "dist-extra",
        changed(SETTLE, "      - run: cp sbom.json built/ «\n" + SETTLE, SETTLED),
    ),
    "the artifact beside what is settled": (
        "dist-extra",
        changed(
            PYPI,
            f"      - uses: actions/download-artifact{SHA} «\n"
            "        with: {name: dist-ordvec, path: dist}\n" + PYPI,
            SETTLED,
        ),
    ),
    "settled from what nobody brought": (
        "dist-extra",
        SETTLED.replace("built-directory: built", "built-directory: other").replace(
            PYPI, PYPI.replace("\n", " «\n")
        ),
    ),
    "settled from where only the run knows": (
        "dist-extra",
        SETTLED.replace("built-directory: built", "built-directory: '${{ inputs.x }}'").replace(
            PYPI, PYPI.replace("\n", " «\n")
        ),
    ),
    "settled twice": (
        "dist-extra",
        changed(PYPI, SETTLE + PYPI.replace("\n", " «\n"), SETTLED),
    ),
    "settled by a stranger of that name": (
        "dist-extra",
        SETTLED.replace("org/release-actions/canonicalize", "a/b/canonicalize").replace(
            PYPI, PYPI.replace("\n", " «\n")
        ),
    ),
    "read back instead of settled": (
        "dist-extra",
        SETTLED.replace("output-directory: dist}", "output-directory: dist, mode: served}").replace(
            PYPI, PYPI.replace("\n", " «\n")
        ),
    ),
    "publish-crates for a trial": (
        "step-missing",
        whole(f"{BY_OURS}        with: {{dry-run: true}}\n").replace(
            "  publish-core:\n", "  publish-core: «\n"
        ),
    ),
    "publish-crates of a stranger": (
        "step-missing",
        whole(f"      - uses: a/publish-crates{SHA}\n").replace(
            "  publish-core:\n", "  publish-core: «\n"
        ),
    ),
    "publish-crates, and another upload behind it": (
        "step-order",
        whole(f"{BY_OURS.rstrip()} «\n      - run: cargo publish -p other\n"),
    ),
    # Provenance (O19, O29)
    "another name": (
        "provenance-name",
        changed("provenance-name: ordvec.intoto.jsonl", "provenance-name: ordvec.json «"),
    ),
    "a name by expression": (
        "provenance-name",
        changed(
            "provenance-name: ordvec.intoto.jsonl",
            "provenance-name: ${{ inputs.x }}.intoto.jsonl «",
        ),
    ),
    "assets of the generator's own": (
        "upload-assets",
        changed("upload-assets: false", "upload-assets: true «"),
    ),
    "assets by expression": (
        "upload-assets",
        changed("upload-assets: false", "upload-assets: ${{ inputs.x }} «"),
    ),
    # Declared, and what is not
    "a publish job that nobody declared": (
        "undeclared-job",
        jobs(OTHER + "      - name: Oops\n        run: twine upload x/*\n").replace(
            "      - name: Oops", "      - name: Oops «"
        ),
    ),
    "a publish by an action that runs commands": (
        "undeclared-job",
        jobs(OTHER + f"      - uses: a/retry{SHA} «\n        with: {{command: cargo publish}}\n"),
    ),
    "a publish by an action of that program": (
        "undeclared-job",
        jobs(
            OTHER + f"      - uses: PyO3/maturin-action{SHA} «\n        with: {{command: upload}}\n"
        ),
    ),
    "a program that only the run knows, and publishes": (
        "unread-script",
        jobs(OTHER + "      - run: $TOOL publish «\n"),
    ),
    "an un-draft that nobody declared": (
        "undeclared-job",
        jobs(OTHER + "      - run: gh release edit v1 --draft=false «\n"),
    ),
    "a gate that nobody declared": (
        "undeclared-job",
        jobs(OTHER + f"      - uses: org/release-actions/require-ci-green{SHA} «\n"),
    ),
    "an attest job that nobody declared": (
        "undeclared-job",
        jobs(OTHER + f"      - uses: actions/attest{SHA} «\n"),
    ),
    "provenance that nobody declared": (
        "undeclared-job",
        jobs(
            f"\n  other: «\n    uses: {GENERATOR}@v2.1.0\n    with: {{provenance-name: ordvec.intoto.jsonl}}\n"
        ),
    ),
    "a gate that does nothing": (
        "idle-job",
        changed("  gate:\n", "  gate: «\n").replace(
            f"""{IN_GATE}        uses: org/release-actions/require-ci-green{SHA}
        with:
          workflows: ci.yml
          commit: ${{{{ needs.guard.outputs.commit }}}}
""",
            "      - run: |\n          # release-actions require-ci-green --workflows ci.yml\n          echo green\n",
        ),
    ),
    "a gate that only checks out": (
        "idle-job",
        changed("  guard:\n", "  guard: «\n").replace(
            f"      - id: guard\n        uses: org/release-actions/actions/guard-release-tag{SHA}\n",
            "",
        ),
    ),
    "a job that attests nothing": (
        "idle-job",
        changed("  attest:\n", "  attest: «\n").replace("actions/attest-build-provenance@", "a/b@"),
    ),
}


@pytest.mark.parametrize(("rule", "text"), BROKEN.values(), ids=BROKEN)
def test_what_is_wrong_is_refused_by_its_rule_at_its_line(
    rule: str, text: str, tmp_path: Path
) -> None:
    """O29, O27, O32, O34, O16, O19, O21, O24, O25; D-O13, D-O14, D-M12, D-M17, D-W9, D-W10."""
    places = lay(tmp_path, {RELEASE: text, "cliff.toml": CLIFF})
    assert places

    found = lint(tmp_path)

    assert {f"{rule} {place}" for place in places} <= found.bad, found.bad
    assert all(told.fix for told in found.findings if told.outcome.bad)


def test_the_whole_workflow_is_right(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD, "cliff.toml": CLIFF})

    found = lint(tmp_path)

    assert found.bad == set()
    assert "generator_generic_slsa3.yml@v2.1.0, which is pinned and not read" in found.told(
        "elsewhere"
    )


RIGHT: dict[str, str] = {
    "concurrency in one word": changed(
        "concurrency:\n  group: release\n  cancel-in-progress: false\n", "concurrency: release\n"
    ),
    "a group by the workflow's name": changed("group: release", "group: ${{ github.workflow }}-x"),
    "read for all": changed(
        "permissions: {}\n", "permissions:\n  contents: read\n  id-token: none\n"
    ),
    "every result is demanded": changed(
        "    needs: [guard, draft]\n",
        "    needs: [guard, draft]\n    if: |\n      always() && needs.guard.result == 'success' &&\n"
        "        'success' == needs['draft'].result\n",
    ),
    "success besides another condition": changed(
        "    needs: [guard, draft]\n",
        "    needs: [guard, draft]\n    if: success() && github.event_name == 'push'\n",
    ),
    "publish and read-back skipped together": changed(
        "      - name: Publish it\n",
        "      - name: Publish it\n        if: steps.x.outputs.todo == 'yes'\n",
    ).replace(
        "      - name: What is served is the attested one\n",
        "      - name: What is served is the attested one\n        if: ${{ steps.x.outputs.todo=='yes' }}\n",
    ),
    "a matrix one by one": changed(
        "    environment: crates-io\n",
        "    environment: crates-io\n    strategy:\n      max-parallel: 1\n      matrix: {a: [b, c]}\n",
    ),
    "a look at dist": changed(PYPI, "      - run: ls -l dist && twine check dist/*\n" + PYPI),
    "an artifact beside dist": changed(
        PYPI,
        f"      - uses: actions/download-artifact{SHA}\n        with: {{path: attested}}\n" + PYPI,
    ),
    "events as a list in flow style": changed(
        "needs: [guard, draft]", "needs: [\n      guard, # first\n      draft\n    ]"
    ),
    "an image by digest": jobs(OTHER + f"      - uses: docker://a/b@sha256:{'0' * 64}\n"),
    "a draft by hand": jobs(OTHER + "      - run: gh release create v1 --draft\n"),
    "an anchored checkout": jobs(
        OTHER + "      - *checkout\n",
        GOOD.replace(
            f"      - uses: {CHECKOUT}", f"      - &checkout\n        uses: {CHECKOUT}", 1
        ),
    ),
    "a gate's step skipped with all that follows": changed(
        f"      - id: guard\n        uses: org/release-actions/actions/guard-release-tag{SHA}\n",
        f"      - id: guard\n        uses: org/release-actions/actions/guard-release-tag{SHA}\n"
        f"      - uses: org/release-actions/require-ci-green{SHA}\n"
        "        if: steps.guard.outputs.release == 'true'\n",
    ),
    "a title that reads like a command": jobs(
        OTHER
        + f"      - uses: a/issue{SHA}\n        with: {{title: cargo publish, body: gh release edit}}\n"
    ),
    "a gate's step after success": changed(IN_GATE, f"{IN_GATE}        if: success()\n"),
    "PyPI by twine, from another folder": changed(
        PYPI, "      - run: twine upload -v out/*.whl\n"
    ).replace(
        "          name: dist-ordvec\n          path: dist\n",
        "          name: dist-ordvec\n          path: ./out/\n",
    ),
    "continue-on-error: false": changed("  gate:\n", "  gate:\n    continue-on-error: false\n"),
    "settled once more right before the upload": SETTLED,
    "byte order mark and CRLF": "\ufeff" + GOOD.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_what_is_right_in_another_way_passes(text: str, tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: text, "cliff.toml": CLIFF})

    assert lint(tmp_path).bad == set()


def test_publish_crates_of_ours_is_a_whole_publish_job(tmp_path: Path) -> None:
    """It compares with what was attested, mints its token, publishes and reads back."""
    config = without(steps=["publish-core: identity > token > publish > read-back"])
    lay(tmp_path, {RELEASE: whole(BY_OURS), "cliff.toml": CLIFF})

    assert lint(tmp_path, config).bad == set()
    assert table(lint(tmp_path, {}, suggest="true").suggested)["steps"] == config["steps"]


# What is declared

DECLARED: dict[str, tuple[str, dict[str, Any]]] = {
    "no gates": ("not-declared", without("gates")),
    "no un-draft": ("not-declared", without("undraft")),
    "no pattern of tags": ("not-declared", without("tag-pattern")),
    "no pattern of deployments": ("not-declared", without("deployment-pattern")),
    "no names of provenance": ("not-declared", without("provenance-names")),
    "a gate that is not there": ("no-such-job", without("gates", gates=["guard", "gate", "smoke"])),
    "a publish job that is not there": ("no-such-job", without("publish", publish=["release-*"])),
    "an environment of no job": (
        "no-such-job",
        without("environments", environments=[*CONFIG["environments"], "deploy: prod"]),
    ),
    "an order of no job": ("no-such-job", without("after", after=["publish-pypi: publish-base"])),
    "a step that is not there": (
        "no-such-step",
        without("identity-steps", identity_steps=[*CONFIG["identity-steps"], "Compare"]),
    ),
    "an exception that nothing uses": (
        "unused-exception",
        without("by-tag", by_tag=[GENERATOR, "a/b"]),
    ),
    "a job in two environments": (
        "environment",
        without("environments", environments=[*CONFIG["environments"], "publish-core: pypi"]),
    ),
    "another pattern of deployments": ("deployment-pattern", without(deployment_pattern="main")),
    "a wider pattern of tags": ("tag-pattern", without(tag_pattern="v*")),
    "dist of nobody": ("dist-undeclared", without("dist")),
    "another artifact": ("dist-extra", without(dist=["publish-pypi: dist-other"])),
    "a package without provenance": (
        "provenance-name",
        without(provenance_names=[*CONFIG["provenance-names"], "cli: cli.intoto.jsonl"]),
    ),
    "provenance of no package": (
        "provenance-name",
        without(provenance_names=["cli: cli.intoto.jsonl"]),
    ),
    "none, and yet one": ("undeclared-job", without(attest=["none"])),
    "a changelog that is not there": ("changelog-pattern", without(changelog="docs/cliff.toml")),
}


@pytest.mark.parametrize(("rule", "config"), DECLARED.values(), ids=DECLARED)
def test_a_declaration_that_does_not_fit_is_refused(
    rule: str, config: dict[str, Any], tmp_path: Path
) -> None:
    """A rule that looks at nothing must not pass."""
    lay(tmp_path, {RELEASE: GOOD, "cliff.toml": CLIFF})

    assert rule in lint(tmp_path, config).rules


@pytest.mark.parametrize(
    ("config", "what"),
    [
        pytest.param({"gates": "none, gate"}, "gates", id="none and a job"),
        pytest.param({"gates": "a b"}, "gates", id="no id of a job"),
        pytest.param({"triggers": "pull_request_target"}, "triggers", id="what a fork can start"),
        pytest.param({"triggers": "workflow_run"}, "triggers", id="what another run starts"),
        pytest.param({"steps": "a: publish > identity"}, "steps", id="another order"),
        pytest.param({"steps": "a: token > sign"}, "steps", id="no such step"),
        pytest.param({"environments": "pypi"}, "environments", id="no pair"),
        pytest.param({"environments": "a b: pypi"}, "environments", id="no job in the pair"),
        pytest.param({"provenance-names": "a: a.json"}, "provenance-names", id="no provenance"),
        pytest.param(
            {"provenance-names": "a: a.intoto.jsonl, b: a.intoto.jsonl"},
            "provenance-names",
            id="one provenance for two",
        ),
        pytest.param({"by-tag": "a/b@v1"}, "by-tag", id="an exception with a version"),
        pytest.param({"required-files": "LICENSE"}, "packages", id="files of no package"),
        pytest.param({"packages": "../x"}, "packages", id="a package outside"),
    ],
)
def test_inputs_that_make_no_sense_are_named(
    config: dict[str, Any], what: str, tmp_path: Path
) -> None:
    from release_actions.errors import UsageError

    with pytest.raises(UsageError, match=f"`{what}`"):
        lint(tmp_path, config)


def test_what_is_not_declared_is_told_once(tmp_path: Path) -> None:
    lay(tmp_path, {RELEASE: GOOD, "cliff.toml": CLIFF})

    assert lint(tmp_path, without("provenance-names")).rules == {"not-declared"}
    assert lint(tmp_path, without("gates")).rules == {"not-declared"}
