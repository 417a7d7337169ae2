"""Killed at any call that changes the world and run again, a release ends as if nothing had been.

And one that does not is told as such: a proof that cannot fail proves nothing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import pytest

from rehearsal import stops, stops_told
from rehearsal.asking import Asked
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.github import Run
from rehearsal.proofs import Call, Proved, Recovery, Stop, Stopped, holds
from rehearsal.run import Setup
from rehearsal.scratch import Scratch
from rehearsal.stories import WORKFLOWS, Journey, Proof, Story, World

RELEASE = f"{WORKFLOWS}/release.yml"

#: A text that neither YAML, an expression nor a shell may take for its own.
HOSTILE = 'it\'s "$(id)" ${{ github.token }} `id`\nEOF\n# 1: [2'

#: `draft` looks before it makes; `extra` does not, and so cannot be run twice.
PROGRAM = """\
import json, os, sys, urllib.request

def ask(method, path, told=None):
    request = urllib.request.Request(
        os.environ["GITHUB_API_URL"] + "/repos/acme/app" + path,
        json.dumps(told).encode() if told else None,
        {"Authorization": "Bearer " + os.environ["TOKEN"]},
        method=method,
    )
    return json.load(urllib.request.urlopen(request))

def make(tag, **more):
    return ask("POST", "/releases", {"tag_name": tag, "draft": True, **more})

for name in sys.argv[1:]:
    if name == "draft" and not any(r["tag_name"] == "v1" for r in ask("GET", "/releases")):
        make("v1", body=os.environ["SAID"])
    if name in ("extra", "late"):
        make(name)
"""

WORKFLOW = """\
name: Release
on: { push: { tags: ["v*"] } }
permissions: {}
jobs:
  ready:
    runs-on: ubuntu-latest
    permissions: {} # nothing
    outputs:
      said: ${{ steps.say.outputs.said }}
    steps:
      - id: say
        env:
          SAID: |-
            SAID_HERE
        run: |
          { echo "said<<end-of-it"; echo "$SAID"; echo end-of-it; } >> "$GITHUB_OUTPUT"
  release:
    name: The release
    needs: ready
    runs-on: ubuntu-latest
    permissions:
      contents: write
    env:
      TOKEN: ${{ github.token }}
      SAID: ${{ needs.ready.outputs.said }}
    steps:
      - run: |
          cat > program.py <<'PROGRAM'
          PROGRAM_HERE
          PROGRAM
      - run: python3 program.py draft CALLS
      - if: failure()
        run: python3 program.py late
  told:
    needs: release
    if: always()
    runs-on: ubuntu-latest
    permissions: {}
    steps:
      - run: echo told
"""


def _workflow(*calls: str) -> str:
    text = WORKFLOW.replace("CALLS", " ".join(calls))
    # What stands in a file is no expression yet: it comes by a variable, as foreign text does.
    text = text.replace("SAID_HERE", _indented(HOSTILE.replace("${{ github.token }}", "$x"), 12))
    return text.replace("PROGRAM_HERE", _indented(PROGRAM, 10))


def _indented(text: str, by: int) -> str:
    return text.rstrip().replace("\n", "\n" + " " * by)


def _journey(*calls: str) -> Journey:
    def begin(world: World) -> None:
        world.consumer.write({RELEASE: _workflow(*calls)})
        world.commit("Begin")

    def act(world: World) -> Run:
        world.consumer.tag("v1")
        return world.repository.runs[-1]

    story = Story("release", "A release of two calls.", act, "released", last="release")
    return Journey("small", begin, (story,), proofs=(Proof(story),))


ONE_STEP = """\
name: Release
on: { push: { tags: ["v*"] } }
jobs:
  release:
    runs-on: ubuntu-latest
    permissions: { contents: write, actions: write }
    env: { TOKEN: "${{ github.token }}" }
    steps:
      - STEP
"""


def _of_one_step(step: str) -> Journey:
    def begin(world: World) -> None:
        world.consumer.write({RELEASE: ONE_STEP.replace("STEP", step)})
        world.commit("Begin")

    return replace(_journey(), begin=begin)


def _asking(asked: str, told: str = "{}") -> str:
    """What a step says that asks GitHub by a line of shell."""
    method, _, path = asked.partition(" ")
    curl = f'curl -fsS -X {method} -H "Authorization: Bearer $TOKEN"'
    return f"run: |\n          {curl} \"$GITHUB_API_URL/repos/acme/app{path}\" -d '{told}'"


@pytest.fixture
def setup() -> Iterator[Setup]:
    with Scratch() as scratch:
        yield Setup(scratch, scratch.folder("library"), scratch.folder("tool-cache"))


# The proof itself


def test_a_call_that_cannot_be_made_twice_is_told_and_all_else_recovers(
    setup: Setup, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before and after each call; failed jobs alone, and all; replayed outputs are as they were."""

    def choose(every: Sequence[Stop]) -> Sequence[Stop]:
        assert [(s.call.number, s.side) for s in every] == [
            (1, "before"), (1, "after"), (2, "before"), (2, "after"),
        ]  # fmt: skip
        return every[1:]

    journey = _journey("extra")
    proved = stops.prove(journey, journey.proofs[0], setup, choose)

    after_draft, before_extra, after_extra = proved.stops
    assert [(c.job, c.service, c.asked) for c in proved.calls] == [
        ("release", "github", "POST /repos/acme/app/releases")
    ] * 2
    # The step for failures did not run on a machine that is gone: no release `late` is there.
    assert after_draft.ok
    assert [(way.how, way.differences, way.same) for way in after_draft.recoveries] == [
        ("failed", (), False),
        ("all", (), False),
    ]
    # Right before the next call of the same job is the very same moment.
    assert before_extra.ok
    assert all(way.same for way in before_extra.recoveries)
    assert not after_extra.ok
    assert [len(way.differences) for way in after_extra.recoveries] == [1, 1]
    assert after_extra.recoveries[0].differences[0].startswith("releases: expected [")
    assert not proved.ok
    # What is told of it.
    stops_told.tell([proved])
    told = capsys.readouterr().out
    assert "after 2, re-run failed:" in told
    assert "1 of 3 stops do not recover." in told
    data = stops_told.as_data(proved)
    assert [one["ok"] for one in data["stops"]] == [True, True, False]
    json.dumps(data)


def test_a_run_without_calls_proves_nothing(
    setup: Setup, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever asks for stops where there are none is not told that all is well."""
    journey = _journey()

    def begin(world: World) -> None:
        journey.begin(world)
        world.repository.add_release("v1", draft=True)

    monkeypatch.setattr(stops, "prepared", lambda watcher: nullcontext(setup))
    begun = replace(journey, begin=begin)
    assert stops.everywhere([begun], (1, 1), Asked()) == 1
    told = capsys.readouterr().out
    assert "0 mutating calls" in told
    assert "The run changes nothing: there is nowhere to stop it." in told
    assert told.endswith("Nothing was stopped.\n")


def test_a_job_that_forgives_its_death_is_no_proof(setup: Setup) -> None:
    """A machine that is gone fails its job; of one that ended well nobody knows what was lost."""
    forgiven = "continue-on-error: true\n        "
    journey = _of_one_step(forgiven + _asking("POST /releases", '{"tag_name": "v1"}'))
    proved = stops.prove(journey, journey.proofs[0], setup, lambda every: every[-1:])
    (after,) = proved.stops
    assert after.missed == "its job ended well all the same: a step of it may fail"
    assert not after.recoveries
    assert not holds([proved])


def test_calls_whose_effect_is_not_compared_prove_nothing(setup: Setup) -> None:
    """Two ends that are both the beginning are equal, whatever was lost."""
    journey = _of_one_step(_asking("PUT /actions/workflows/release.yml/disable"))
    with pytest.raises(RehearsalError, match="nothing that is compared changes by its 1 mutating"):
        stops.prove(journey, journey.proofs[0], setup, lambda every: every)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_stop_that_nobody_played_is_told(setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that dies silently takes its stops with it."""

    class Fake:
        seconds = 0.0

        def begin(self) -> tuple[Call, ...]:
            return tuple(_calls(4))

        def stop(self, stop: Stop) -> Stopped:
            if threading.current_thread() is not threading.main_thread():
                raise SystemExit(0)  # Which a thread does not even tell.
            begun.wait(5)
            return Stopped(stop, 0.0, (Recovery("all", moved=False, differences=(), seconds=0.0),))

    begun = threading.Event()

    def opened(*_: object) -> AbstractContextManager[Fake]:
        other = threading.current_thread() is not threading.main_thread()
        return _last(Fake(), begun) if other else nullcontext(Fake())

    monkeypatch.setattr(stops, "opened", opened)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    journey = _journey()
    with pytest.raises(RehearsalError, match=r"of 8 stops were not played"):
        stops.prove(journey, journey.proofs[0], setup, lambda every: every)


@contextmanager
def _last(what: object, ended: threading.Event) -> Iterator[Any]:
    try:
        yield what
    finally:
        ended.set()


def test_a_run_that_ends_otherwise_undisturbed_is_no_beginning(setup: Setup) -> None:
    journey = _journey("extra")
    story = replace(journey.stories[0], ending="refused")
    with pytest.raises(RehearsalError, match="Undisturbed, it does not end as it must"):
        stops.prove(journey, Proof(story), setup, lambda every: every)


def test_a_stop_beyond_the_last_call_and_a_story_without_release_are_told() -> None:
    story = Story("red", "", lambda world: world.repository.runs[-1], "refused", "a/b")
    with pytest.raises(UnplayableError, match="`red`: no run of it"):
        stops.everywhere([Journey("red", lambda world: None, (story,))], (1, 1), Asked())
    with pytest.raises(UnplayableError, match="--stop-at 3: the run has 2 mutating calls"):
        stops.at(3)(_stops(2))
    assert [stop.side for stop in stops.at(2)(_stops(2))] == ["before", "after"]


def test_a_call_that_one_run_of_several_comes_to_is_stopped_there() -> None:
    """A train cuts with few calls and publishes with many: --stop-at may mean any of them."""
    choose = stops.at(3, runs=3)
    chosen = [[stop.side for stop in choose(_stops(calls))] for calls in (2, 4, 1)]
    assert chosen == [[], ["before", "after"], []]
    choose = stops.at(5, runs=2)
    assert choose(_stops(4)) == []
    with pytest.raises(UnplayableError, match="--stop-at 5: the run has 4 mutating calls"):
        choose(_stops(2))


def test_a_part_without_stops_of_one_run_needs_some_of_another(
    capsys: pytest.CaptureFixture[str],
) -> None:
    short, long = Proved("short", tuple(_calls(1))), Proved("long", tuple(_calls(9)))
    assert not holds([short, long])
    way = Recovery("all", moved=False, differences=(), seconds=1.0)
    long.stops.append(Stopped(_stops(1)[0], 1.0, (way,)))
    assert holds([short, long])
    stops_told.tell([short, long])
    assert "None of its 2 stops is in this part." in capsys.readouterr().out
    assert not holds([Proved("none"), long])
    long.stops.append(Stopped(_stops(1)[1], 1.0, (), "it did not come to this call again"))
    assert not holds([short, long])


def test_without_a_named_proof_the_first_story_that_ends_well_is_stopped() -> None:
    """What is told before it comes before it."""
    good = Story("good", "", lambda world: world.repository.runs[-1], "released")
    bad = replace(good, name="bad", ending="refused", rule="a/b")
    journey = Journey("some", lambda world: None, (bad, good, good))
    assert stops.proofs_of(journey) == (Proof(good, (bad,)),)
    assert stops.proofs_of(replace(journey, proofs=(Proof(bad),))) == (Proof(bad),)


def test_a_part_is_every_nth_stop_and_all_parts_are_all_stops() -> None:
    every = _stops(5)
    parts = [stops.part(number, 3)(every) for number in (1, 2, 3)]
    assert [len(part) for part in parts] == [4, 3, 3]
    assert {id(stop) for part in parts for stop in part} == {id(stop) for stop in every}
    assert stops.part(2, 3)(every) == parts[1]
    assert {stop.side for stop in stops.part(1, 4)(every)} == {"before", "after"}


def _calls(last: int) -> list[Call]:
    return [Call(n, "release", n, "github", "POST /x") for n in range(1, last + 1)]


def _stops(last: int) -> list[Stop]:
    return [Stop(call, side) for call in _calls(last) for side in ("before", "after")]
