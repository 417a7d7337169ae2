"""The next tag of a family: once, on this commit, never moved; and found again by a second run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from rehearsal.github import Fault
from release_actions.actions.create_tag import action
from release_actions.actions.create_tag.asked import Made
from release_actions.clients.tagging import make_tag, push_tag
from release_actions.errors import RefusedError, UpstreamError, UsageError
from release_actions.run import Ended
from release_actions.values import RefName, Repository, Sha
from release_actions.verdict import Outcome
from tests.actions.create_tag.conftest import Wall
from tests.actions.tagging import Scene, bad, told
from tests.clients.keys import Gpg, ssh_key

ROM = {"rom": {"pattern": "ROM_EXT_BUILD_{date}_rc{number}", "class": "stable"}}


def create(scene: Scene, *, dry_run: bool = False, **inputs: Any) -> Ended:
    given = {"commit": head(scene)} | {k.replace("_", "-"): v for k, v in inputs.items()}
    return scene.run(action, given, dry_run=dry_run)


def head(scene: Scene) -> str:
    return scene.repository.git.branches()["main"]


def before(scene: Scene) -> str:
    scene.clone()
    return scene.git("rev-parse", "HEAD^")


def tags(scene: Scene) -> list[str]:
    names = scene.repository.git.refs()
    return sorted(name.removeprefix("refs/tags/") for name in names if "/tags/" in name)


def made(ended: Ended) -> Made:
    assert ended.error is None, ended.error
    assert ended.verdict is not None
    assert isinstance(ended.verdict.outputs, Made)
    assert bad(ended) == []
    return ended.verdict.outputs


def test_a_version_is_tagged_and_annotated(scene: Scene) -> None:
    found = made(create(scene, version="1.2.3"))
    git = scene.repository.git
    assert git.kind(found.tag_object) == "tag"
    assert found == Made("v1.2.3", head(scene), git.refs()["refs/tags/v1.2.3"], True)


def test_a_second_run_finds_it_and_makes_nothing(scene: Scene) -> None:
    first = made(create(scene, version="1.2.3"))
    asked = len(scene.github.requests)
    second = made(create(scene, version="1.2.3"))
    assert (second.tag, second.tag_object, second.created) == (first.tag, first.tag_object, False)
    assert not any(request.mutating for request in scene.github.requests[asked:])


def test_the_version_is_read_at_the_commit(scene: Scene) -> None:
    scene.clone()
    (scene.workspace / "package.json").write_text('{"version": "6.6.6"}')
    assert made(create(scene, version_sources="package.json\nv.py")).tag == "v1.2.3"


def test_what_the_tag_is_to_say_is_told_of_the_tag_or_its_pattern(scene: Scene) -> None:
    assert "no version is to be read" in told(create(scene, tag="nightly"))
    assert "tag nightly" in told(create(scene, tag="nightly"))
    assert ROM["rom"]["pattern"] in told(create(scene, family="rom", release_family=ROM))


def test_a_python_files_version_is_spelled_as_a_tag(scene: Scene) -> None:
    scene.repository.commit({"v.py": "__version__ = '1.3.0rc2'"})
    scene.clone()
    assert made(create(scene, version_sources="v.py")).tag == "v1.3.0-rc.2"


@pytest.mark.parametrize(
    ("sources", "version", "rule"),
    [
        ("package.json\n./other.json:/version", "", "version-differs"),
        ("package.json", "1.2.4", "version-differs"),
        ("gone", "", "source-missing"),
        ("gone", "1.2.3", "source-missing"),
        ("broken.json", "", "source-unreadable"),
        ("words", "", "source-unreadable"),
    ],
)
def test_sources_must_agree(scene: Scene, sources: str, version: str, rule: str) -> None:
    files = {"other.json": '{"version": "1.2.2"}', "broken.json": "{", "words": "latest"}
    scene.repository.commit(files)
    scene.clone()
    ended = create(scene, version_sources=sources, version=version)
    assert bad(ended) == [rule]
    assert tags(scene) == []


def test_no_clone(scene: Scene) -> None:
    ended = create(scene, version_sources="VERSION")
    assert bad(ended) == ["no-clone"]


def test_the_next_number_of_the_day(scene: Scene) -> None:
    """S19: 00 first; other days, other families and other commits' tags count as what they are."""
    rom: dict[str, Any] = {"family": "rom", "release_family": ROM}
    earlier = before(scene)
    for name in (
        "ROM_EXT_BUILD_20260512_rc07",
        "ROM_EXT_BUILD_20260513_rc0",
        "PERSO_BUILD_20260513_rc03",
    ):
        scene.repository.tag(name, earlier)
    assert made(create(scene, commit=earlier, **rom)).tag == "ROM_EXT_BUILD_20260513_rc00"
    assert made(create(scene, **rom)).tag == "ROM_EXT_BUILD_20260513_rc01"
    assert made(create(scene, **rom)).created is False
    assert made(create(scene, commit=earlier, **rom)).tag == "ROM_EXT_BUILD_20260513_rc00"
    scene.repository.commit({"more": "1"})
    assert made(create(scene, **rom)).tag == "ROM_EXT_BUILD_20260513_rc02"


def test_a_given_date_goes_before_the_clock(scene: Scene) -> None:
    ended = create(scene, family="rom", release_family=ROM, date="20251231")
    assert made(ended).tag == "ROM_EXT_BUILD_20251231_rc00"


def test_midnight_does_not_make_a_second_tag(scene: Scene, clock: Wall) -> None:
    """The day is settled in the first look; what was made is found the day after."""
    clock.times = [
        datetime(2026, 5, 13, 23, 59, 59, tzinfo=UTC),
        datetime(2026, 5, 14, 0, 0, 1, tzinfo=UTC),
    ]
    found = made(create(scene, family="rom", release_family=ROM))
    assert (found.tag, found.created) == ("ROM_EXT_BUILD_20260513_rc00", True)
    assert tags(scene) == ["ROM_EXT_BUILD_20260513_rc00"]


def test_no_number_left(scene: Scene) -> None:
    scene.repository.tag("ROM_EXT_BUILD_20260513_rc99", before(scene))
    ended = create(scene, family="rom", release_family=ROM)
    assert bad(ended) == ["no-number-left"]
    assert "family rom" in told(ended)


def test_name_taken(scene: Scene) -> None:
    """S3: a release that is there is never made again."""
    earlier = before(scene)
    scene.repository.tag("v1.2.3", earlier, message="1")
    ended = create(scene, version="1.2.3")
    assert bad(ended) == ["name-taken"]
    assert earlier in told(ended)
    assert head(scene) in told(ended)


def test_lightweight(scene: Scene) -> None:
    scene.repository.tag("v1.2.3", head(scene))
    assert bad(create(scene, version="1.2.3")) == ["lightweight"]


def test_a_name_can_be_given(scene: Scene) -> None:
    assert made(create(scene, tag="nightly/7", message="Night\n\nseven")).tag == "nightly/7"
    told_by_git = scene.repository.git.refs()["refs/tags/nightly/7"]
    scene.clone()
    assert "Night\n\nseven" in scene.git("cat-file", "tag", told_by_git)


def test_a_dry_run_tells_the_tag_and_makes_none(scene: Scene) -> None:
    ended = create(scene, version="1.2.3", dry_run=True)
    assert ended.verdict is not None
    assert ended.verdict.outcome is Outcome.DUE
    assert "v1.2.3" in told(ended)
    assert tags(scene) == []


def test_a_tag_that_came_between_is_told_and_found_by_the_next_run(scene: Scene) -> None:
    """GitHub refuses the name with its reason, and nothing is overwritten."""

    def somebody_else() -> None:
        scene.repository.tag("v1.2.3", head(scene), message="meanwhile")

    scene.github.faults.add(Fault(route="create-ref", kind="meanwhile", callback=somebody_else))
    ended = create(scene, version="1.2.3")
    assert bad(ended) == ["refused"]
    assert "already exists" in told(ended)
    assert made(create(scene, version="1.2.3")).created is False


def test_an_answer_that_never_came_is_no_verdict_and_a_second_run_mends_it(scene: Scene) -> None:
    scene.github.faults.add(Fault(route="create-ref", kind="reset"))
    ended = create(scene, version="1.2.3")
    assert isinstance(ended.error, UpstreamError)
    scene.github.faults.clear()
    assert made(create(scene, version="1.2.3")).tag == "v1.2.3"


@pytest.mark.parametrize("how", ["ssh", "gpg"])
def test_a_signed_tag_is_made_by_git_and_pushed(
    scene: Scene, how: str, tmp_path: Path, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    """D-C2; pushed with the step's token alone, of which nothing stays in the clone."""
    scene.clone()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    key = str(ssh_key(tmp_path, "key")[0]) if how == "ssh" else gpg.key("robot")
    found = made(create(scene, version="1.2.3", sign=how, signing_key=key))
    assert found.created
    text = scene.git("cat-file", "tag", found.tag_object)
    assert f"{how.upper().replace('GPG', 'PGP')} SIGNATURE" in text
    assert "tagger github-actions[bot]" in text
    assert "extraheader" not in (scene.workspace / ".git/config").read_text()
    assert made(create(scene, version="1.2.3", sign=how, signing_key=key)).created is False


def test_not_signed(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.clone()
    monkeypatch.setenv("HOME", str(tmp_path))
    ended = create(scene, version="1.2.3", sign="ssh", signing_key=str(tmp_path / "none"))
    assert bad(ended) == ["not-signed"]
    assert tags(scene) == []


def test_a_tag_that_is_there_unsigned_is_not_taken_for_a_signed_one(scene: Scene) -> None:
    scene.repository.tag("v1.2.3", head(scene), message="1.2.3")
    assert bad(create(scene, version="1.2.3", sign="gpg")) == ["not-signed"]


def test_a_push_that_is_refused_is_told(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody made the tag between the look and the push: it is never overwritten."""
    scene.clone()
    monkeypatch.setenv("HOME", str(tmp_path))
    git, key = scene.world().git(), str(ssh_key(tmp_path, "key")[0])
    theirs = scene.repository.tag("v1.2.3", head(scene), message="theirs")
    name = RefName("v1.2.3")
    make_tag(git, name, Sha(head(scene)), "1.2.3", "ssh", key)
    with pytest.raises(RefusedError) as error:
        push_tag(git, Repository(scene.repository.full_name), name)
    assert error.value.rule == "refused"
    assert scene.repository.git.refs()["refs/tags/v1.2.3"] == theirs


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({}, "`version`"),
        ({"version": "1.2.3", "signing_key": "x"}, "`signing-key`"),
        ({"family": "roms", "release_family": ROM}, "did you mean `rom`?"),
        ({"family": "rom", "release_family": ROM, "date": "20260230"}, "calendar"),
    ],
    ids=["no version", "a key for nothing", "no such family", "no such day"],
)
def test_inputs_that_make_no_sense_are_told_by_name(
    scene: Scene, inputs: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        create(scene, **inputs)
    assert said in "\n".join(error.value.lines)
