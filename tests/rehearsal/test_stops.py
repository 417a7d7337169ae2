"""Killed at any call that changes the world and run again, a release ends as if nothing had been.

And one that does not is told as such: a proof that cannot fail proves nothing.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal import services, stops, stops_told
from rehearsal.asking import Asked
from rehearsal.ending import differences, digests, disagreements, end_state
from rehearsal.errors import RehearsalError, UnplayableError
from rehearsal.github import GitHub, Run
from rehearsal.proofs import Call, Proved, Recovery, Stop, Stopped, holds
from rehearsal.run import Setup
from rehearsal.scratch import Scratch
from rehearsal.stories import WORKFLOWS, Journey, Proof, Story, World
from tests.rehearsal.bundles import bundle

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


# A world kept and put back


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """One with every service, and nothing that lags."""
    with (
        GitHub(tmp_path / "github") as github,
        services.opened(("pypi", "crates", "sigstore"), tmp_path) as beside,
    ):
        made = World(github, tmp_path, tmp_path / "library", beside)
        made.consumer.write({"README.md": "# App\n"})
        made.commit("Begin")
        yield made
        assert not github.crashes
        assert not beside.crashes


def test_a_world_put_back_is_the_same_world_as_often_as_one_likes(
    world: World, tmp_path: Path
) -> None:
    """Every service, the files that runs have kept, and the clone of who works there."""
    world.pypi.add("acme", "1.0", "acme-1.0.tar.gz", b"one")
    world.crates.add({"name": "acme", "vers": "1.0.0"}, b"one")
    token = world.crates.token()
    kept = world.artifacts / "1" / "dist" / "dist.zip"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"zip")
    moment = world.snapshot(tmp_path / "moment")
    before, head = end_state(world), world.consumer.git("rev-parse", "HEAD")

    for _ in range(2):
        world.pypi.add("acme", "2.0", "acme-2.0.tar.gz", b"two")
        world.crates.add({"name": "acme", "vers": "2.0.0"}, b"two")
        world.crates.find("acme", "1.0.0").file.write_bytes(b"bent")  # type: ignore[union-attr]
        world.crates.tokens.clear()
        world.sigstore.log.entries.append(None)  # type: ignore[arg-type]
        world.repository.add_release("v1", assets={"a": b"1"})
        kept.unlink()
        assert world.commit("Go on") != head
        assert end_state(world) != before

        world.restore(moment)
        assert end_state(world) == before
        assert world.crates.find("acme", "1.0.0").file.read_bytes() == b"one"  # type: ignore[union-attr]
        assert list(world.crates.tokens) == [token]
        assert world.sigstore.log.entries == []
        assert kept.read_bytes() == b"zip"
        assert world.consumer.git("rev-parse", "HEAD") == head
    assert world.repository.git.branches() == {"main": head}


def test_somebody_goes_on_from_what_others_have_merged(world: World) -> None:
    """Main had pull requests since the clone was made, as a train has."""
    theirs = world.repository.commit({"theirs": "1"}, branch="main", message="Merged")
    with pytest.raises(RuntimeError, match="rejected"):
        world.commit("Go on")
    world.consumer.git("reset", "--quiet", "--hard", "HEAD~1")
    world.consumer.catch_up()
    commit = world.commit("Go on")
    assert world.repository.git.branches()["main"] == commit
    assert world.consumer.git("rev-parse", "HEAD~1") == theirs


def test_what_was_signed_before_a_moment_is_good_after_it_is_put_back(
    world: World, tmp_path: Path
) -> None:
    """The keys of the log and of the issuer stay; runs that may ask are remembered."""
    key, token = world.sigstore.log.key, world.sigstore.issuer.sign({"sub": "x"}, "pypi")
    moment = world.snapshot(tmp_path / "moment")
    world.restore(moment)
    assert world.sigstore.log.key == key
    assert world.sigstore.identify(token, ["pypi"])["sub"] == "x"


# How a world stands at the end


def test_times_and_ids_are_no_part_of_an_end_state(world: World, tmp_path: Path) -> None:
    """A commit that a run makes twice holds two times, and is the same commit to us."""
    moment = world.snapshot(tmp_path / "moment")
    ends = []
    for at in ("2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z"):
        world.restore(moment)
        commit = world.repository.commit({"a": "1"}, message="Tag me", at=at)
        world.repository.tag("v1", commit, message="v1", at=at)
        world.github.next_id()
        world.repository.add_release("v1", body="Notes", assets={"b": b"2", "a": b"1"})
        ends.append((end_state(world), commit))
    (one, first), (other, second) = ends
    assert first != second
    assert one == other
    assert json.loads(json.dumps(one)) == one
    assert one["refs"]["refs/tags/v1"]["annotation"].strip() == "v1"
    assert list(one["releases"][0]["assets"]) == ["a", "b"]


def test_each_difference_of_two_ends_is_told_by_its_place(world: World) -> None:
    before = end_state(world)
    world.pypi.add("acme", "1.0", "acme-1.0.tar.gz", b"one")
    world.repository.tag("v1", world.repository.git.branches()["main"])
    lines = differences(before, end_state(world))
    assert [line.partition(":")[0] for line in lines] == ["pypi", "refs.refs/tags/v1"]
    assert '"acme-1.0.tar.gz"' in lines[0]
    assert lines[0].endswith("is there")
    assert lines[1].startswith("refs.refs/tags/v1: expected nothing, found {")
    assert differences([1, 1], [1], "x") == ["x: expected [1, 1], found [1]"]


def test_what_is_attested_packaged_and_served_by_one_name_is_one(world: World) -> None:
    one = hashlib.sha256(b"one").hexdigest()
    world.repository.add_attestation(bundle(f"sha256:{one}"))
    folder = world.artifacts / "1" / "dist"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "dist.zip", "w") as zipped:
        zipped.writestr("deep/a", b"one")
        zipped.writestr("report.txt", b"whatever")
    (folder / "broken.zip").write_bytes(b"half")
    world.repository.add_release("v1", assets={"a": b"one"})
    assert end_state(world)["disagreements"] == []
    assert digests(world) == {"a": {"attested": [one], "packaged": [one], "served": [one]}}

    world.crates.add({"name": "acme", "vers": "1.0.0"}, b"crate")
    world.repository.add_release("v2", assets={"acme-1.0.0.crate": b"another"})
    (line,) = end_state(world)["disagreements"]
    assert line.startswith("acme-1.0.0.crate: served ")
    assert " and " in line
    assert disagreements({"x": {"attested": ["1"], "served": ["1"]}}) == []
