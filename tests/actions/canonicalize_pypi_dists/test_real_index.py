"""Real projects on the public index, read by the action as a caller has it.

Optional: where the index does not answer, each of these is skipped by its name, and counted.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from release_actions.actions.canonicalize_pypi_dists import action
from release_actions.actions.canonicalize_pypi_dists.asked import Canonical
from release_actions.clients import files
from release_actions.clients.pypi import PYPI
from release_actions.errors import Exit, UpstreamError
from release_actions.formats.dist_name import ProjectName, PythonVersion
from release_actions.inputs import Given, Problems, parse
from release_actions.run import Ended, Loop
from release_actions.values import Duration
from release_actions.world import World

# Public facts that do not change: a file is never replaced under its name.
PACKAGING = {
    "packaging-24.0-py3-none-any.whl": (
        "2ddfb553fdf02fb784c234c7ba6ccc288296ceabec964ad2eae3777778130bc5"
    ),
    "packaging-24.0.tar.gz": "eb82c5e3e56209074766e6885bb04b8c38a0c015d0a30036ebe7ece34c9989e9",
}


def world(folder: Path) -> World:
    (folder / "temp").mkdir(exist_ok=True)
    return World("", {"GITHUB_WORKSPACE": str(folder), "RUNNER_TEMP": str(folder / "temp")})


def built(folder: Path, project: str, version: str) -> None:
    """The version's files, as if they had just been built here."""
    try:
        requests.get(f"{PYPI}{project}/", timeout=20).raise_for_status()
        told = world(folder).pypi(PYPI).told(ProjectName(project), PythonVersion(version))
        (folder / "dist").mkdir()
        for name in told.shows:
            (_, file), *_ = told.each(name)
            answer = requests.get(file.url, timeout=60)
            answer.raise_for_status()
            (folder / "dist" / name).write_bytes(answer.content)
    except (UpstreamError, requests.RequestException):
        pytest.skip("the public index does not answer")


def run(folder: Path, **inputs: str) -> Ended:
    given = {name.replace("_", "-"): Given(value, "with") for name, value in inputs.items()}
    problems = Problems()
    parsed = parse(action.inputs, given, problems)
    problems.end()
    files.forget()
    loop = Loop(action, parsed, world(folder), lambda line: None)
    ended = loop.run(dry_run=False, wait=Duration("0s"))
    if isinstance(ended.error, UpstreamError):
        pytest.skip("the public index does not answer any more")
    return ended


def rules(ended: Ended) -> set[str]:
    assert ended.verdict is not None, ended.error
    return {finding.rule for finding in ended.verdict.findings if finding.weighs.bad}


def test_a_real_project_is_published_and_read_byte_for_byte(tmp_path: Path) -> None:
    """O10-O14, on every layer of the real index."""
    built(tmp_path, "packaging", "24.0")
    ended = run(
        tmp_path, project="packaging", version="24.0", repository="pypa/packaging",
        expected_wheels="1", expected_sdists="1",
    )  # fmt: skip
    assert ended.exit is Exit.OK, ended.error or rules(ended)
    assert ended.verdict is not None
    assert isinstance(ended.verdict.outputs, Canonical)
    assert ended.verdict.outputs.source == "index"
    told = json.loads(ended.verdict.outputs.files)
    assert {each["name"]: each["sha256"] for each in told} == PACKAGING


def test_bytes_that_the_real_index_does_not_serve_are_refused(tmp_path: Path) -> None:
    built(tmp_path, "packaging", "24.0")
    wheel = tmp_path / "dist" / "packaging-24.0-py3-none-any.whl"
    wheel.unlink()
    ended = run(tmp_path, project="packaging", version="24.0", repository="pypa/packaging")
    assert ended.exit is Exit.FAILED
    assert rules(ended) == {"extra-served"}


@pytest.mark.parametrize(
    ("repository", "bad"),
    [("pypa/sampleproject", set()), ("acme/sampleproject", {"provenance-wrong"})],
)
def test_real_provenance_proves_who_published(
    tmp_path: Path, repository: str, bad: set[str]
) -> None:
    """PEP 740, by the real integrity API and the roots of trust of the locked Sigstore."""
    built(tmp_path, "sampleproject", "4.0.0")
    wheel = "sampleproject-4.0.0-py3-none-any.whl"
    place = f"{PYPI.base}integrity/sampleproject/4.0.0/{wheel}/provenance"
    if requests.get(place, timeout=60).status_code != 200:
        pytest.skip("the public index that answers here has no provenance")
    ended = run(
        tmp_path, project="sampleproject", version="4.0.0", repository=repository,
        provenance="release.yml",
    )  # fmt: skip
    assert rules(ended) == bad, ended.error
