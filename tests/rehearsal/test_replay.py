"""Jobs that have ended are replayed with all that they said; every other job is as it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from rehearsal.deriving import derive
from rehearsal.errors import UnplayableError
from rehearsal.played import Conclusion, PlayedJob
from rehearsal.replay import Record, again, downstream, record, upstream
from rehearsal.scratch import Scratch
from tests.rehearsal.small_world import SmallWorld

#: What neither YAML, an expression nor a shell may take for its own.
HOSTILE = 'it\'s "$(id)" ${{ github.token }} `id`\nEOF\n: [ # 1'

TEXT = """\
# Every job of this file is told by its needs: é 😀.
name: Release
on: { push: { tags: ["v*"] } }
jobs:
  gate:
    name: gate
    runs-on: ubuntu-latest
    permissions:
      contents: read # to read
    outputs:
      said: ${{ steps.say.outputs.said }}
    steps:
      - id: say
        run: exit 1

  # A remark that stays or goes.
  legs:
    needs: [gate]
    strategy: { matrix: { leg: [1, 2] } }
    runs-on: ubuntu-latest
    steps: [run: exit 1]
  flow: { needs: gate, if: false, runs-on: ubuntu-latest, steps: [run: exit 1] }
  publish:
    needs: [gate, legs]
    if: needs.legs.result == 'success'
    environment: production # whose reviewers approve
    concurrency: release
    permissions: { id-token: write }
    runs-on: ubuntu-latest
    outputs:
      told: ${{ steps.tell.outputs.told }}
    steps:
      - id: tell
        env: { SAID: "${{ needs.gate.outputs.said }}" }
        run: |
          { echo "told<<end-of-it"; echo "$SAID"; echo end-of-it; } >> "$GITHUB_OUTPUT"
  after:
    needs: publish
    runs-on: ubuntu-latest
    steps: [run: "true"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The workflow above, as a file of a repository."""
    made = tmp_path / ".github/workflows/release.yml"
    made.parent.mkdir(parents=True)
    made.write_text(TEXT)
    return made


def _job(path: str, conclusion: Conclusion = "success", **outputs: str) -> PlayedJob:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    parts = tuple(path.split("/"))
    return PlayedJob(parts, path, {}, conclusion, moment, moment, (), outputs)


# What is replayed


def test_a_job_is_replayed_if_all_of_its_legs_ended_well(file: Path) -> None:
    jobs = [_job("gate", said="1"), _job("legs"), _job("legs", "failure"), _job("flow", "skipped")]
    assert record(file, jobs) == Record({"gate": {"said": "1"}}, frozenset({"flow"}))
    assert record(file, [*jobs[:2], _job("legs")]).ended == {"gate": {"said": "1"}, "legs": {}}


def test_of_several_legs_the_last_that_said_something_is_heard(file: Path) -> None:
    legs = [_job("gate", said="1"), _job("gate", said="2"), _job("gate", said="")]
    assert record(file, legs).ended == {"gate": {"said": "2"}}


def test_an_output_that_nobody_was_told_cannot_be_replayed(file: Path) -> None:
    with pytest.raises(UnplayableError, match="job `gate`: its output `said` cannot be replayed"):
        record(file, [_job("gate")])


def test_failed_jobs_run_again_with_all_that_need_them_and_no_others(file: Path) -> None:
    """A job that was skipped for its own reason has not failed."""
    done = Record({"gate": {"said": "1"}, "after": {}}, frozenset({"flow"}))
    assert again(file, done).ended == {"gate": {"said": "1"}}
    assert downstream(file, ["legs"]) == {"legs", "publish", "after"}
    assert upstream(file, "publish") == {"gate", "legs"}


def test_a_called_workflow_is_replayed_whole_with_the_outputs_that_it_declares(
    tmp_path: Path,
) -> None:
    """One of another repository is not to be read here, and runs anew."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    (folder / "called.yml").write_text(
        "on:\n  workflow_call:\n    outputs:\n"
        "      version: { value: 'v${{ jobs.inner.outputs.version }}' }\n"
        "jobs: { inner: { runs-on: ubuntu-latest, steps: [] } }\n"
    )
    file = folder / "release.yml"
    file.write_text(
        "on: push\njobs:\n"
        "  call: { uses: ./.github/workflows/called.yml }\n"
        "  far: { uses: org/other/.github/workflows/called.yml@v1 }\n"
        "  last: { needs: [call], runs-on: ubuntu-latest, steps: [run: 'true'] }\n"
    )
    jobs = [_job("call/inner", version="1.0"), _job("far/inner"), _job("last")]
    with pytest.raises(UnplayableError, match="its output `version`"):
        record(file, jobs)
    called = folder / "called.yml"
    called.write_text(called.read_text().replace("'v$", "'$"))
    done = record(file, jobs)
    assert done.ended == {"call": {"version": "1.0"}, "last": {}}
    derive(file, done.ended)
    jobs_now = yaml.safe_load(file.read_text())["jobs"]
    assert list(jobs_now["call"]["outputs"]) == ["version"]
    assert "uses" not in jobs_now["call"]
    assert jobs_now["far"] == {"uses": "org/other/.github/workflows/called.yml@v1"}


# How


def test_every_other_job_keeps_its_very_text(file: Path) -> None:
    """Name, permissions, environment, condition, concurrency: who it is to others stays."""
    derive(file, {"gate": {"said": HOSTILE}, "flow": {}})
    text = file.read_text()
    for name in ("legs", "publish", "after"):
        start = TEXT.index(f"  {name}:\n")
        end = TEXT.find("\n  ", TEXT.index("steps:", start))
        assert TEXT[start:end] in text
    jobs = yaml.safe_load(text)["jobs"]
    assert list(jobs) == ["gate", "legs", "flow", "publish", "after"]
    assert jobs["gate"].keys() == {"name", "runs-on", "permissions", "outputs", "steps"}
    assert jobs["gate"]["permissions"] == {}
    assert jobs["legs"] == yaml.safe_load(TEXT)["jobs"]["legs"]


def test_nothing_to_replay_leaves_the_file_as_it_is(file: Path) -> None:
    derive(file, {})
    assert file.read_text() == TEXT


@pytest.fixture
def world() -> Iterator[SmallWorld]:
    with Scratch() as scratch:
        yield SmallWorld.make(scratch)


def test_a_derived_workflow_says_again_what_was_said(world: SmallWorld) -> None:
    """Whatever the text: it goes by a variable, encoded, and never through a shell."""
    place = world.scratch.path / "play.yml"
    more = "${{ github.ref_name || 'none' }}: ${{ steps.tell.outputs.told }}"
    text = TEXT.replace(
        "    outputs:\n      told:", f'    outputs:\n      more: "{more}"\n      told:'
    )
    after = "  after:\n    outputs: { ref: '${{ github.ref_name }}' }\n"
    place.write_text(text.replace("  after:\n", after))
    derive(place, {"gate": {"said": HOSTILE}, "legs": {}})
    played = world.play(place.read_text().replace("environment: production", "# none"))
    assert played.job("gate").outputs == {"said": HOSTILE}
    assert played.job("publish").outputs == {"told": HOSTILE}
    # What is made of more than outputs of steps is said by a step at the end of its job.
    assert record(place, played.jobs) == Record(
        {
            "gate": {"said": HOSTILE},
            "legs": {},
            "publish": {"told": HOSTILE, "more": f"main: {HOSTILE}"},
            "after": {"ref": "main"},
        },
        frozenset({"flow"}),
    )
