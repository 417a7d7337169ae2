# ruff: noqa: E501  # parts of workflows stand here as people write them
"""Two workflows may release side by side where each says what it publishes, and it is not the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from release_actions import house
from tests.actions.lint_release_workflow.flows import RELEASE, SHA, changed, lay, lint

TWO, THREE = ".github/workflows/two.yml", ".github/workflows/three.yml"
FINE = "release: one release at a time, none cut off -> "


def template(name: str) -> str:
    text = (house.root() / f"workflows-templates/{name}.yml").read_text(encoding="utf-8")
    return text.replace("@<sha>", SHA)


def pypi(project: str) -> str:
    text = changed("PROJECT: acme-app", f"PROJECT: {project}", template("pypi"))
    return changed("group: publish-pypi", f"group: pypi-{project.lower()}", text)


ONE, APP, CRATES = pypi("acme-tool"), pypi("acme-app"), template("crates")
TOP = "    environment: pypi # whose reviewers approve the upload\n"
UPLOAD = "      - if: steps.again.outputs.source != 'index'\n"
SERVED = "          mode: served\n"
GRANTS = "      contents: read # for the settings in the config file\n"
EXPECTED = "          expected-packages: |\n            acme-core\n            acme-cli\n"
SETTLED = "          output-directory: upload\n"
SCRIPT = "      - shell: python\n        run: os.system('twine upload dist/*')\n"
STAGE = f"      - uses: org/release-actions/actions/stage-draft-release{SHA}\n"
CARGO = "\n  cargo:\n    steps: [{run: cargo publish}]\n"


def drafts(text: str) -> str:
    return text + f"\n  draft:\n    permissions:\n      contents: write\n    steps:\n{STAGE}"


def told(folder: Path, *texts: str) -> str:
    """What is said of concurrency, and of which file."""
    paths = dict(zip((RELEASE, TWO, THREE), texts, strict=False))
    lay(folder, paths)
    workflows = [path.rpartition("/")[2] for path in paths]
    return lint(folder, {"workflows": workflows}).told("concurrency")


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param((ONE, APP), id="two projects"),
        pytest.param((ONE, APP, CRATES), id="two projects and crates"),
        pytest.param((pypi("acme-core"), CRATES), id="a project and a crate of one name"),
        pytest.param((APP, APP), id="one project in one group"),
        pytest.param((ONE, drafts(APP)), id="a release on GitHub beside"),
        pytest.param((ONE, APP.replace("${{ env.PROJECT }}", "acme-app")), id="written out"),
        pytest.param(
            (
                ONE,
                changed(SERVED, f"{SERVED}          token: ${{{{ secrets.GITHUB_TOKEN }}}}\n", APP),
            ),
            id="the token of the job",
        ),
    ],
)
def test_what_publishes_different_things_may_have_different_groups(
    tmp_path: Path, texts: tuple[str, ...]
) -> None:
    """O32: one release at a time, of the same thing."""
    assert told(tmp_path, *texts) == FINE


UNTOLD = {
    "an expression": (
        "does not say which packages",
        changed("PROJECT: acme-app", "PROJECT: ${{ vars.PROJECT }}", APP),
    ),
    "a variable of the job": (
        "does not say which packages",
        changed(TOP, f"{TOP}    env: {{PROJECT: acme-tool}}\n", APP),
    ),
    "a variable of a step, by an alias": (
        "does not say which packages",
        changed(UPLOAD, f"{UPLOAD}        env: *other\n", APP).replace(
            "          python-version: ",
            "          <<: &other {PROJECT: acme-tool}\n          python-version: ",
        ),
    ),
    "a variable that a script sets": (
        "sets variables that only the run knows",
        changed(UPLOAD, f"      - run: echo PROJECT=acme-tool >> $GITHUB_ENV\n{UPLOAD}", APP),
    ),
    "a folder that nobody settled": (
        "does not say which packages",
        changed(SETTLED, "", APP),
    ),
    "a secret of a step": (
        "it has secrets.DOCKER, and so may publish anywhere",
        changed(
            UPLOAD,
            f"      - env: {{K: '${{{{ secrets.DOCKER }}}}'}}\n        run: make\n{UPLOAD}",
            APP,
        ),
    ),
    "every secret": (
        "it has secrets, and so may publish anywhere",
        changed(
            UPLOAD,
            f"      - env: {{K: '${{{{ toJSON(secrets) }}}}'}}\n        run: make\n{UPLOAD}",
            APP,
        ),
    ),
    "the secrets of the caller": (
        "it has secrets that its caller has",
        f"{APP}\n  more:\n    uses: ./.github/workflows/more.yml\n    secrets: inherit\n",
    ),
    "a package of GitHub's": (
        "has `packages: write`",
        changed(GRANTS, f"{GRANTS}      packages: write\n", APP),
    ),
    "everything": (
        "is granted `write-all`",
        f"{APP}\n  x:\n    permissions: write-all\n    steps: []\n",
    ),
    "a workflow of others": (
        f"calls a/b/.github/workflows/c.yml{SHA}, which is not read",
        f"{APP}\n  more:\n    uses: a/b/.github/workflows/c.yml{SHA}\n",
    ),
    "a script that is not read": ("is not read", changed(UPLOAD, SCRIPT + UPLOAD, APP)),
    "another upload": ("in job cargo does not say which packages", APP + CARGO),
    "crates that are not named": (
        "does not say which packages",
        changed(EXPECTED, "", CRATES),
    ),
    "nothing": (
        "no step of it publishes a package by its name",
        "on: workflow_dispatch\npermissions: {}\nconcurrency: x\njobs: {a: {steps: [{run: make}]}}\n",
    ),
}


@pytest.mark.parametrize(("why", "text"), UNTOLD.values(), ids=UNTOLD)
def test_in_doubt_there_is_one_group(tmp_path: Path, why: str, text: str) -> None:
    said = told(tmp_path, ONE, text)

    assert f"{TWO}:1: its group is " in said
    assert f"{RELEASE} has another, and what {TWO} publishes cannot be told: " in said
    assert why in said


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        pytest.param(APP, pypi("Acme_App"), "acme-app on PyPI", id="a project, spelt otherwise"),
        pytest.param(
            changed(EXPECTED, EXPECTED.replace("acme-cli", "Acme_Tool"), CRATES),
            changed(EXPECTED, "          expected-packages: acme-tool\n", CRATES).replace(
                "publish-crates\n", "more-crates\n"
            ),
            "the crate acme-tool",
            id="one crate of several",
        ),
        pytest.param(drafts(ONE), drafts(APP), "releases on GitHub", id="a release on GitHub"),
    ],
)
def test_what_publishes_the_same_thing_has_one_group(
    tmp_path: Path, one: str, two: str, same: str
) -> None:
    said = told(tmp_path, one, two)

    assert f"{TWO}:1: " in said
    assert f"{RELEASE} has another, and both publish {same} -> Give both one group" in said


def test_each_is_held_against_all_before_it(tmp_path: Path) -> None:
    said = told(tmp_path, CRATES, APP, pypi("Acme.App"))

    assert said.startswith(f"{THREE}:1: ")
    assert f"{TWO} has another" in said
