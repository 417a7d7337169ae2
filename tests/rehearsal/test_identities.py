"""Who the jobs of a run are, as its workflow files say it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rehearsal import identities
from rehearsal.act import Event, Stage, cast_of
from rehearsal.github import GitHub
from rehearsal.identities import identity_of
from rehearsal.scratch import Scratch
from rehearsal.sigstore import RunIdentity
from rehearsal.sigstore.identity import claims

SHA = "0123456789abcdef0123456789abcdef01234567"
CALLER = f"""
name: Release
on: push
permissions: {{ contents: read }}
jobs:
  here:
    runs-on: ubuntu-latest
    environment: {{ name: pypi, url: "https://pypi.org" }}
    permissions: {{ id-token: write }}
    steps: [{{ run: "true" }}]
  near:
    permissions: {{ id-token: write }}
    uses: ./.github/workflows/called.yml
  far:
    permissions: {{ id-token: write }}
    uses: org/flows/.github/workflows/called.yml@{SHA}
  tagged:
    uses: org/flows/.github/workflows/other.yml@v1
"""
CALLED = """
on: workflow_call
jobs:
  {name}:
    runs-on: ubuntu-latest
    permissions: {{ id-token: write }}
    steps: [{{ run: "true" }}]
"""


@pytest.fixture
def run(tmp_path: Path) -> RunIdentity:
    files = {
        "app/release.yml": CALLER,
        "app/called.yml": CALLED.format(name="near-job"),
        "flows/called.yml": CALLED.format(name="far-job"),
        "flows/other.yml": CALLED.format(name="tagged-job").replace("id-token: write", ""),
    }
    for path, text in files.items():
        folder, _, name = path.partition("/")
        place = tmp_path / folder / ".github/workflows" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    with Scratch() as scratch, GitHub(tmp_path / "github") as github:
        stage = Stage(
            scratch=scratch,
            checkout=tmp_path / "app",
            repository="acme/app",
            api_url="",
            server_url="",
            players={"org/flows": tmp_path / "flows"},
        )
        event = Event(name="push", ref="refs/tags/v1", commit="c" * 40, run_id=7, run_attempt=2)
        file = stage.checkout / ".github/workflows/release.yml"
        cast = cast_of(file, event, stage)
        repository = github.repository("acme/app", private=True)
        return identity_of(file, "Release", event, stage, cast, repository)


def test_a_run_is_told_from_its_event_and_repository(run: RunIdentity) -> None:
    told = claims(run, run.jobs["here"])
    assert (
        told.items()
        >= {
            "workflow": "Release",
            "workflow_ref": "acme/app/.github/workflows/release.yml@refs/tags/v1",
            "job_workflow_ref": "acme/app/.github/workflows/release.yml@refs/tags/v1",
            "sub": "repo:acme/app:environment:pypi",
            "run_attempt": "2",
            "repository_visibility": "private",
            "sha": "c" * 40,
        }.items()
    )
    assert run.otherwise is None


@pytest.mark.parametrize(
    ("job", "workflow", "commit"),
    [
        ("near-job", "acme/app/.github/workflows/called.yml@refs/tags/v1", "c" * 40),
        ("far-job", f"org/flows/.github/workflows/called.yml@{SHA}", SHA),
        # What a tag of another repository names is not known here: the run's own stands for it.
        ("tagged-job", "org/flows/.github/workflows/other.yml@v1", "c" * 40),
    ],
)
def test_a_called_job_is_told_from_its_own_file(
    run: RunIdentity, job: str, workflow: str, commit: str
) -> None:
    told = claims(run, run.jobs[job])
    assert told["job_workflow_ref"] == workflow
    assert told["job_workflow_sha"] == commit
    assert told["workflow_ref"] == "acme/app/.github/workflows/release.yml@refs/tags/v1"


def test_a_called_job_may_ask_only_if_its_caller_lets_it(run: RunIdentity) -> None:
    assert {name for name, job in run.jobs.items() if job.may_ask} == {
        "here",
        "near-job",
        "far-job",
    }


def test_where_nobody_tells_who_calls_one_asking_job_is_believed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(identities, "can_tell", lambda: False)
    file = tmp_path / ".github/workflows/w.yml"
    file.parent.mkdir(parents=True)
    with Scratch() as scratch, GitHub(tmp_path / "github") as github:
        stage = Stage(
            scratch=scratch, checkout=tmp_path, repository="acme/app", api_url="", server_url=""
        )
        event = Event(name="push", ref="refs/heads/main", commit="c" * 40)
        repository = github.repository("acme/app")
        for more, expected in (("", True), (CALLED.partition("jobs:")[2].format(name="b"), False)):
            file.write_text(CALLED.replace("workflow_call", "push").format(name="a") + more)
            cast = cast_of(file, event, stage)
            run = identity_of(file, "W", event, stage, cast, repository)
            assert (run.otherwise is not None) is expected
