"""A world kept and put back, and how it is told at the end of a release."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal import services
from rehearsal.ending import differences, digests, disagreements, end_state
from rehearsal.github import GitHub
from rehearsal.stories import World
from tests.rehearsal.bundles import bundle

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


def test_which_release_is_the_latest_and_what_is_attested_at_the_index_is_compared(
    world: World,
) -> None:
    """What users are shown, and PEP 740: both are state of the release."""
    commit = world.repository.git.branches()["main"]
    first = world.repository.add_release("v1", target=commit)
    second = world.repository.add_release("v2", target=commit)
    world.pypi.add("acme", "1.0", "acme-1.0.tar.gz", b"one")
    before = end_state(world)
    first.latest, second.latest = True, False
    assert {line.partition(":")[0] for line in differences(before, end_state(world))} == {
        "releases"
    }
    first.latest, second.latest = None, None
    assert end_state(world) == before
    world.pypi.projects["acme"].dists[0].provenance = {"attestation_bundles": []}
    assert [line.partition(":")[0] for line in differences(before, end_state(world))] == [
        "pypi"
    ] * 2


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
